"""One person: place, year of hours, next lecture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from lms.core.uow import UnitOfWork
from lms.credentials.models import HoursLine
from lms.credentials.queries import hours_in
from lms.credentials.rules import Requirement, required_hours
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting
from lms.registry.models import Department, Enterprise, Person, PersonPost
from lms.registry.queries import runs_on
from lms.registry.rules import OTHER_STAFF

FEW = 5


@dataclass(frozen=True, slots=True)
class YearOfHours:
    """Hours of a calendar year. required: what the law asks of this category; None where it names no number."""

    year: int
    earned: Decimal
    category: str
    required: Requirement | None

    @property
    def missing(self) -> Decimal:
        return max(self.required.hours - self.earned, Decimal(0)) if self.required else Decimal(0)


@dataclass(frozen=True, slots=True)
class Next:
    """The next lecture a person is expected at."""

    lecture_id: UUID
    title: str
    starts_at: datetime
    place: str
    open: bool


def place_of(uow: UnitOfWork, person: Person) -> tuple[str, ...]:
    """Enterprise, department and work number, those that are known."""
    enterprise = uow.session.scalar(select(Enterprise.name).where(Enterprise.id == person.enterprise_id))
    department = uow.session.scalar(
        select(Department.name)
        .join(PersonPost, PersonPost.department_id == Department.id)
        .where(PersonPost.person_id == person.id, runs_on(PersonPost, uow.today))
    )
    return tuple(part for part in (enterprise, department, person.work_no) if part)


def year_of(uow: UnitOfWork, person: Person, year: int | None = None) -> YearOfHours:
    """A person's hours of a calendar year beside what the law asks of their category in that industry."""
    year = year or uow.today.year
    category = uow.session.scalar(
        select(PersonPost.category)
        .where(PersonPost.person_id == person.id, func.coalesce(PersonPost.ends_on, uow.today) >= PersonPost.starts_on)
        .order_by(PersonPost.starts_on.desc())
        .limit(1)
    )
    industry = uow.session.scalar(select(Enterprise.industry).where(Enterprise.id == person.enterprise_id))
    day = uow.today.replace(year=year, month=12, day=31)
    earned = hours_in(uow, [person.id], year).get(person.id, Decimal(0))
    return YearOfHours(year, earned, category or OTHER_STAFF, required_hours(category or OTHER_STAFF, industry or "", day))


def years_with_hours(uow: UnitOfWork, person_id: UUID) -> list[int]:
    """Calendar years in which a person has lines, the latest first; this year always among them."""
    days = uow.session.scalars(select(HoursLine.earned_on).where(HoursLine.person_id == person_id).distinct())
    return sorted({day.year for day in days} | {uow.today.year}, reverse=True)


def next_lecture(uow: UnitOfWork, person_id: UUID) -> Next | None:
    """The lecture a person is expected at next; one that is open for check-in comes first."""
    row = uow.session.execute(
        select(Lecture.id, Lecture.title, Sitting.planned_starts_at, Sitting.place, Lecture.state)
        .join(Attendee, Attendee.lecture_id == Lecture.id)
        .join(Sitting, Sitting.lecture_id == Lecture.id)
        .where(
            Attendee.person_id == person_id,
            Attendee.excused_reason.is_(None),
            Lecture.state.in_([LectureState.NOTIFIED, LectureState.OPEN]),
            Sitting.closed_at.is_(None),
        )
        .order_by(Lecture.state != LectureState.OPEN, Sitting.planned_starts_at)
        .limit(1)
    ).first()
    return Next(row.id, row.title, row.planned_starts_at, row.place, row.state == LectureState.OPEN) if row else None
