"""Who is there and who is missing: the board of one lecture."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from lms.access.reach import may_at_all
from lms.attendance.models import AttendanceEvent, IdentityConfirmation, Method, Presence, PresenceStatus, Trust
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture, LectureState
from lms.registry.models import Person

# The trainer looks for whoever needs something: flags first, then the missing, then those on leave, then those who are there.
_ORDER = {PresenceStatus.ABSENT: 1, PresenceStatus.EXCUSED: 2, PresenceStatus.LATE: 3}


@dataclass(frozen=True, slots=True)
class Counts:
    """People of a lecture; expected = present (left early included) + late + excused + absent."""

    expected: int
    present: int
    late: int
    excused: int
    absent: int
    extra: int
    checked_out: int

    @property
    def here(self) -> int:
        """Everybody who checked in."""
        return self.present + self.late


@dataclass(frozen=True, slots=True)
class Row:
    """One expected person. shares_phone_with: others checked in on the same phone (同一手机), by name and work number."""

    person_id: UUID
    name: str
    work_no: str | None
    department_name: str
    status: PresenceStatus
    first_in_at: datetime | None
    last_out_at: datetime | None
    late_minutes: int
    minutes: int | None
    method: Method | None
    trust: Trust | None
    excused_reason: str | None
    is_extra: bool
    shares_phone_with: tuple[str, ...]
    identity_confirmed: bool

    @property
    def flagged(self) -> bool:
        """Whether the trainer should have a look: shown, never blocked."""
        return bool(self.shares_phone_with) and not self.identity_confirmed


@dataclass(frozen=True, slots=True)
class Board:
    """Who is there and who is missing. missing: department → names. live: updates by itself. editable: for a trainer."""

    lecture_id: UUID
    state: LectureState
    counts: Counts
    rows: tuple[Row, ...]
    missing: dict[str, tuple[Row, ...]]
    flags: tuple[Row, ...]
    live: bool
    editable: bool
    as_of: datetime

    @property
    def version(self) -> str:
        """Changes when anything on the board does."""
        return hashlib.sha256(repr((self.state, self.rows)).encode()).hexdigest()[:16]


def board(uow: UnitOfWork, lecture: Lecture) -> Board:
    """The board of one lecture, in four queries however many people there are."""
    people = uow.session.execute(
        select(Attendee, Person.name, Person.work_no)
        .join(Person, Person.id == Attendee.person_id)
        .where(Attendee.lecture_id == lecture.id)
    ).all()
    presences = {p.person_id: p for p in uow.session.scalars(select(Presence).where(Presence.lecture_id == lecture.id))}
    confirmed = set(
        uow.session.scalars(select(IdentityConfirmation.person_id).where(IdentityConfirmation.lecture_id == lecture.id))
    )
    words = {attendee.person_id: f"{name} {work_no or ''}".strip() for attendee, name, work_no in people}
    shared = _shared_phones(uow, lecture.id, words)
    rows = [
        _row(attendee, name, work_no, presences.get(attendee.person_id), shared, attendee.person_id in confirmed)
        for attendee, name, work_no in people
    ]
    rows.sort(key=lambda row: (not row.flagged, _ORDER.get(row.status, 4), row.department_name, row.work_no or "", row.name))
    missing: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.status is PresenceStatus.ABSENT:
            missing[row.department_name].append(row)
    return Board(
        lecture_id=lecture.id,
        state=lecture.state,
        counts=_counts(rows),
        rows=tuple(rows),
        missing={department: tuple(names) for department, names in sorted(missing.items(), key=lambda m: (-len(m[1]), m[0]))},
        flags=tuple(row for row in rows if row.flagged),
        live=lecture.state == LectureState.OPEN,
        editable=lecture.state in (LectureState.OPEN, LectureState.CLOSED) and may_at_all(uow.actor, "attendance.enter"),
        as_of=uow.now,
    )


def _row(
    attendee: Attendee,
    name: str,
    work_no: str | None,
    presence: Presence | None,
    shared: dict[UUID, tuple[str, ...]],
    confirmed: bool,
) -> Row:
    silent = PresenceStatus.EXCUSED if attendee.excused_reason else PresenceStatus.ABSENT
    return Row(
        person_id=attendee.person_id,
        name=name,
        work_no=work_no,
        department_name=attendee.department_name,
        status=presence.status if presence else silent,
        first_in_at=presence.first_in_at if presence else None,
        last_out_at=presence.last_out_at if presence else None,
        late_minutes=presence.late_minutes if presence else 0,
        minutes=presence.minutes if presence else None,
        method=presence.method if presence else None,
        trust=presence.trust if presence else None,
        excused_reason=attendee.excused_reason,
        is_extra=attendee.is_extra,
        shares_phone_with=shared.get(attendee.person_id, ()),
        identity_confirmed=confirmed,
    )


def _counts(rows: list[Row]) -> Counts:
    number: dict[PresenceStatus, int] = defaultdict(int)
    for row in rows:
        number[row.status] += 1
    return Counts(
        expected=len(rows),
        present=number[PresenceStatus.PRESENT] + number[PresenceStatus.LEFT_EARLY],
        late=number[PresenceStatus.LATE],
        excused=number[PresenceStatus.EXCUSED],
        absent=number[PresenceStatus.ABSENT],
        extra=sum(row.is_extra for row in rows),
        checked_out=sum(row.last_out_at is not None for row in rows),
    )


def _shared_phones(uow: UnitOfWork, lecture_id: UUID, words: dict[UUID, str]) -> dict[UUID, tuple[str, ...]]:
    """For each person whose check-in came from a phone that also checked in somebody else: the others."""
    on_phone: dict[str, set[UUID]] = defaultdict(set)
    for device_id, person_id in uow.session.execute(
        select(AttendanceEvent.device_id, AttendanceEvent.person_id)
        .where(AttendanceEvent.lecture_id == lecture_id, AttendanceEvent.device_id.is_not(None))
        .distinct()
    ):
        on_phone[device_id or ""].add(person_id)
    others: dict[UUID, set[UUID]] = defaultdict(set)
    for people in on_phone.values():
        for person_id in people:
            others[person_id] |= people - {person_id}
    return {person_id: tuple(sorted(words.get(other, "—") for other in those)) for person_id, those in others.items() if those}
