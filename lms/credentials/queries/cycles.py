"""Reads of hours cycles: what is asked of whom, and of whom something else is to be asked from today on."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, or_, select

from lms.core.uow import UnitOfWork
from lms.credentials.models import HoursCycle
from lms.registry.models import Enterprise, Person, PersonPost
from lms.registry.queries import on_roster, runs_on


class ToOpen(NamedTuple):
    """Somebody on a roster whose cycle is missing, over, or of another category, with what the next one rests on."""

    person_id: UUID
    enterprise_id: UUID
    category: str
    industry: str
    hired_on: date | None


def cycles_to_open(uow: UnitOfWork, limit: int) -> list[ToOpen]:
    """Whose cycle is to be opened anew, so many at most."""
    today = uow.today
    current = and_(HoursCycle.person_id == Person.id, HoursCycle.closed_at.is_(None))
    rows = uow.session.execute(
        select(Person.id, Person.enterprise_id, PersonPost.category, Enterprise.industry, Person.hired_on)
        .join(PersonPost, and_(PersonPost.person_id == Person.id, runs_on(PersonPost, today)))
        .join(Enterprise, Enterprise.id == Person.enterprise_id)
        .outerjoin(HoursCycle, current)
        .where(on_roster(today))
        .where(or_(HoursCycle.id.is_(None), HoursCycle.ends_on < today, HoursCycle.category != PersonPost.category))
        .order_by(Person.id)
        .limit(limit)
    )
    return [ToOpen._make(row) for row in rows]


def cycles_of(uow: UnitOfWork, enterprise_id: UUID, year: int, person_id: UUID | None = None) -> dict[UUID, HoursCycle]:
    """Person → the cycle that was asked last in a calendar year."""
    wanted = (
        select(HoursCycle)
        .where(
            HoursCycle.enterprise_id == enterprise_id,
            HoursCycle.starts_on <= date(year, 12, 31),
            HoursCycle.ends_on >= date(year, 1, 1),
        )
        .order_by(HoursCycle.starts_on, HoursCycle.id)
    )
    if person_id is not None:
        wanted = wanted.where(HoursCycle.person_id == person_id)
    return {row.person_id: row for row in uow.session.scalars(wanted)}
