"""What an officer looks at first: enterprises that are behind, hazards that are due, comments that are owed, in one order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _

from lms.compliance import queries
from lms.compliance.models import Standing
from lms.compliance.queries import Scope
from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.hazards.queries import Row, due
from lms.hazards.words import KINDS, RUNGS, awaited
from lms.lectures.models import Lecture
from lms.supervision.queries import owed

SHOWN = 8


class Item(NamedTuple):
    """pills: words, each with its kind. note: what is the matter, and whose it is. order: smaller comes first. of_hazard: or of
    an enterprise that is behind.
    """

    order: int
    of_hazard: bool
    url: str
    pills: tuple[tuple[str, str], ...]
    name: str
    note: str


def first_to_see(uow: UnitOfWork, scope: Scope) -> list[Item]:
    """By risk, then by day: a late step of a major hazard, a comment that whoever looks owes and an overdue lecture, a hazard due
    within days, everything else. Of a day that is over only how the enterprises stood.
    """
    past = scope.day != uow.today
    words = queries.metric_words()
    behind = queries.first_to_see(uow, scope)
    reasons, silent = queries.reasons_of(uow, behind), queries.marked(uow, scope, behind).unanswered
    standings = [_behind(scope, line, past, words, reasons.get(line.id), silent=line.id in silent) for line in behind]
    hazards = due(uow, SHOWN, scope.jurisdiction.code) if not past else []
    sat_in = [one.lecture for one in owed(uow, own=True)] if not past else []
    items = [*[_hazard(scope, row) for row in hazards], *map(_owed, sat_in), *standings]
    return sorted(items, key=lambda item: item.order)[:SHOWN]


def _hazard(scope: Scope, row: Row) -> Item:
    hazard = row.hazard
    late = (scope.day - hazard.due_on).days if hazard.due_on else 0
    pills: list[tuple[str, str]] = [(_("重大隐患"), "bad"), (str(RUNGS[hazard.rung]), KINDS[hazard.rung])]
    if late > 0:
        pills.append((_("逾期 %(n)s 天", n=late), "bad"))
    if row.raised:
        pills.append((_("已交上一级"), "bad"))
    note = f"{hazard.clause_text} · {awaited(row)} · {_('期限 %(day)s', day=hazard.due_on)}"
    return Item(
        0 if late > 0 else 2, True, url_for("hazards.show", hazard_id=hazard.id), tuple(pills), hazard.enterprise.name, note
    )


def _owed(lecture: Lecture) -> Item:
    note = f"{lecture.title} · {_('%(at)s 讲完', at=clock.moment(lecture.closed_at)) if lecture.closed_at else ''}"
    pills = ((_("待点评"), "warn"),)
    return Item(1, False, url_for("supervision.observe", lecture_id=lecture.id), pills, lecture.enterprise.name, note)


def _behind(
    scope: Scope, line: Standing, past: bool, words: Mapping[str, str], reason: str | None, *, silent: bool
) -> Item:  # fmt: skip
    """silent: it has said nothing about a signal for too long."""
    label, kind = queries.state_words(line, scope.day)
    wrong = line.reason in ("not_head", "too_short")
    pills = [(words["unanswered"], "warn")] if silent else []
    pills += [(words[line.reason.value], "warn")] if line.reason and wrong else []
    pills += [(label, kind)] if not wrong or kind == "bad" else []
    stands = (
        _("截止 %(due)s", due=line.due_on)
        if line.due_on >= scope.day
        else _("已安排，还没讲") if line.state == "planned" else _("还没安排讲课")
    )  # fmt: skip
    officer = _("责任人 %(name)s", name=line.officer_name) if line.officer_name else _("还没有监管责任人")
    where: dict[str, Any] = {"enterprise_id": line.enterprise_id}
    return Item(
        1 if silent or line.due_on < scope.day else 3,
        False,
        url_for("chasing.firm", campaign_id=scope.campaign.id, as_of=scope.day if past else None, **where),
        tuple(pills),
        line.enterprise.name,
        f"{reason or stands} · {line.street_name} · {officer}",
    )
