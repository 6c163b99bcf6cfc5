"""Reads that serve the lecturer's part of a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.access.models import Role
from lms.access.reach import holds_over
from lms.access.service import hands_of
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture, LecturerMark, Sitting, Witness
from lms.lectures.rules import IN_THE_ROOM, TRUST, WITNESS_WORDS, Proof, proof
from lms.registry.models import Person

BY_OFFICER = (Witness.OFFICER_CODE, Witness.OFFICER)


def marks_of(uow: UnitOfWork, lecture_id: UUID) -> list[LecturerMark]:
    """The marks of the lecturer in all sittings of a lecture, as they happened, each with the person."""
    rows = (
        select(LecturerMark)
        .where(LecturerMark.lecture_id == lecture_id)
        .options(joinedload(LecturerMark.person).load_only(Person.name))
        .order_by(LecturerMark.at, LecturerMark.id)
    )
    return list(uow.session.scalars(rows))


@dataclass(frozen=True, slots=True)
class LecturerLine:
    """One mark of the lecturer with its trust level and how it is known, in words."""

    mark: LecturerMark
    trust: str
    how: Any


@dataclass(frozen=True, slots=True)
class LecturerShown:
    """What the page of a lecture says of its lecturer.

    differs: somebody else spoke than was registered. why: the reason that was given for it; None where none was. proven: in
    every sitting held, beginning and end were seen by more than the trainer. begun: so far the beginnings were.
    """

    lines: tuple[LecturerLine, ...]
    differs: bool
    why: str | None
    proven: bool
    begun: bool
    disputed: bool


def lecturer_shown(uow: UnitOfWork, lecture: Lecture) -> LecturerShown:
    """The registered and the real lecturer with everything that was seen of them."""
    marks = marks_of(uow, lecture.id)
    of_sitting = [proof(mark for mark in marks if mark.sitting_id == sitting.id) for sitting in lecture.sittings]
    seen = [found for found in of_sitting if found.person_id]
    return LecturerShown(
        lines=tuple(LecturerLine(mark, TRUST[mark.witness], WITNESS_WORDS[mark.witness]) for mark in marks),
        differs=lecture.spoken_by_id not in (None, lecture.lecturer_id),
        why=next((mark.reason for mark in reversed(marks) if mark.says_why and mark.person_id == lecture.spoken_by_id), None),
        proven=bool(seen) and all(found.proven for found in seen),
        begun=bool(seen) and all(found.start_witness in IN_THE_ROOM for found in seen),
        disputed=any(found.disputed for found in of_sitting),
    )


@dataclass(frozen=True, slots=True)
class WaitingTime:
    """What somebody proposed of when the lecturer began or ended. was: what is recorded. for_me: whoever reads this may be the
    second person. own: they proposed it.
    """

    sitting: Sitting
    was: datetime | None
    for_me: bool
    own: bool


def waiting_times(uow: UnitOfWork, lecture: Lecture) -> list[WaitingTime]:
    """The corrections of times of a lecture that wait for a second person."""
    waiting = []
    for sitting in lecture.sittings:
        if sitting.time_proposed_at is not None and not lecture.is_called_off:
            found, own = proof_of(uow, sitting.id, uow.now), sitting.time_proposed_key in hands_of(uow)
            was = found.started_at if sitting.time_step == "start" else found.ended_at
            waiting.append(WaitingTime(sitting, was, not own and may_second_time(uow, sitting), own))
    return waiting


def may_second_time(uow: UnitOfWork, sitting: Sitting) -> bool:
    """Whether whoever acts answers for when a sitting began and ended: they spoke, they are the head, or they are the officer who
    confirmed the lecturer there.
    """
    speaker = proof_of(uow, sitting.id, uow.now).person_id
    if speaker is not None and f"person:{speaker}" in hands_of(uow):
        return True
    by_officer = (LecturerMark.witness.in_(BY_OFFICER), LecturerMark.told_key == uow.actor.key)
    sat_in = select(LecturerMark.id).where(LecturerMark.sitting_id == sitting.id, *by_officer)
    return holds_over(uow, sitting, Role.HEAD) or uow.session.scalar(sat_in.limit(1)) is not None


def proof_of(uow: UnitOfWork, sitting_id: UUID, until: datetime | None = None) -> Proof:
    """What the marks of a sitting show of its lecturer. until: as proof() has it."""
    return proof(uow.session.scalars(select(LecturerMark).where(LecturerMark.sitting_id == sitting_id)), until)
