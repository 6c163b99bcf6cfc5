"""Reads that serve a phone, each page in as few queries as it has facts: a whole hall asks at the same moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ScalarSelect, and_, bindparam, func, select
from sqlalchemy.orm import aliased

from lms.attendance.models import AttendanceEvent, Mark, Presence, Trust
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting
from lms.registry.models import Enterprise, HeadAppointment, Person
from lms.registry.queries import on_roster, post_on, runs_on


class Hall(NamedTuple):
    """Where a code is shown: a sitting (id) of a lecture, in the words of a phone page.

    head_id: of today. open: takes check-ins now. state: of the lecture.
    """

    id: UUID
    lecture_id: UUID
    enterprise_id: UUID
    title: str
    enterprise_name: str
    place: str
    sitting_name: str
    planned_starts_at: datetime
    planned_ends_at: datetime
    lecturer_name: str
    lecturer_is_head: bool
    lecturer_id: UUID
    spoken_by_id: UUID | None
    head_id: UUID | None
    open: bool
    state: LectureState


class Who(NamedTuple):
    """Somebody on the roster, and on the list of a lecture or not. department_name: as on the list, else of today."""

    id: UUID
    enterprise_id: UUID
    name: str
    work_no: str | None
    on_list: bool
    department_name: str


class _Found(NamedTuple):
    id: UUID
    name: str
    work_no: str | None
    department_name: str | None


class Done(NamedTuple):
    """What became of a claim, read from the database. first_in_at, minutes, late_minutes: of the person's presence so far.

    hall: where it was. expected, came, went: of everybody.
    """

    hall: Hall
    person_id: UUID
    name: str
    mark: Mark
    trust: Trust
    scanned_at: datetime
    recorded_at: datetime
    department_name: str | None
    is_extra: bool
    first_in_at: datetime | None
    late_minutes: int
    minutes: int | None
    expected: int
    came: int
    went: int

    @property
    def crowd(self) -> Crowd:
        return Crowd(self.came, self.went) if self.mark is Mark.OUT else Crowd(self.expected, self.came)


class Crowd(NamedTuple):
    """How many made a mark, of how many."""

    expected: int
    done: int


class Arrival(NamedTuple):
    """A hall as somebody scans there. who: of the person asked for, if they may check in there. came, went: how many, of all
    who are expected.
    """

    hall: Hall
    who: Who | None
    expected: int
    came: int
    went: int

    def crowd(self, mark: Mark) -> Crowd:
        """How many checked in, of those expected; or checked out, of those who came."""
        return Crowd(self.came, self.went) if mark is Mark.OUT else Crowd(self.expected, self.came)


def arrival(uow: UnitOfWork, sitting_id: UUID, person_id: UUID | None) -> Arrival | None:
    """What a phone page shows before the check-in; None when there is no such hall."""
    wanted = {"sitting_id": sitting_id, "person_id": person_id, "today": uow.today}
    row = uow.execute(_ARRIVAL, wanted).first()
    if row is None:
        return None
    hall, found = Hall._make(row[: len(Hall._fields)]), _Found._make(row[len(Hall._fields) : -3])
    return Arrival(hall, _who(uow, hall, found) if found.id else None, *row[-3:])


def hall_at(uow: UnitOfWork, sitting_id: UUID) -> Hall | None:
    """The hall of a sitting."""
    row = uow.execute(_HALL, {"sitting_id": sitting_id, "today": uow.today}).first()
    return Hall._make(row) if row else None


def who(uow: UnitOfWork, hall: Hall, person_id: UUID) -> Who | None:
    """A person as they may check in there; None for somebody of another enterprise or who left."""
    wanted = {
        "person_id": person_id, "enterprise_id": hall.enterprise_id, "lecture_id": hall.lecture_id, "today": uow.today,
    }  # fmt: skip
    row = uow.execute(_WHO, wanted).first()
    return _who(uow, hall, _Found._make(row)) if row else None


def _who(uow: UnitOfWork, hall: Hall, found: _Found) -> Who:
    if found.department_name is not None:
        return Who(found.id, hall.enterprise_id, found.name, found.work_no, True, found.department_name)
    post = post_on(uow, found.id, uow.today)
    department = post.department.name if post and post.department else ""
    return Who(found.id, hall.enterprise_id, found.name, found.work_no, False, department)


def event_of_claim(uow: UnitOfWork, claim_id: UUID) -> AttendanceEvent | None:
    """The event a claim became."""
    return uow.session.scalar(select(AttendanceEvent).where(AttendanceEvent.claim_id == claim_id))


def done(uow: UnitOfWork, claim_ids: Iterable[UUID]) -> dict[UUID, Done]:
    """What became of claims, read from the database, by their ids; those are missing that became nothing."""
    rows = uow.execute(_DONE, {"claim_ids": list(claim_ids)}).all()
    there = {row.sitting_id for row in rows}
    halls = {sitting_id: found for sitting_id in there if (found := arrival(uow, sitting_id, None))}
    return {row.claim_id: Done._make((halls[row.sitting_id].hall, *row[2:], *halls[row.sitting_id][2:])) for row in rows}


# Built once: a hall asks the same few questions hundreds of times within seconds, and building a question costs more than
# asking it.
_lecturer = aliased(Person)
_head = (
    select(HeadAppointment.person_id)
    .where(HeadAppointment.enterprise_id == Sitting.enterprise_id, runs_on(HeadAppointment, bindparam("today")))  # type: ignore[arg-type]
    .order_by(HeadAppointment.starts_on.desc())
    .limit(1)
    .scalar_subquery()
)
_HALL = (
    select(
        Sitting.id, Sitting.lecture_id, Sitting.enterprise_id, Lecture.title, Enterprise.name, Sitting.place, Sitting.name,
        Sitting.planned_starts_at, Sitting.planned_ends_at, _lecturer.name, Lecture.lecturer_is_head,
        Lecture.lecturer_id, Lecture.spoken_by_id, _head, and_(Sitting.opened_at.is_not(None), Sitting.closed_at.is_(None)),
        Lecture.state,
    )
    .join(Lecture, Lecture.id == Sitting.lecture_id)
    .join(Enterprise, Enterprise.id == Sitting.enterprise_id)
    .join(_lecturer, _lecturer.id == Lecture.lecturer_id)
    .where(Sitting.id == bindparam("sitting_id"))
)  # fmt: skip
_WHO = (
    select(Person.id, Person.name, Person.work_no, Attendee.department_name)
    .outerjoin(Attendee, and_(Attendee.person_id == Person.id, Attendee.lecture_id == bindparam("lecture_id")))
    .where(
        Person.id == bindparam("person_id"), Person.enterprise_id == bindparam("enterprise_id"),
        on_roster(bindparam("today")),
    )
)  # fmt: skip
_everybody, _expected = aliased(Presence), aliased(Attendee)


def _counts(lecture_id: Any) -> list[ScalarSelect[int]]:
    """How many of a lecture are expected, came and went."""
    came_at = _everybody.first_in_at
    came, went = (
        select(func.count(column)).where(_everybody.lecture_id == lecture_id, came_at.is_not(None)).scalar_subquery()
        for column in (came_at, _everybody.last_out_at)
    )
    return [select(func.count(_expected.id)).where(_expected.lecture_id == lecture_id).scalar_subquery(), came, went]


_ARRIVAL = (
    _HALL.add_columns(Person.id, Person.name, Person.work_no, Attendee.department_name, *_counts(Lecture.id))
    .outerjoin(
        Person,
        and_(
            Person.id == bindparam("person_id"), Person.enterprise_id == Sitting.enterprise_id,
            on_roster(bindparam("today")),
        ),
    )
    .outerjoin(Attendee, and_(Attendee.person_id == Person.id, Attendee.lecture_id == Lecture.id))
)  # fmt: skip
_DONE = (
    select(
        AttendanceEvent.claim_id, AttendanceEvent.sitting_id, AttendanceEvent.person_id, Person.name, AttendanceEvent.mark,
        AttendanceEvent.trust, AttendanceEvent.scanned_at, AttendanceEvent.recorded_at, Attendee.department_name,
        func.coalesce(Attendee.is_extra, False), Presence.first_in_at, func.coalesce(Presence.late_minutes, 0), Presence.minutes,
    )
    .join(Person, Person.id == AttendanceEvent.person_id)
    .outerjoin(
        Attendee,
        and_(Attendee.lecture_id == AttendanceEvent.lecture_id, Attendee.person_id == AttendanceEvent.person_id),
    )
    .outerjoin(
        Presence,
        and_(Presence.lecture_id == AttendanceEvent.lecture_id, Presence.person_id == AttendanceEvent.person_id),
    )
    .where(AttendanceEvent.claim_id.in_(bindparam("claim_ids", expanding=True)))
)  # fmt: skip
