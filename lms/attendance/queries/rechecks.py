"""The re-checks of a lecture (在场复核): who was asked, who answered, who is asked at this moment."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lms.attendance.models import AttendanceEvent, Mark, Presence, Recheck, RecheckAsk
from lms.attendance.rules.flags import OWN_PHONE
from lms.attendance.rules.rechecks import answered
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.registry.queries import names_of


@dataclass(frozen=True, slots=True)
class Room:
    """Who is in the room of a sitting and is not speaking. askable: came by an own phone, so that there is something to tap.

    others: how many came by a tablet, a leader's phone, a sheet or the trainer.
    """

    askable: tuple[UUID, ...]
    others: int


@dataclass(frozen=True, slots=True)
class Rechecked:
    """A re-check with its people by name. seconds_left: 0 when it is over; None while it waits for its moment."""

    recheck: Recheck
    answered: tuple[str, ...]
    silent: tuple[str, ...]
    seconds_left: int | None

    @property
    def asked(self) -> int:
        return len(self.answered) + len(self.silent)


def rechecks_of(uow: UnitOfWork, lecture: Lecture) -> list[Rechecked]:
    """The re-checks of a lecture, the latest first, with who answered and who did not."""
    rows = rechecks_in(uow, lecture)
    marks = _answers(uow, lecture) if rows else {}
    people = {ask.person_id for row in rows for ask in row.asked}
    names = names_of(uow, people)
    told = []
    for row in rows:
        if row.opens_at is None or row.until is None:
            told.append(Rechecked(row, (), (), None))
            continue
        there = {ask.person_id for ask in row.asked if answered(marks.get(ask.person_id, ()), row.opens_at, row.until)}
        told.append(
            Rechecked(
                row,
                tuple(sorted(names[ask.person_id] for ask in row.asked if ask.person_id in there)),
                tuple(sorted(names[ask.person_id] for ask in row.asked if ask.person_id not in there)),
                max(int((row.until - uow.now).total_seconds()), 0),
            )
        )
    return told


def room_of(uow: UnitOfWork, lecture: Lecture, sitting_id: UUID) -> Room:
    """Those who checked in at a sitting and have not checked out."""
    rows = uow.session.execute(
        select(Presence.person_id, Presence.method).where(
            Presence.lecture_id == lecture.id,
            Presence.sitting_id == sitting_id,
            Presence.first_in_at.is_not(None),
            Presence.last_out_at.is_(None),
            Presence.person_id != (lecture.spoken_by_id or lecture.lecturer_id),  # is speaking, and not at the phone
        )
    ).all()
    askable = tuple(person_id for person_id, method in rows if method in OWN_PHONE)
    return Room(askable, len(rows) - len(askable))


def asked_now(uow: UnitOfWork, person_id: UUID) -> Recheck | None:
    """The re-check this person is asked in at this moment and has not answered."""
    row = uow.session.scalar(
        select(Recheck)
        .join(RecheckAsk, RecheckAsk.recheck_id == Recheck.id)
        .where(RecheckAsk.person_id == person_id, Recheck.until >= uow.now)
        .order_by(Recheck.until.desc())
        .limit(1)
    )
    return None if row is None or has_answered(uow, row, person_id) else row


def has_answered(uow: UnitOfWork, recheck: Recheck, person_id: UUID) -> bool:
    """Whether a person has a re-check mark within the window."""
    at = uow.session.scalars(
        select(AttendanceEvent.scanned_at).where(
            AttendanceEvent.lecture_id == recheck.lecture_id,
            AttendanceEvent.person_id == person_id,
            AttendanceEvent.mark == Mark.RECHECK,
        )
    )
    return bool(recheck.opens_at and recheck.until and answered(at, recheck.opens_at, recheck.until))


def open_recheck(uow: UnitOfWork, sitting_id: UUID) -> Recheck | None:
    """The re-check that runs in a sitting at this moment."""
    return uow.session.scalar(select(Recheck).where(Recheck.sitting_id == sitting_id, Recheck.until >= uow.now).limit(1))


def rechecks_in(uow: UnitOfWork, lecture: Lecture) -> list[Recheck]:
    """The re-checks of a lecture with whom they asked, the latest first."""
    rows = select(Recheck).where(Recheck.lecture_id == lecture.id).options(selectinload(Recheck.asked))
    return list(uow.session.scalars(rows.order_by(Recheck.id.desc()).execution_options(populate_existing=True)))


def _answers(uow: UnitOfWork, lecture: Lecture) -> dict[UUID, list[datetime]]:
    marks: dict[UUID, list[datetime]] = defaultdict(list)
    for person_id, at in uow.session.execute(
        select(AttendanceEvent.person_id, AttendanceEvent.scanned_at).where(
            AttendanceEvent.lecture_id == lecture.id, AttendanceEvent.mark == Mark.RECHECK
        )
    ):
        marks[person_id].append(at)
    return marks
