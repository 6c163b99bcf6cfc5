"""Hazards as their pages and the worklist show them today; a row, and one with all that was signed, of any day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from lms.access.reach import reach, reached
from lms.core import clock
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.hazards import rules
from lms.hazards.models import Hazard, HazardAlert, HazardFile, HazardStep
from lms.hazards.rules import RUNG_OF, Act, Rung, Stage
from lms.registry.models import Enterprise, HeadAppointment, Jurisdiction
from lms.registry.queries import codes_within, filed_on, lies_in, reach_on, runs_on
from lms.registry.queries.places import Line as Filed

OVER = (Stage.CLOSED, Stage.HANDED_OVER)  # nothing is waited for
LATE, DUE = "late", "due"  # in place of a rung: those whose deadline is over, or will be within a few days


@dataclass(frozen=True, slots=True)
class Wanted:
    """rung: a Rung, LATE, DUE, or "" for all that are not over. q: part of a firm's name."""

    rung: str = ""
    q: str = ""
    sector: str = ""


class Row(NamedTuple):
    """A hazard with the street of its enterprise, the bureau that sees to it, the number of its files, its head, whether it
    stands with the level above, and to whom it went. within: it can be opened today, wherever its enterprise was then.
    """

    hazard: Hazard
    street: str
    bureau: str
    files: int
    head: str
    raised: bool
    receiver: str
    within: bool


class Counted(NamedTuple):
    """rungs: how many stand on each, those that were closed this year among them; late: of these, whose deadline is over.

    open: how many are not over.
    """

    rungs: dict[Rung, int]
    late: dict[Rung, int]
    open: int


class Detail(NamedTuple):
    """Everything that was signed about a hazard, in its order, with its files and who was told."""

    steps: list[HazardStep]
    files: dict[UUID, list[HazardFile]]
    alerts: list[tuple[HazardAlert, str]]
    head: str


def page(uow: UnitOfWork, wanted: Wanted, number: int | None) -> Page[Row]:
    """The nearest deadline first; what is closed, the latest first. number None: all of them. Raises TooLong."""
    met = [reach(uow, Hazard), *_met(uow, wanted)]
    total = uow.session.scalar(select(func.count(Hazard.id)).join(Hazard.enterprise).where(*met)) or 0
    found = (
        select(Hazard)
        .join(Hazard.enterprise)
        .where(*met)
        .options(joinedload(Hazard.enterprise).joinedload(Enterprise.jurisdiction), joinedload(Hazard.jurisdiction))
        .order_by(Hazard.closed_on.desc().nulls_first(), Hazard.due_on.is_(None), Hazard.due_on, Hazard.id)
    )
    return paged(total, number, lambda limit, offset: rows_of(uow, uow.session.scalars(found.limit(limit).offset(offset)).all()))


def rows_of(uow: UnitOfWork, hazards: Sequence[Hazard], day: date | None = None) -> list[Row]:
    """With what their rows tell besides, as known at the end of a day; None: today. Four queries, seven of a day that is over,
    and one for each whose enterprise has gone to another bureau.
    """
    if not hazards:
        return []
    past = day is not None and day < uow.today
    day = day or uow.today
    end, ids, firms = clock.end_of(day), [one.id for one in hazards], {one.enterprise_id for one in hazards}
    counted = select(HazardFile.hazard_id, func.count()).where(HazardFile.hazard_id.in_(ids), HazardFile.received_at < end)
    files: dict[UUID, int] = dict(uow.session.execute(counted.group_by(HazardFile.hazard_id)).all())
    away = select(HazardStep.hazard_id, HazardStep.receiver).where(HazardStep.hazard_id.in_(ids), HazardStep.signed_at < end)
    away = away.where(HazardStep.act == Act.TRANSFER).order_by(HazardStep.number)
    receivers: dict[UUID, str] = dict(uow.session.execute(away).all())
    above = select(HazardAlert.hazard_id, HazardAlert.due_on).where(HazardAlert.hazard_id.in_(ids), HazardAlert.alerted_at < end)
    raised = set(uow.session.execute(above.where(HazardAlert.to_id.is_not(None))))
    heads = _heads(uow, firms, day)
    filed = filed_on(uow, firms, day) if past else {one.enterprise_id: _filed(one) for one in hazards}
    within = reached(uow, Hazard, ids) if past else set(ids)
    return [
        Row(
            one, filed[one.enterprise_id].name, bureau_of(uow, one, filed[one.enterprise_id].charge, day).name,
            files.get(one.id, 0), heads.get(one.enterprise_id, ""), (one.id, one.due_on) in raised, receivers.get(one.id, ""),
            one.id in within,
        )
        for one in hazards
    ]  # fmt: skip


def _filed(hazard: Hazard) -> Filed:
    place = hazard.enterprise.jurisdiction
    return Filed(place.name, place.charge)


def bureau_of(uow: UnitOfWork, hazard: Hazard, charge: str = "", day: date | None = None) -> Jurisdiction:
    """Whose officers see to it: the bureau that registered it, or the one of its level that the enterprise has come to.

    charge: where the enterprise lay on a day; "" and None: as today.
    """
    own, charge, day = hazard.jurisdiction, charge or hazard.enterprise.jurisdiction.charge, day or uow.today
    if (own.ended_on is None or own.ended_on >= day) and lies_in(charge, own.code):
        return own
    above = select(Jurisdiction).where(Jurisdiction.code.in_(charge.strip("/").split("/")), Jurisdiction.level == own.level)
    return uow.session.scalars(above).first() or hazard.enterprise.jurisdiction


