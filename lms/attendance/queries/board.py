"""Who is there and who is missing: the board of one lecture."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, case, func, null, select

from lms.access.reach import may_at_all, reach
from lms.attendance.models import AttendanceEvent, FlagResolution, Method, Presence, PresenceStatus, Trust
from lms.attendance.queries.flags import explained, resolutions_of
from lms.attendance.queries.reminding import BETWEEN, Calling, called_last, calling
from lms.attendance.queries.shared_phones import shared_phones
from lms.attendance.rules.flags import Flag
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.memo import Lists, Stored
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture, LectureState
from lms.registry.models import Person
from lms.registry.rules.names import called
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


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One expected person; the same object as at the last look while nothing about them has changed.

    sitting_id: the one that counts of those they came to; None: they came to none. shares_phone_with: others checked in on
    the same phone (同一手机), by name and work number. phone: masked, of those who are missing and only for somebody who may
    open it. place: where they stand on the board. flag: the subject of what is shown about that phone, "" where nothing is.
    """

    person_id: UUID
    name: str
    work_no: str | None
    department_name: str
    status: PresenceStatus
    sitting_id: UUID | None
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
    phone: str | None
    place: tuple[bool, int, str, str, str]
    flag: str = ""
    asked: bool = False  # for leave, and nobody has agreed

    @property
    def flagged(self) -> bool:
        """Whether the trainer should have a look: shown, never blocked."""
        return bool(self.shares_phone_with) and not self.identity_confirmed


@dataclass(frozen=True, slots=True)
class Shift:
    """One of several sittings, to be looked at alone. here: whose attendance counts there."""

    sitting_id: UUID
    name: str
    here: int


@dataclass(frozen=True, slots=True)
class Board:
    """Who is there and who is missing, in the whole lecture or one sitting of it.

    sitting_id: the sitting that is shown; None: all. Of a sitting, rows are the people whose attendance counts there, and
    everybody who came to no sitting at all: who may still come is missing in each. counts: of the whole lecture. shown: of
    the rows. shifts: its sittings where there are several. missing: department → people. came: everybody else, as they are
    listed. calling: whom one tap calls, for a trainer while check-in is open. wanted: what was looked for, in names, work
    numbers and departments; missing and came are then those found.

    live: updates by itself. editable: for a trainer. version: changes when anything on the board does.
    """

    lecture_id: UUID
    sitting_id: UUID | None
    state: LectureState
    counts: Counts
    shown: Counts
    shifts: tuple[Shift, ...]
    rows: tuple[Row, ...]
    missing: dict[str, tuple[Row, ...]]
    calling: Calling | None
    live: bool
    editable: bool
    as_of: datetime
    version: str
    wanted: str = ""

    @property
    def came(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.status is not PresenceStatus.ABSENT and _is_found(row, self.wanted))

    @property
    def needing(self) -> int:
        """How many of those who came, the first ones, the trainer looks for: to be confirmed, on leave or late."""
        return sum(row.flagged or row.status in _ORDER for row in self.came)

    @property
    def flagged(self) -> int:
        """How many of those who came, the first ones, are still to be confirmed."""
        return sum(row.flagged for row in self.came)

    @property
    def departments(self) -> dict[str, tuple[int, int]]:
        """Department → (how many checked in, how many are expected)."""
        expected = Counter(row.department_name for row in self.rows)
        here = Counter(row.department_name for row in self.rows if row.first_in_at)
        return {name: (here[name], n) for name, n in expected.items()}

    def rest(self, after: int) -> dict[str, list[Row]]:
        """Department → those who came and are listed after so many."""
        found: dict[str, list[Row]] = {}
        for row in self.came[after:]:
            found.setdefault(row.department_name, []).append(row)
        return dict(sorted(found.items()))

    @property
    def found(self) -> bool:
        """Whether anybody is who is looked for."""
        return bool(self.missing or self.came)


