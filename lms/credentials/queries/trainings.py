"""Reads of trainings that were entered."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.credentials.models import EnteredTraining
from lms.registry.models import Person


def trainings_page(uow: UnitOfWork, enterprise_id: UUID, page: int) -> Page[EnteredTraining]:
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


def level_hours(uow: UnitOfWork, person_id: UUID) -> dict[str, Decimal]:
    """Level of 三级教育 → accepted hours of a person."""
    level = EnteredTraining.level
    wanted = select(level, func.sum(EnteredTraining.hours)).where(EnteredTraining.person_id == person_id, level.is_not(None))
    counted = wanted.where(EnteredTraining.accepted.is_(True), EnteredTraining.voided_at.is_(None)).group_by(level)
    return {name: hours for name, hours in uow.session.execute(counted) if name}
