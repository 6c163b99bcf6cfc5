"""Reads of trainings that were entered."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.credentials.models import EnteredTraining, HoursLine
from lms.registry.models import Person


def trainings_page(uow: UnitOfWork, enterprise_id: UUID, page: int | None) -> Page[EnteredTraining]:
    """The trainings entered in an enterprise: those that wait for a second person first, then the latest."""
    rows = select(EnteredTraining).where(EnteredTraining.enterprise_id == enterprise_id)
    total = uow.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    ordered = rows.order_by(EnteredTraining.checked_at.is_not(None), EnteredTraining.entered_at.desc(), EnteredTraining.id)
    ordered = ordered.options(joinedload(EnteredTraining.person).load_only(Person.name, Person.work_no))
    return paged(total, page, lambda limit, offset: uow.session.scalars(ordered.limit(limit).offset(offset)))


def trainings_waiting(uow: UnitOfWork, enterprise_id: UUID) -> int:
    """How many wait for a second person."""
    wanted = select(func.count(EnteredTraining.id)).where(EnteredTraining.enterprise_id == enterprise_id)
    return uow.session.scalar(wanted.where(EnteredTraining.checked_at.is_(None))) or 0


def level_hours(uow: UnitOfWork, enterprise_id: UUID, person_id: UUID | None = None) -> dict[UUID, dict[str, Decimal]]:
    """Person → level of 三级教育 → hours in the ledger, of lectures and of trainings; who has none is left out."""
    level, hours = func.coalesce(HoursLine.level, EnteredTraining.level), func.sum(HoursLine.hours)
    wanted = (
        select(HoursLine.person_id, level, hours)
        .outerjoin(EnteredTraining, EnteredTraining.id == HoursLine.training_id)
        .where(HoursLine.enterprise_id == enterprise_id, level.is_not(None))
        .group_by(HoursLine.person_id, level)
        .having(hours > 0)
    )
    found: dict[UUID, dict[str, Decimal]] = {}
    for who, name, total in uow.session.execute(wanted if person_id is None else wanted.where(HoursLine.person_id == person_id)):
        found.setdefault(who, {})[name] = Decimal(total)
    return found
