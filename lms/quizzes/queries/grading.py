"""What the answers of attempts are worth, of one attempt or of all that were asked a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import String, Uuid, bindparam, cast, or_, select

from lms.core.uow import UnitOfWork
from lms.quizzes import rules
from lms.quizzes.models import Answer, Attempt, QuestionVersion, Regrade, TextMark
from lms.quizzes.queries.kept import kept_wordings

Shares = list[tuple[Fraction | None, int | None]]
AT_ONCE = 500


class Taken(Protocol):
    """An attempt, or these columns of one."""

    @property
    def id(self) -> UUID: ...
    @property
    def enterprise_id(self) -> UUID: ...
    @property
    def paper(self) -> Any: ...


_CHOSEN = (
    select(Answer.attempt_id, Answer.version_id, Answer.chosen)
    .where(Answer.attempt_id.in_(bindparam("attempts", expanding=True)))
    .order_by(Answer.counter)
)
_RULINGS = (
    select(Regrade.question_id, Regrade.up_to, QuestionVersion.body)
    .outerjoin(QuestionVersion, QuestionVersion.id == Regrade.key_id)
    .where(
        Regrade.enterprise_id == bindparam("enterprise", type_=Uuid()),
        Regrade.question_id.in_(bindparam("questions", expanding=True)),
    )
    .order_by(Regrade.id)
)


def shares_of(
    uow: UnitOfWork, attempts: Sequence[Taken], proposed: Mapping[UUID, rules.Ruling] | None = None
) -> dict[UUID, Shares]:
    """Of each attempt, question by question: what was got of it, None while a text waits for a person, and its points.

    attempts: of one enterprise. proposed: question → a ruling to be tried. Four statements for every 500 attempts.
    """
    found: dict[UUID, Shares] = {}
    for start in range(0, len(attempts), AT_ONCE):
        found |= _shares(uow, attempts[start : start + AT_ONCE], proposed or {})
    return found


def _shares(uow: UnitOfWork, attempts: Sequence[Taken], proposed: Mapping[UUID, rules.Ruling]) -> dict[UUID, Shares]:
    asked = {attempt.id: [UUID(entry["version"]) for entry in attempt.paper] for attempt in attempts}
    versions = kept_wordings(uow, {version_id for paper in asked.values() for version_id in paper})
    made = rulings_of(uow, attempts[0].enterprise_id, {row.question_id for row in versions.values()})
    for question_id, ruling in proposed.items():
        made.setdefault(question_id, []).append(ruling)
    ruled = {
        version_id: rules.ruling_on(row.body, row.version, made.get(row.question_id, ())) for version_id, row in versions.items()
    }
    chosen: dict[tuple[UUID, UUID], list[str]] = {}
    for row in uow.execute(_CHOSEN, {"attempts": list(asked)}):
        chosen[row.attempt_id, row.version_id] = row.chosen
    marks: dict[tuple[UUID, UUID], int] = {}
    if any(row.body.has_marks for row in versions.values()):
        for row in uow.session.execute(
            select(TextMark.attempt_id, TextMark.version_id, TextMark.percent)
            .where(TextMark.attempt_id.in_(asked))
            .order_by(TextMark.id)
        ):
            marks[row.attempt_id, row.version_id] = row.percent
    found: dict[UUID, Shares] = defaultdict(list)
    for attempt_id, paper in asked.items():
        for version_id in paper:
            version = versions[version_id]
            share = rules.judge(version.body, chosen.get((attempt_id, version_id), []), ruled[version_id]).share
            given = marks.get((attempt_id, version_id))
            if given is not None and rules.counts_before(version.body, share, ruled[version_id]):
                share = Fraction(given, 100)
            found[attempt_id].append((share, version.points))
    return found


def rulings_of(uow: UnitOfWork, enterprise_id: UUID, question_ids: Collection[UUID]) -> dict[UUID, list[rules.Ruling]]:
    """What an enterprise decided about these questions, in the order it did."""
    rows = uow.execute(_RULINGS, {"enterprise": enterprise_id, "questions": list(question_ids)})
    found: dict[UUID, list[rules.Ruling]] = defaultdict(list)
    for question_id, up_to, key in rows:
        found[question_id].append(rules.Ruling(up_to, key))
    return found


def attempts_asked(uow: UnitOfWork, enterprise_id: UUID, version_ids: Collection[UUID], *, hold: bool = False) -> list[Attempt]:
    """The attempts of an enterprise with one of these wordings on their paper, in the order they began.

    hold: until the end of the transaction, those that are still being taken as well.
    """
    paper = cast(Attempt.paper, String)
    wanted = (
        select(Attempt)
        .where(Attempt.enterprise_id == enterprise_id, or_(*(paper.contains(str(one)) for one in version_ids)))
        .order_by(Attempt.id)
    )
    if hold:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return list(uow.session.scalars(wanted))
