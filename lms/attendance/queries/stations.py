"""Reads that serve the tablets, the leaders' phones and the trainer's page about them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, load_only

from lms.attendance.models import AttendanceEvent, HeldMark, Presence, Signature, Station, Trust
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture, Sitting
from lms.registry.models import Person


@dataclass(frozen=True, slots=True)
class Listed:
    """One person as a station shows them: no phone, no ID number."""

    person_id: UUID
    name: str
    work_no: str
    department_name: str
    in_at: datetime | None
    out_at: datetime | None


@dataclass(frozen=True, slots=True)
class Signed:
    """A mark that a station sent, or that a phone made without a network, for the lecture's page. let_by: who let it count."""

    event_id: UUID
    name: str
    department_name: str
    mark: str
    method: str
    at: datetime
    arrived_at: datetime
    leader: str | None
    let_by: str | None
    trust: str
    was_offline: bool
    known_by: str | None
    has_signature: bool


@dataclass(frozen=True, slots=True)
class Stations:
    """The stations of a lecture with how many marks each sent, what waits for the trainer, and every mark they sent."""

    stations: tuple[Station, ...]
    sent: dict[UUID, int]
    held: tuple[HeldMark, ...]
    settled: tuple[HeldMark, ...]
    signed: tuple[Signed, ...]


def station_by_key(uow: UnitOfWork, key_hash: str) -> Station | None:
    """A station with its sitting and lecture."""
    return uow.session.scalar(
        select(Station)
        .where(Station.key_hash == key_hash)
        .options(joinedload(Station.sitting).joinedload(Sitting.lecture).joinedload(Lecture.enterprise))
    )


def listed(uow: UnitOfWork, station: Station) -> list[Listed]:
    """The people a station shows: those expected, of its team when it has one. By name."""
    wanted = (
        select(Person.id, Person.name, Person.work_no, Attendee.department_name, Presence.first_in_at, Presence.last_out_at)
        .join(Attendee, Attendee.person_id == Person.id)
        .outerjoin(Presence, (Presence.person_id == Person.id) & (Presence.lecture_id == Attendee.lecture_id))
        .where(*_of_station(station))
        .order_by(Person.name, Person.work_no)
    )
    return [
        Listed(row.id, row.name, row.work_no or "", row.department_name, row.first_in_at, row.last_out_at)
        for row in uow.session.execute(wanted)
    ]


def people_of_station(uow: UnitOfWork, station: Station) -> list[Person]:
    """The same people with what they are told apart by."""
    return list(
        uow.session.scalars(
            select(Person)
            .join(Attendee, Attendee.person_id == Person.id)
            .where(*_of_station(station), Person.left_on.is_(None))
            .options(load_only(Person.id, Person.id_number, Person.phone))
        )
    )


def version_of(people: list[Listed]) -> str:
    """Changes when anything that a station shows does."""
    return hashlib.sha256(repr(people).encode()).hexdigest()[:16]


def teams(uow: UnitOfWork, lecture_id: UUID) -> Counter[str]:
    """Departments of a lecture's list, each with its number of people."""
    counted = select(Attendee.department_name, func.count(Attendee.id)).where(Attendee.lecture_id == lecture_id)
    rows = uow.session.execute(counted.group_by(Attendee.department_name).order_by(Attendee.department_name))
    return Counter({row[0]: row[1] for row in rows})


def held_by_sent_id(uow: UnitOfWork, sent_ids: Collection[UUID]) -> list[HeldMark]:
    """Marks kept for the trainer among these."""
    return list(uow.session.scalars(select(HeldMark).where(HeldMark.sent_id.in_(sent_ids))))


def events_by_sent_id(uow: UnitOfWork, sent_ids: Collection[UUID]) -> set[UUID]:
    """Which of these are counted already."""
    found = uow.session.scalars(select(AttendanceEvent.sent_id).where(AttendanceEvent.sent_id.in_(sent_ids)))
    return {sent_id for sent_id in found if sent_id is not None}


def stations_of(uow: UnitOfWork, lecture_id: UUID) -> Stations:
    """Everything about the stations of a lecture, in four queries."""
    stations = uow.session.scalars(select(Station).where(Station.lecture_id == lecture_id).order_by(Station.created_at)).all()
    held = uow.session.scalars(
        select(HeldMark)
        .where(HeldMark.lecture_id == lecture_id)
        .options(
            joinedload(HeldMark.person).load_only(Person.name, Person.work_no),
            joinedload(HeldMark.station),
            joinedload(HeldMark.scan),
        )
        .order_by(HeldMark.happened_at)
    ).all()
    rows = uow.session.execute(
        select(AttendanceEvent, Person.name, Attendee.department_name, Station.leader)
        .join(Person, Person.id == AttendanceEvent.person_id)
        .outerjoin(Station, Station.id == AttendanceEvent.station_id)
        .outerjoin(Attendee, (Attendee.person_id == Person.id) & (Attendee.lecture_id == AttendanceEvent.lecture_id))
        .outerjoin(AttendanceEvent.held)
        .where(
            AttendanceEvent.lecture_id == lecture_id,
            or_(AttendanceEvent.station_id.is_not(None), AttendanceEvent.trust == Trust.OFFLINE, HeldMark.id.is_not(None)),
        )
        .options(contains_eager(AttendanceEvent.held))
        .order_by(AttendanceEvent.scanned_at)
    ).all()
    return Stations(
        stations=tuple(stations),
        sent=dict(Counter(event.station_id for event, *_rest in rows if event.station_id)),
        held=tuple(one for one in held if one.settled_at is None),
        settled=tuple(one for one in held if one.settled_at is not None),
        signed=tuple(
            Signed(
                event.id, name, department or "", event.mark, event.method, event.scanned_at, event.arrived_at, leader,
                event.held.settled_by if event.held else None, event.trust,
                event.was_offline or event.trust is Trust.OFFLINE,
                event.known_by, event.signature_sha256 is not None,
            )
            for event, name, department, leader in rows
        ),
    )  # fmt: skip


def signature_of(uow: UnitOfWork, enterprise_id: UUID, sha256: str) -> str | None:
    """The path of a signature."""
    own = (Signature.enterprise_id == enterprise_id, Signature.sha256 == sha256)
    return uow.session.scalar(select(Signature.path).where(*own))


def _of_station(station: Station) -> list[ColumnElement[bool]]:
    team = [] if station.team is None else [Attendee.department_name == station.team]
    return [Attendee.lecture_id == station.lecture_id, *team]
