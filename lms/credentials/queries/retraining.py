"""Reads of what was asked anew of people, of moves nobody was asked about yet, and of permits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, select, true, tuple_
from sqlalchemy.orm import aliased, joinedload

from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.credentials.models import EnteredTraining, HoursLine, Occasion, TrainingDemand, WorkPermit
from lms.credentials.rules.retraining import Place, Progress, Taught, progress
from lms.registry.models import Department, Enterprise, Person, PersonPost
from lms.registry.queries import on_roster

LOOKED_BACK = timedelta(days=60)  # of a move that was longer ago nobody is asked any more


class Moved(NamedTuple):
    """Somebody who works elsewhere, or as something else, than before, or again after a time."""

    person_id: UUID
    enterprise_id: UUID
    industry: str
    before: Place
    after: Place


@dataclass(frozen=True, slots=True)
class Demanded:
    demand: TrainingDemand
    progress: Progress


def moves(uow: UnitOfWork, limit: int, behind: Moved | None = None) -> list[Moved]:
    """Lines of people that began within LOOKED_BACK and follow another line, of which nothing was asked yet: some at a time,
    those behind one that was looked at. Also such as nothing is to be asked of, which come again each time one looks.
    """
    after, before, earlier = aliased(PersonPost), aliased(PersonPost), aliased(PersonPost)
    was, now = aliased(Department), aliased(Department)
    last = (
        select(func.max(earlier.starts_on))
        .where(earlier.person_id == after.person_id, earlier.starts_on < after.starts_on)
        .scalar_subquery()
    )
    asked = select(TrainingDemand.id).where(
        TrainingDemand.person_id == after.person_id, TrainingDemand.since_on == after.starts_on,
        TrainingDemand.occasion != Occasion.NOVELTY,
    )  # fmt: skip
    place = tuple_(after.starts_on, after.person_id)
    further = place > tuple_(behind.after.starts_on, behind.person_id) if behind else true()
    rows: Any = uow.session.execute(
        select(
            after.person_id, after.enterprise_id, Enterprise.industry, was.name, before.post, before.starts_on, before.ends_on,
            now.name, after.post, after.starts_on, after.ends_on,
        )
        .select_from(after)
        .join(before, and_(before.person_id == after.person_id, before.starts_on == last))
        .join(Person, Person.id == after.person_id)
        .join(Enterprise, Enterprise.id == after.enterprise_id)
        .outerjoin(was, was.id == before.department_id)
        .outerjoin(now, now.id == after.department_id)
        .where(after.starts_on.between(uow.today - LOOKED_BACK, uow.today), on_roster(uow.today), ~asked.exists(), further)
        .order_by(after.starts_on, after.person_id)
        .limit(limit)
    )  # fmt: skip
    return [Moved(row[0], row[1], row[2], Place(*row[3:7]), Place(*row[7:11])) for row in rows]


def demands_of(uow: UnitOfWork, enterprise_id: UUID, person_id: UUID | None = None, *, only_open: bool = True) -> list[Demanded]:
    """What was asked anew in an enterprise, or of one person, with how far it is; what is longest open first. Two queries."""
    wanted = select(TrainingDemand).where(TrainingDemand.enterprise_id == enterprise_id)
    if person_id is not None:
        wanted = wanted.where(TrainingDemand.person_id == person_id)
    if only_open:
        wanted = wanted.where(TrainingDemand.met_on.is_(None), TrainingDemand.waived_at.is_(None))
    order = (TrainingDemand.since_on, TrainingDemand.id)
    rows = uow.session.scalars(wanted.order_by(*order).options(joinedload(TrainingDemand.person))).all()
    taught = taught_since(uow, [row.person_id for row in rows], min((row.since_on for row in rows), default=uow.today))
    return [Demanded(row, progress(row.levels, row.required, row.since_on, taught.get(row.person_id, ()))) for row in rows]


def demands_page(uow: UnitOfWork, enterprise_id: UUID, number: int | None) -> Page[Demanded]:
    """The open ones of an enterprise, some at a time; number None: all of them. Raises TooLong."""
    rows = demands_of(uow, enterprise_id)
    return paged(len(rows), number, lambda limit, offset: rows[offset : offset + limit])


def taught_since(uow: UnitOfWork, person_ids: Sequence[UUID], since: date) -> dict[UUID, list[Taught]]:
    """Person → what gave a level and ended on a day or later: lectures they completed, trainings that were accepted."""
    level, hours = EnteredTraining.level, func.sum(HoursLine.hours)
    trained = select(EnteredTraining.person_id, level, EnteredTraining.hours, EnteredTraining.ends_on).where(
        EnteredTraining.person_id.in_(person_ids), level.is_not(None), EnteredTraining.ends_on >= since,
        EnteredTraining.accepted.is_(True), EnteredTraining.voided_at.is_(None),
    )  # fmt: skip
    heard = (
        select(HoursLine.person_id, HoursLine.level, hours, HoursLine.earned_on)
        .where(HoursLine.person_id.in_(person_ids), HoursLine.level.is_not(None), HoursLine.earned_on >= since)
        .group_by(HoursLine.person_id, HoursLine.completion_id, HoursLine.level, HoursLine.earned_on)
        .having(hours > 0)
    )
    found: dict[UUID, list[Taught]] = {}
    for person_id, name, hours, ended in [*uow.session.execute(trained), *uow.session.execute(heard)]:
        found.setdefault(person_id, []).append(Taught(name, hours, ended))
    return found


def demands_open(uow: UnitOfWork, enterprise_id: UUID) -> int:
    """How many are open in an enterprise."""
    own = (TrainingDemand.enterprise_id == enterprise_id, TrainingDemand.met_on.is_(None), TrainingDemand.waived_at.is_(None))
    return uow.session.scalar(select(func.count(TrainingDemand.id)).where(*own)) or 0


def permits_of(uow: UnitOfWork, enterprise_id: UUID, person_id: UUID | None = None) -> Sequence[WorkPermit]:
    """The permits in force in an enterprise, or of one person, those due first at the top; of people who are there."""
    wanted = (
        select(WorkPermit)
        .join(Person, Person.id == WorkPermit.person_id)
        .where(WorkPermit.enterprise_id == enterprise_id, WorkPermit.ended_at.is_(None), on_roster(uow.today))
        .order_by(WorkPermit.review_due_on, WorkPermit.id)
        .options(joinedload(WorkPermit.person))
    )
    return uow.session.scalars(wanted if person_id is None else wanted.where(WorkPermit.person_id == person_id)).all()


def permits_due(uow: UnitOfWork, until: date) -> Sequence[WorkPermit]:
    """Permits in force of people who are there, to be reviewed between today and another day."""
    return uow.session.scalars(
        select(WorkPermit)
        .join(Person, Person.id == WorkPermit.person_id)
        .where(WorkPermit.ended_at.is_(None), WorkPermit.review_due_on.between(uow.today, until), on_roster(uow.today))
        .order_by(WorkPermit.review_due_on, WorkPermit.id)
        .options(joinedload(WorkPermit.person))
    ).all()
