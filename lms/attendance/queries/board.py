"""Who is there and who is missing: the board of one lecture."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, null, select

from lms.access.reach import may_at_all, reach
from lms.attendance.models import AttendanceEvent, FlagResolution, Method, Presence, PresenceStatus, Trust
from lms.attendance.rules.flags import SAME_DEVICE
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture, LectureState
from lms.registry.models import Person
from lms.registry.words import hide

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
    """One expected person. shares_phone_with: others checked in on the same phone (同一手机), by name and work number.

    phone: masked, of those who are missing and only for somebody who may open it.
    """

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
    phone: str | None = None

    @property
    def flagged(self) -> bool:
        """Whether the trainer should have a look: shown, never blocked."""
        return bool(self.shares_phone_with) and not self.identity_confirmed


@dataclass(frozen=True, slots=True)
class Board:
    """Who is there and who is missing. missing: department → people. came: everybody else, as they are listed.

    live: updates by itself. editable: for a trainer. version: changes when anything on the board does.
    """

    lecture_id: UUID
    state: LectureState
    counts: Counts
    rows: tuple[Row, ...]
    missing: dict[str, tuple[Row, ...]]
    flags: tuple[Row, ...]
    live: bool
    editable: bool
    as_of: datetime
    version: str

    @property
    def came(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.status is not PresenceStatus.ABSENT)


def board_version(uow: UnitOfWork, lecture_id: UUID) -> str:
    """What changes when anything on the board of a lecture does: one query that reads no person. Raises NotFound.

    Events are appended and each rewrites a presence, so counts and the latest rewriting tell of every change, also of
    one that was begun earlier and committed later.
    """

    def of_lecture(model: Any, *columns: Any) -> Select[Any]:
        own = (model.enterprise_id == Lecture.enterprise_id, model.lecture_id == Lecture.id)
        return select(*columns).where(*own).correlate(Lecture)

    found = uow.session.execute(
        select(
            Lecture.state,
            of_lecture(Attendee, func.count(Attendee.id)).scalar_subquery(),
            of_lecture(Attendee, func.count(Attendee.excused_reason)).scalar_subquery(),
            of_lecture(AttendanceEvent, func.count(AttendanceEvent.id)).scalar_subquery(),
            of_lecture(Presence, func.max(Presence.settled_at)).scalar_subquery(),
            of_lecture(FlagResolution, func.count(FlagResolution.id)).scalar_subquery(),
        ).where(Lecture.id == lecture_id, reach(uow, Lecture))
    ).first()
    if found is None:
        raise NotFound
    return hashlib.sha256(repr(tuple(found)).encode()).hexdigest()[:16]


def board(uow: UnitOfWork, lecture: Lecture) -> Board:
    """The board of one lecture, in four queries however many people there are."""
    version = board_version(uow, lecture.id)  # before the rows: what comes in between is fetched once more, never missed
    editable = (lecture.state == LectureState.OPEN or lecture.is_held) and may_at_all(uow.actor, "attendance.enter")
    people = uow.session.execute(
        select(
            Attendee.person_id, Attendee.department_name, Attendee.excused_reason, Attendee.is_extra, Person.name,
            Person.work_no, Person.phone if editable else null().label("phone"), Presence.status, Presence.first_in_at,
            Presence.last_out_at, Presence.late_minutes, Presence.minutes, Presence.method, Presence.trust,
        )
        .join(Person, Person.id == Attendee.person_id)
        .outerjoin(Presence, and_(Presence.lecture_id == Attendee.lecture_id, Presence.person_id == Attendee.person_id))
        .where(Attendee.lecture_id == lecture.id)
    ).all()  # fmt: skip
    confirmed = set(
        uow.session.scalars(
            select(FlagResolution.person_id).where(FlagResolution.lecture_id == lecture.id, FlagResolution.kind == SAME_DEVICE)
        )
    )
    shared = _shared_phones(uow, lecture.id, {found.person_id: f"{found.name} {found.work_no or ''}".strip() for found in people})
    rows = [_row(found, shared, found.person_id in confirmed) for found in people]
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
        editable=editable,
        as_of=uow.now,
        version=version,
    )


def _row(found: Any, shared: dict[UUID, tuple[str, ...]], confirmed: bool) -> Row:
    silent = PresenceStatus.EXCUSED if found.excused_reason else PresenceStatus.ABSENT
    status = found.status or silent
    return Row(
        person_id=found.person_id,
        name=found.name,
        work_no=found.work_no,
        department_name=found.department_name,
        status=status,
        first_in_at=found.first_in_at,
        last_out_at=found.last_out_at,
        late_minutes=found.late_minutes or 0,
        minutes=found.minutes,
        method=found.method,
        trust=found.trust,
        excused_reason=found.excused_reason,
        is_extra=found.is_extra,
        shares_phone_with=shared.get(found.person_id, ()),
        identity_confirmed=confirmed,
        phone=hide(found.phone, 3, 4) if found.phone and status is PresenceStatus.ABSENT else None,
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
    of_lecture = (AttendanceEvent.lecture_id == lecture_id, AttendanceEvent.device_id.is_not(None))
    several = select(AttendanceEvent.device_id).where(*of_lecture).group_by(AttendanceEvent.device_id)
    several = several.having(func.count(func.distinct(AttendanceEvent.person_id)) > 1)
    for device_id, person_id in uow.session.execute(
        select(AttendanceEvent.device_id, AttendanceEvent.person_id)
        .where(*of_lecture, AttendanceEvent.device_id.in_(several))
        .distinct()
    ):
        on_phone[device_id or ""].add(person_id)
    others: dict[UUID, set[UUID]] = defaultdict(set)
    for people in on_phone.values():
        for person_id in people:
            others[person_id] |= people - {person_id}
    return {person_id: tuple(sorted(words.get(other, "—") for other in those)) for person_id, those in others.items() if those}
