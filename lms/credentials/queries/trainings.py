"""Reads of trainings that were entered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.credentials.models import EnteredTraining, HoursLine
from lms.registry.models import Person


def trainings_page(uow: UnitOfWork, enterprise_id: UUID, page: int | None) -> Page[EnteredTraining]:
    """The trainings entered in an enterprise: those that wait for a second person first, then the latest. page None: all.

    Raises TooLong.
    """
    rows = select(EnteredTraining).where(EnteredTraining.enterprise_id == enterprise_id)
    total = uow.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    ordered = rows.order_by(EnteredTraining.checked_at.is_not(None), EnteredTraining.entered_at.desc(), EnteredTraining.id)
    ordered = ordered.options(joinedload(EnteredTraining.person).load_only(Person.name, Person.work_no))
    return paged(total, page, lambda limit, offset: uow.session.scalars(ordered.limit(limit).offset(offset)))


def trainings_waiting(uow: UnitOfWork, enterprise_id: UUID) -> int:
    """How many wait for a second person."""
    wanted = select(func.count(EnteredTraining.id)).where(EnteredTraining.enterprise_id == enterprise_id)
    return uow.session.scalar(wanted.where(EnteredTraining.checked_at.is_(None))) or 0


def level_hours(uow: UnitOfWork, spans: Mapping[UUID, tuple[date, date]]) -> dict[UUID, dict[str, Decimal]]:
    """Person → level of 三级教育 → hours in the ledger, of lectures and of trainings; who has none is left out.

    spans: person → the first and the last day whose hours count.
    """
    if not spans:
        return {}
    first, last = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
    wanted = select(HoursLine.person_id, HoursLine.level_given, HoursLine.earned_on, HoursLine.hours).where(
        HoursLine.person_id.in_(list(spans)), HoursLine.earned_on.between(first, last)
    )
    found: dict[UUID, dict[str, Decimal]] = {}
    for person_id, level, day, hours in uow.session.execute(wanted):
        begins, ends = spans[person_id]
        if level and begins <= day <= ends:
            own = found.setdefault(person_id, {})
            own[level] = own.get(level, Decimal(0)) + hours
    told = {person_id: {level: hours for level, hours in own.items() if hours > 0} for person_id, own in found.items()}
    return {person_id: own for person_id, own in told.items() if own}
