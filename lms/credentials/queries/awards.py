"""Reads of awards: what is due, and what the hours of people come to in their cycles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.access.reach import reach
from lms.core.uow import UnitOfWork
from lms.credentials.models import Award, Certificate, HoursCycle, HoursLine
from lms.credentials.queries.certificates import in_force, not_forgotten
from lms.credentials.rules import CertificateKind, Counted, hours_of_cycle, is_replaced
from lms.registry.models import Enterprise, Person
from lms.registry.queries import on_roster

LOOKED_BACK = 2  # calendar years before this one whose cycles are looked at again when a line comes


def awards_waiting(uow: UnitOfWork, skip: Collection[UUID], limit: int) -> list[Award]:
    """Awards whose certificate is to be issued, the oldest first."""
    wanted = select(Award).where(Award.certificate_due, not_forgotten(Award), Award.id.not_in(skip))
    wanted = wanted.order_by(Award.decided_at, Award.id).limit(limit)
    options = joinedload(Award.person), joinedload(Award.enterprise), joinedload(Award.jurisdiction)
    return list(uow.session.scalars(wanted.options(*options)))


def number_of_awards_waiting(uow: UnitOfWork) -> int:
    """How many awards wait for their certificate."""
    return uow.session.scalar(select(func.count(Award.id)).where(Award.certificate_due, not_forgotten(Award))) or 0


def cycles_asking(uow: UnitOfWork, person_ids: Collection[UUID]) -> list[HoursCycle]:
    """The cycles of these people that ask for hours and that nothing replaced within their year."""
    rows = uow.session.scalars(
        select(HoursCycle).where(
            HoursCycle.person_id.in_(person_ids),
            HoursCycle.required > 0,
            HoursCycle.ends_on >= date(uow.today.year - LOOKED_BACK, 1, 1),
        )
    )
    return [row for row in rows if not is_replaced(row.kind, row.ends_on)]


def earned_in(uow: UnitOfWork, cycles: Collection[HoursCycle]) -> dict[UUID, Decimal]:
    """Cycle → what its person has in it by the ledger."""
    spans = {cycle.id: hours_of_cycle(cycle.kind, cycle.starts_on, cycle.ends_on) for cycle in cycles}
    if not spans:
        return {}
    since = min(first for first, _last in spans.values())
    own = [cycle.person_id for cycle in cycles]
    days = defaultdict[UUID, list[tuple[date, Decimal]]](list)
    for person_id, on, hours in uow.session.execute(
        select(HoursLine.person_id, HoursLine.earned_on, func.sum(HoursLine.hours))
        .where(HoursLine.person_id.in_(own), HoursLine.earned_on >= since)
        .group_by(HoursLine.person_id, HoursLine.earned_on)
    ):
        days[person_id].append((on, Decimal(hours)))
    return {
        cycle.id: sum(
            (hours for on, hours in days[cycle.person_id] if spans[cycle.id][0] <= on <= spans[cycle.id][1]), Decimal(0)
        )
        for cycle in cycles
    }


def counted_in(uow: UnitOfWork, cycle: HoursCycle) -> list[Counted]:
    """Every line of the ledger that counts in a cycle."""
    span = hours_of_cycle(cycle.kind, cycle.starts_on, cycle.ends_on)
    lines = (
        select(HoursLine)
        .where(HoursLine.person_id == cycle.person_id, HoursLine.earned_on.between(*span))
        .options(joinedload(HoursLine.lecture), joinedload(HoursLine.training))
    )
    return [
        Counted(
            str(line.id), str(line.completion_id or line.training_id), line.earned_on, line.hours,
            line.lecture.title if line.lecture else line.training.title if line.training else "", line.trust, line.rule,
        )
        for line in uow.session.scalars(lines)
    ]  # fmt: skip


def awards_of_cycles(uow: UnitOfWork, cycle_ids: Collection[UUID]) -> dict[UUID, Award]:
    """Cycle → the award of its hours."""
    return {row.cycle_id: row for row in uow.session.scalars(select(Award).where(Award.cycle_id.in_(cycle_ids))) if row.cycle_id}


def hold_awards_of_cycles(uow: UnitOfWork, cycle_ids: Collection[UUID]) -> dict[UUID, Award]:
    """The same as they are now, held until the end of the transaction: who records a certificate of one holds it too."""
    wanted = select(Award).where(Award.cycle_id.in_(cycle_ids)).order_by(Award.id).with_for_update()
    rows = uow.session.scalars(wanted.execution_options(populate_existing=True))
    return {row.cycle_id: row for row in rows if row.cycle_id}


def certificates_of_awards(uow: UnitOfWork, award_ids: Collection[UUID]) -> dict[UUID, list[Certificate]]:
    """Award → its certificates, whatever became of them."""
    held = defaultdict[UUID, list[Certificate]](list)
    for row in uow.session.scalars(select(Certificate).where(Certificate.award_id.in_(award_ids))):
        if row.award_id:
            held[row.award_id].append(row)
    return held


def named_before(uow: UnitOfWork, person_id: UUID, kind: CertificateKind, bureau_id: UUID | None) -> Sequence[Certificate]:
    """A person's certificates in force of a kind that one issuer named them for: a bureau, or None for their enterprise."""
    own = (Certificate.person_id == person_id, Certificate.kind == kind, Award.jurisdiction_id.is_not_distinct_from(bureau_id))
    return uow.session.scalars(select(Certificate).join(Award, Award.id == Certificate.award_id).where(*own, in_force())).all()


def is_being_named(uow: UnitOfWork, person_id: UUID, kind: CertificateKind, bureau_id: UUID | None) -> bool:
    """Whether that issuer named this person already, and the certificate is still to come."""
    own = (Award.person_id == person_id, Award.kind == kind, Award.jurisdiction_id.is_not_distinct_from(bureau_id))
    return uow.session.scalar(select(Award.id).where(*own, Award.certificate_due, not_forgotten(Award)).limit(1)) is not None


def complete_without_award(uow: UnitOfWork, limit: int) -> list[UUID]:
    """People with a current yearly cycle whose hours are there and were never looked at: a version knew no awards."""
    first, last = date(uow.today.year, 1, 1), date(uow.today.year, 12, 31)
    return list(
        uow.session.scalars(
            select(HoursCycle.person_id)
            .join(HoursLine, HoursLine.person_id == HoursCycle.person_id)
            .outerjoin(Award, Award.cycle_id == HoursCycle.id)
            .where(
                HoursCycle.closed_at.is_(None), HoursCycle.required > 0, HoursCycle.ends_on == last,
                HoursLine.earned_on.between(first, last), Award.id.is_(None),
            )
            .group_by(HoursCycle.person_id, HoursCycle.required)
            .having(func.sum(HoursLine.hours) >= HoursCycle.required)
            .limit(limit)
        )
    )  # fmt: skip


def to_be_named(uow: UnitOfWork, uscc: str, who: str) -> list[Person]:
    """People within reach on a roster today who have this name or work number. uscc: of their enterprise, "" for any."""
    wanted = select(Person).where(reach(uow, Person), on_roster(uow.today), (Person.name == who) | (Person.work_no == who))
    if uscc:
        wanted = wanted.join(Enterprise, Enterprise.id == Person.enterprise_id).where(Enterprise.uscc == uscc)
    return list(uow.session.scalars(wanted.order_by(Person.work_no).limit(5)))
