"""Reads that serve the projector and the phone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from lms.access.reach import find
from lms.attendance.models import (
    AttendanceEvent,
    Mark,
    Method,
    Presence,
    PresenceStatus,
    Recheck,
    Scan,
    SignSheet,
    Station,
    Visitor,
    counts,
)
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture, Sitting
from lms.registry.models import Person

IN_THE_ROOM = (Method.SCAN, Method.CODE, Method.TAP, Method.KIOSK, Method.LEADER)
OPENED_LATELY = timedelta(hours=24)
JUST_ARRIVED = 6


@dataclass(frozen=True, slots=True)
class Tally:
    """What the projector and the phone show: done of expected; of those who came, when it is about leaving.

    arrivals: names of those who made the mark last, latest first.
    """

    expected: int
    done: int
    excused: int
    arrivals: tuple[str, ...] = ()

    @property
    def waiting(self) -> int:
        """Expected, not excused, not there yet."""
        return max(self.expected - self.done - self.excused, 0)


def tally(uow: UnitOfWork, sitting: Sitting, mark: Mark, *, names: bool = False) -> Tally:
    """How many have made this mark in a lecture, of how many: in, of those expected; out, of those who came."""
    marked = Presence.first_in_at if mark is Mark.IN else Presence.last_out_at
    of_lecture = Presence.lecture_id == sitting.lecture_id
    made = and_(of_lecture, Presence.first_in_at.is_not(None), marked.is_not(None))
    everybody = select(func.count(Attendee.id)).where(Attendee.lecture_id == sitting.lecture_id)
    those_here = select(func.count(Presence.id)).where(of_lecture, Presence.first_in_at.is_not(None))
    expected = uow.session.scalar(everybody if mark is Mark.IN else those_here) or 0
    done = uow.session.scalar(select(func.count(Presence.id)).where(made)) or 0
    on_leave = select(func.count(Presence.id)).where(of_lecture, Presence.status == PresenceStatus.EXCUSED)
    excused = uow.session.scalar(on_leave) if mark is Mark.IN else 0
    latest = (
        uow.session.scalars(
            select(Person.name)
            .join(Presence, Presence.person_id == Person.id)
            .where(made)
            .order_by(marked.desc(), Person.id)
            .limit(JUST_ARRIVED)
        )
        if names
        else ()
    )
    return Tally(expected, done, excused or 0, tuple(latest))


def sittings_opened_lately(uow: UnitOfWork, enterprise_id: UUID | None = None) -> list[UUID]:
    """Ids of the sittings whose check-in opened within a day: where a scanned or spoken code can belong."""
    wanted = select(Sitting.id).where(Sitting.opened_at >= uow.now - OPENED_LATELY)
    if enterprise_id is not None:
        wanted = wanted.where(Sitting.enterprise_id == enterprise_id)
    return list(uow.session.scalars(wanted))


def sitting_with_lecture(uow: UnitOfWork, sitting_id: UUID) -> Sitting:
    """A sitting with its lecture, its lecturer and its enterprise, for the pages of the phone and the projector."""
    return uow.session.execute(
        select(Sitting)
        .where(Sitting.id == sitting_id)
        .options(
            joinedload(Sitting.lecture).joinedload(Lecture.lecturer).load_only(Person.name),
            joinedload(Sitting.lecture).joinedload(Lecture.enterprise),
        )
    ).scalar_one()


def attendee_of(uow: UnitOfWork, lecture_id: UUID, person_id: UUID) -> Attendee | None:
    """The line of a person on the list of a lecture, with their name and work number."""
    return uow.session.scalar(
        select(Attendee)
        .where(Attendee.lecture_id == lecture_id, Attendee.person_id == person_id)
        .options(joinedload(Attendee.person).load_only(Person.name, Person.work_no))
    )


def listed(uow: UnitOfWork, lecture_id: UUID, person_id: UUID) -> tuple[Lecture, Attendee]:
    """A lecture within reach and somebody on its list. Raises NotFound."""
    lecture = find(uow, Lecture, lecture_id)
    attendee = attendee_of(uow, lecture.id, person_id)
    if attendee is None:
        raise NotFound
    return lecture, attendee


def listed_oneself(uow: UnitOfWork, lecture_id: UUID) -> tuple[Lecture, Attendee]:
    """A lecture within reach on whose list whoever acts is. Raises NotFound."""
    if uow.actor.person_id is None:
        raise NotFound
    return listed(uow, lecture_id, uow.actor.person_id)


def presence_of(uow: UnitOfWork, lecture_id: UUID, person_id: UUID) -> Presence | None:
    """What is known of a person in a lecture."""
    return uow.session.scalar(select(Presence).where(Presence.lecture_id == lecture_id, Presence.person_id == person_id))


def came(uow: UnitOfWork, lecture_id: UUID) -> set[UUID]:
    """The people who have come to any sitting of a lecture."""
    there = select(Presence.person_id).where(Presence.lecture_id == lecture_id, Presence.first_in_at.is_not(None))
    return set(uow.session.scalars(there))


def listeners(uow: UnitOfWork, lecture_id: UUID) -> set[UUID]:
    """The people who have come to a sitting of a lecture that is over."""
    there = select(Presence.person_id).join(Sitting, Sitting.id == Presence.sitting_id)
    return set(uow.session.scalars(there.where(Presence.lecture_id == lecture_id, Sitting.closed_at.is_not(None))))


def heard(uow: UnitOfWork, person_id: UUID, lecture_ids: Collection[UUID]) -> set[UUID]:
    """Those of these lectures of which the person has come to a sitting that is over."""
    return set(
        uow.session.scalars(
            select(Presence.lecture_id)
            .join(Sitting, Sitting.id == Presence.sitting_id)
            .where(Presence.person_id == person_id, Presence.lecture_id.in_(lecture_ids), Sitting.closed_at.is_not(None))
        )
    )


def last_seen(uow: UnitOfWork, sitting_id: UUID) -> datetime | None:
    """When somebody last made a mark in the room of a sitting, by a phone or a station there; None where nobody did."""
    made = select(func.max(AttendanceEvent.scanned_at)).where(AttendanceEvent.sitting_id == sitting_id, counts())
    return uow.session.scalar(made.where(AttendanceEvent.method.in_(IN_THE_ROOM)))


def is_prepared(uow: UnitOfWork, sitting_id: UUID) -> bool:
    """Whether a sheet was printed for a sitting, a device set up, or anybody written down there."""
    known = (SignSheet, Station, Scan, AttendanceEvent, Recheck, Visitor)
    return uow.session.scalar(select(or_(*(exists().where(table.sitting_id == sitting_id) for table in known)))) or False