# Built once: building a question costs more than asking it, and a screen asks every second.
def _of_lecture(model: Any, *columns: Any) -> ScalarSelect[Any]:
    own = (model.enterprise_id == Lecture.enterprise_id, model.lecture_id == Lecture.id)
    return select(*columns).where(*own).correlate(Lecture).scalar_subquery()


_VERSION = select(
    Lecture.state,
    _of_lecture(Attendee, func.count(Attendee.id)),
    _of_lecture(Attendee, func.count(Attendee.excused_reason)),
    _of_lecture(Attendee, func.count(Attendee.leave_proposed_at)),
    _of_lecture(AttendanceEvent, func.count(AttendanceEvent.id)),
    _of_lecture(Presence, func.max(Presence.settled_at)),
    _of_lecture(FlagResolution, func.count(FlagResolution.id)),
    called_last(Lecture.id).label("called_at"),
).where(Lecture.id == bindparam("lecture_id"))


def _people(phone: ColumnElement[Any]) -> tuple[Stored, Select[Any]]:
    told = Stored(
        Attendee.person_id, Person.name, Person.work_no, Attendee.department_name, Presence.status, Presence.sitting_id,
        Presence.first_in_at, Presence.last_out_at, Presence.late_minutes, Presence.minutes, Presence.method,
        Presence.trust, Attendee.excused_reason, Attendee.is_extra, Attendee.leave_proposed_at, phone,
    )  # fmt: skip
    presence = and_(Presence.lecture_id == Attendee.lecture_id, Presence.person_id == Attendee.person_id)
    rows = told.select().join_from(Attendee, Person, Person.id == Attendee.person_id).outerjoin(Presence, presence)
    return told, rows.where(Attendee.lecture_id == bindparam("lecture_id"))


# With phones: of those who have not come.
_PEOPLE = {True: _people(case((Presence.first_in_at.is_(None), Person.phone))), False: _people(null())}


_KNOWN: Lists[Row] = Lists(3_000)


def board_version(uow: UnitOfWork, lecture_id: UUID, sitting_id: UUID | None = None) -> str:
    """What changes when anything on the board of a lecture does: one query that reads no person. Raises NotFound.

    Events are appended and each rewrites a presence, so counts and the latest rewriting tell of every change, also of
    one that was begun earlier and committed later. Only that the missing may be called again comes with the time.
    """
    found = uow.execute(_VERSION.where(reach(uow, Lecture)), {"lecture_id": lecture_id}).first()
    if found is None:
        raise NotFound
    waits = found.called_at is not None and uow.now - found.called_at < BETWEEN
    return hashlib.sha256(repr((*found, waits, sitting_id)).encode()).hexdigest()[:16]


def board(
    uow: UnitOfWork, lecture: Lecture, sitting_id: UUID | None = None, wanted: str = "", version: str | None = None
) -> Board:
    """The board of one lecture, or of one sitting of it, in a fixed number of queries however many people there are.

    wanted: whom to list, by a part of the name, work number or department; "" for everybody. Counts are of everybody.
    version: where it was asked already. It is of before the rows: what comes in between is fetched once more.
    Raises NotFound when the sitting is of another lecture.
    """
    if sitting_id is not None and sitting_id not in [sitting.id for sitting in lecture.sittings]:
        raise NotFound
    version = version or board_version(uow, lecture.id, sitting_id)
    live = lecture.state == LectureState.OPEN
    editable = (live or lecture.is_held) and may_at_all(uow.actor, "attendance.enter")
    everybody = _rows(uow, lecture.id, phones=editable)
    rows = everybody if sitting_id is None else [row for row in everybody if row.sitting_id in (sitting_id, None)]
    of_all = _counts(everybody)
    missing: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.status is PresenceStatus.ABSENT and _is_found(row, wanted):
            missing[row.department_name].append(row)
    return Board(
        lecture_id=lecture.id,
        sitting_id=sitting_id,
        state=lecture.state,
        counts=of_all,
        shown=of_all if rows is everybody else _counts(rows),
        shifts=_shifts(lecture, everybody),
        rows=tuple(rows),
        missing={department: tuple(names) for department, names in sorted(missing.items(), key=lambda m: (-len(m[1]), m[0]))},
        calling=calling(uow, lecture.id) if live and may_at_all(uow.actor, "lecture.change") else None,
        live=live,
        editable=editable,
        as_of=uow.now,
        version=version,
        wanted=wanted,
    )


