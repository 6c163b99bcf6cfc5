"""Hazards as they stood at the end of a day that is over: by what was signed by then, and not by a column."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload

from lms.core import clock
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.hazards import rules
from lms.hazards.models import Hazard, HazardStep
from lms.hazards.queries.pages import DUE, LATE, OVER, Counted, Row, Wanted, rows_of, year_of
from lms.hazards.rules import RUNG_OF, Act, Rung, Stage, Where
from lms.registry.models import Enterprise
from lms.registry.queries import reach_on


class Line(NamedTuple):
    """A hazard as it stood at the end of a day. over: nothing is waited for: closed, or in the hands of another authority."""

    hazard: Hazard
    rung: Rung
    over: bool
    due_on: date | None
    closed_on: date | None


def page_on(uow: UnitOfWork, wanted: Wanted, day: date, number: int | None) -> tuple[Page[Row], Counted]:
    """The same list, and how many stood where, at the end of a day that is over: by what was signed by then, and for whoever
    supervised the enterprise on that day. What the enterprise and the bureau are called is as today. Raises TooLong.
    """
    then = [_as_it_stood(uow, *one) for one in _by_then(uow, reach_on(uow, Hazard, day), year_of(day), day)]
    numbers, late = Counter(one.rung for one in then), Counter(one.rung for one in then if one.due_on and one.due_on < day)
    counted = Counted(
        {rung: numbers[rung] for rung in Rung},
        {rung: late[rung] for rung in Rung},
        sum(one.stage not in OVER for one in then),
    )
    found = sorted((one for one in then if _is_one(one, wanted, day)), key=_nearest)
    page = paged(len(found), number, lambda limit, offset: rows_of(uow, found[offset : offset + limit], day))
    return page, counted


def as_they_stood(uow: UnitOfWork, ids: Collection[UUID], day: date) -> list[Hazard]:
    """These, found by a day that is over, at its end and in their order. Two queries."""
    return [_as_it_stood(uow, *one) for one in _by_then(uow, Hazard.id.in_(ids), date.min, day)]


def _as_it_stood(uow: UnitOfWork, hazard: Hazard, where: Where, closed_on: date | None) -> Hazard:
    """A hazard that says of itself where it was then; the session lets go of it, so that nothing of this is ever written."""
    uow.session.expunge(hazard)
    hazard.stage, hazard.due_on, hazard.rectify_by = where.stage, where.due_on, where.rectify_by
    hazard.before, hazard.checked_by = where.before, where.checked_by
    hazard.closed_on = closed_on
    return hazard


def _is_one(hazard: Hazard, wanted: Wanted, day: date) -> bool:
    """As _met, of one that stood so on a day."""
    due_on = hazard.due_on or date.max
    if wanted.rung in (LATE, DUE):
        met = due_on < day if wanted.rung == LATE else due_on <= day + timedelta(days=rules.SOON)
    else:
        met = hazard.rung == wanted.rung if wanted.rung else hazard.stage not in OVER
    return met and wanted.q.lower() in hazard.enterprise.name.lower() and wanted.sector in ("", hazard.clause_sector)


def _nearest(hazard: Hazard) -> tuple[int, date, UUID]:
    """The order of a page."""
    closed = hazard.closed_on
    return (date.max - closed).days + 1 if closed else 0, hazard.due_on or date.max, hazard.id


def stood(uow: UnitOfWork, enterprise_ids: Select[UUID], first: date, last: date) -> list[Line]:
    """Those of these enterprises that were found or closed in a span, or open at its end, as they stood then. Two queries."""
    return [
        Line(hazard, RUNG_OF[where.stage], where.stage in OVER, where.due_on, closed_on)
        for hazard, where, closed_on in _by_then(uow, Hazard.enterprise_id.in_(enterprise_ids), first, last)
    ]


def _by_then(uow: UnitOfWork, of: ColumnElement[bool], first: date, last: date) -> list[tuple[Hazard, Where, date | None]]:
    """With where each was at the end of the span, and when it was closed by then."""
    then = and_(of, Hazard.found_on <= last, or_(Hazard.closed_on.is_(None), Hazard.closed_on >= first))
    places = joinedload(Hazard.enterprise).joinedload(Enterprise.jurisdiction), joinedload(Hazard.jurisdiction)
    hazards = uow.session.scalars(select(Hazard).where(then).options(*places).order_by(Hazard.id)).all()
    signed = select(HazardStep.hazard_id, HazardStep.act, HazardStep.due_on, HazardStep.signed_key, HazardStep.signed_at)
    signed = signed.join(Hazard, Hazard.id == HazardStep.hazard_id).where(then, HazardStep.signed_at < clock.end_of(last))
    steps: defaultdict[UUID, list[_Signed]] = defaultdict(list)
    for hazard_id, act, due_on, key, at in uow.session.execute(signed.order_by(HazardStep.number)):
        steps[hazard_id].append(_Signed(act, due_on, key, at))
    return [(one, *_stood(one, steps[one.id])) for one in hazards]


class _Signed(NamedTuple):
    """What of a step tells where its hazard was after it."""

    act: Act
    due_on: date | None
    key: str
    at: datetime


def _stood(hazard: Hazard, steps: Sequence[_Signed]) -> tuple[Where, date | None]:
    """Where it was after these steps, and when it was closed."""
    where = rules.found(steps[0].due_on, hazard.rectify_first)
    for step in steps[1:]:
        where = rules.again(where, step.act, step.due_on, step.key)
    return where, clock.local_date(steps[-1].at) if where.stage is Stage.CLOSED else None
