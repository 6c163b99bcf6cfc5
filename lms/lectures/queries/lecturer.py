"""Reads that serve the lecturer's part of a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture, LecturerMark
from lms.lectures.rules import IN_THE_ROOM, TRUST, WITNESS_WORDS, Proof, proof
from lms.registry.models import Person


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
        why=next((mark.reason for mark in reversed(marks) if mark.reason and mark.person_id == lecture.spoken_by_id), None),
        proven=bool(seen) and all(found.proven for found in seen),
        begun=bool(seen) and all(found.start_witness in IN_THE_ROOM for found in seen),
        disputed=any(found.disputed for found in of_sitting),
    )


def proof_of(uow: UnitOfWork, sitting_id: UUID, until: datetime | None = None) -> Proof:
    """What the marks of a sitting show of its lecturer. until: as proof() has it."""
    return proof(uow.session.scalars(select(LecturerMark).where(LecturerMark.sitting_id == sitting_id)), until)