def _is_found(row: Row, wanted: str) -> bool:
    return not wanted or wanted.casefold() in f"{called(row.name, row.work_no)} {row.department_name}".casefold()


def _rows(uow: UnitOfWork, lecture_id: UUID, *, phones: bool) -> list[Row]:
    """Everybody expected, who needs something first. phones: of those who came to nothing, which alone are decrypted."""
    told, people = _PEOPLE[phones]
    read, stored = told.reader(db.engine.dialect), map(tuple, uow.execute(people, {"lecture_id": lecture_id}).all())
    rows = list(_KNOWN.of((lecture_id, phones), stored, lambda row: _row(*read(row))).values())
    if flags := shared_phones(uow, lecture_id):
        rows = _flagged(uow, lecture_id, rows, flags, phones=phones)
    rows.sort(key=attrgetter("place"))
    return rows


def _row(
    person_id: UUID, name: str, work_no: str | None, department: str, status: PresenceStatus | None, sitting_id: UUID | None,
    in_at: datetime | None, out_at: datetime | None, late: int | None, minutes: int | None, method: Method | None,
    trust: Trust | None, excused_reason: str | None, is_extra: bool, proposed_at: datetime | None,
    phone: str | None,
) -> Row:  # fmt: skip
    status = status or (PresenceStatus.EXCUSED if excused_reason else PresenceStatus.ABSENT)
    return Row(
        person_id, name, work_no, department, status, sitting_id, in_at, out_at, late or 0, minutes, method, trust,
        excused_reason, is_extra, (), False, hide(phone, 3, 4) if phone and status is PresenceStatus.ABSENT else None,
        (True, _ORDER.get(status, 4), department, work_no or "", name),
        asked=proposed_at is not None and status is PresenceStatus.ABSENT,
    )  # fmt: skip


def _flagged(uow: UnitOfWork, lecture_id: UUID, rows: list[Row], flags: list[Flag], *, phones: bool) -> list[Row]:
    """The rows, those of shared phones with what is to be told about them."""
    looked = resolutions_of(uow, lecture_id)
    words = {row.person_id: called(row.name, row.work_no) for row in rows}
    told = {
        flag.person_id: (
            tuple(sorted(words.get(other, "—") for other in flag.others)), bool(explained(flag, looked)), flag.subject
        )
        for flag in flags
    }  # fmt: skip

    def with_others(one: tuple[Row, tuple[str, ...], bool, str]) -> Row:
        row, others, confirmed, flag = one
        place = (confirmed, *row.place[1:])
        return replace(row, shares_phone_with=others, identity_confirmed=confirmed, place=place, flag=flag)

    found = ((row, *told[row.person_id]) for row in rows if row.person_id in told)
    kept = {one[0]: row for one, row in _KNOWN.of((lecture_id, phones, "shared"), found, with_others).items()}
    return [kept.get(row, row) for row in rows]


def _shifts(lecture: Lecture, rows: list[Row]) -> tuple[Shift, ...]:
    if len(lecture.sittings) < 2:
        return ()
    here = Counter(row.sitting_id for row in rows)
    return tuple(Shift(sitting.id, sitting.name, here[sitting.id]) for sitting in lecture.sittings)


def _counts(rows: list[Row]) -> Counts:
    number = Counter(row.status for row in rows)
    return Counts(
        expected=len(rows),
        present=number[PresenceStatus.PRESENT] + number[PresenceStatus.LEFT_EARLY],
        late=number[PresenceStatus.LATE],
        excused=number[PresenceStatus.EXCUSED],
        absent=number[PresenceStatus.ABSENT],
        extra=sum(row.is_extra for row in rows),
        checked_out=sum(row.first_in_at is not None and row.last_out_at is not None for row in rows),
    )