def counts(uow: UnitOfWork) -> Counted:
    """How many stand where, within reach; those closed before this year are left out. One query."""
    late = func.count().filter(Hazard.due_on < uow.today)
    wanted = select(Hazard.stage, func.count(), late).where(
        reach(uow, Hazard), or_(Hazard.closed_on.is_(None), Hazard.closed_on >= year_of(uow.today))
    )
    numbers: defaultdict[Rung, int] = defaultdict(int)
    over: defaultdict[Rung, int] = defaultdict(int)
    going_on = 0
    for stage, number, those in uow.session.execute(wanted.group_by(Hazard.stage)):
        numbers[RUNG_OF[stage]] += number
        over[RUNG_OF[stage]] += those
        going_on += 0 if stage in OVER else number
    return Counted({rung: numbers[rung] for rung in Rung}, {rung: over[rung] for rung in Rung}, going_on)


def sectors(uow: UnitOfWork, day: date) -> list[str]:
    """Of which sectors there are hazards within reach on a day."""
    mine = reach_on(uow, Hazard, day)
    return list(uow.session.scalars(select(Hazard.clause_sector).where(mine).distinct().order_by(Hazard.clause_sector)))


def detail(uow: UnitOfWork, hazard: Hazard, day: date | None = None) -> Detail:
    """By the end of a day; None: until now. Four queries."""
    day = day or uow.today
    end = clock.end_of(day)
    signed = select(HazardStep).where(HazardStep.hazard_id == hazard.id, HazardStep.signed_at < end)
    steps = uow.session.scalars(signed.order_by(HazardStep.number)).all()
    files: defaultdict[UUID, list[HazardFile]] = defaultdict(list)
    came = select(HazardFile).where(HazardFile.hazard_id == hazard.id, HazardFile.received_at < end)
    for one in uow.session.scalars(came.order_by(HazardFile.id)):
        files[one.step_id].append(one)
    alerts = uow.session.execute(
        select(HazardAlert, func.coalesce(Jurisdiction.name, ""))
        .outerjoin(Jurisdiction, Jurisdiction.id == HazardAlert.to_id)
        .where(HazardAlert.hazard_id == hazard.id, HazardAlert.alerted_at < end)
        .order_by(HazardAlert.alerted_at)
    ).all()
    return Detail(
        list(steps),
        files,
        [(alert, name) for alert, name in alerts],
        _heads(uow, [hazard.enterprise_id], day).get(hazard.enterprise_id, ""),
    )


def of_enterprise(uow: UnitOfWork, enterprise_id: UUID) -> list[Hazard]:
    """All of one enterprise, those that are not over first, then the latest."""
    rows = select(Hazard).where(Hazard.enterprise_id == enterprise_id)
    return list(
        uow.session.scalars(rows.order_by(Hazard.stage.in_(OVER), Hazard.due_on.is_(None), Hazard.due_on, Hazard.id.desc()))
    )


def due(uow: UnitOfWork, number: int, code: str = "") -> list[Row]:
    """Those that are late or due within a few days, for the worklist: what stands with the level above first, then by day.

    code: of a jurisdiction, for those that lie in it alone.
    """
    raised = case((Hazard.due_on < uow.today - timedelta(days=rules.ESCALATES_AFTER), 0), else_=1)
    wanted = (
        select(Hazard)
        .where(reach(uow, Hazard), _due(uow), *([_lies_in(uow, code)] if code else []))
        .options(joinedload(Hazard.enterprise).joinedload(Enterprise.jurisdiction), joinedload(Hazard.jurisdiction))
        .order_by(raised, Hazard.due_on, Hazard.id)
        .limit(number)
    )
    return rows_of(uow, uow.session.scalars(wanted).all())


def due_number(uow: UnitOfWork) -> int:
    """How many there are in all."""
    return uow.session.scalar(select(func.count(Hazard.id)).where(reach(uow, Hazard), _due(uow))) or 0


def _due(uow: UnitOfWork) -> ColumnElement[bool]:
    return Hazard.due_on <= uow.today + timedelta(days=rules.SOON)


def _lies_in(uow: UnitOfWork, code: str) -> ColumnElement[bool]:
    """Whether its enterprise lies in a jurisdiction today, by who is responsible for it."""
    places = select(Jurisdiction.id).where(Jurisdiction.code.in_(codes_within(code, uow.today)))
    own = aliased(Enterprise)
    return exists().where(own.id == Hazard.enterprise_id, own.jurisdiction_id.in_(places)).correlate_except(own)


def _met(uow: UnitOfWork, wanted: Wanted) -> list[Any]:
    met: list[Any] = []
    if wanted.rung == LATE:
        met.append(Hazard.due_on < uow.today)
    elif wanted.rung == DUE:
        met.append(_due(uow))
    elif wanted.rung:
        met.append(Hazard.stage.in_([stage for stage, rung in RUNG_OF.items() if rung == wanted.rung]))
        if wanted.rung == Rung.CLOSED:
            met.append(Hazard.closed_on >= year_of(uow.today))
    else:
        met.append(Hazard.stage.not_in(OVER))
    if wanted.q:
        met.append(Enterprise.name.contains(wanted.q, autoescape=True))
    if wanted.sector:
        met.append(Hazard.clause_sector == wanted.sector)
    return met


def year_of(day: date) -> date:
    """Its first day."""
    return day.replace(month=1, day=1)


def _heads(uow: UnitOfWork, enterprise_ids: Collection[UUID], day: date) -> dict[UUID, str]:
    wanted = select(HeadAppointment.enterprise_id, HeadAppointment.name).where(
        HeadAppointment.enterprise_id.in_(enterprise_ids), runs_on(HeadAppointment, day)
    )
    return dict(uow.session.execute(wanted).all())
