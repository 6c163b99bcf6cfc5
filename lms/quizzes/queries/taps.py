"""The hot paths of a quiz: an attempt held for a tap, and the tap kept; an attempt held to be graded, and its score given."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam, exists, select, update

from lms.core.db import db, new_id, put
from lms.core.uow import UnitOfWork
from lms.quizzes.models import Answer, Attempt, Quiz
from lms.registry.models import Person
from lms.registry.queries import on_roster

_answers = db.metadata.tables[Answer.__tablename__]
_KEEP = {name: statement.returning(_answers.c.id) for name, statement in put(_answers).items()}


class Held(NamedTuple):
    """What of an attempt a tap is judged by."""

    id: UUID
    person_id: UUID
    paper: list[dict[str, Any]]
    submitted_at: datetime | None
    deadline_at: datetime


class ToGrade(NamedTuple):
    """What of an attempt, and of its quiz, decides what becomes of it when it is handed in."""

    id: UUID
    person_id: UUID
    enterprise_id: UUID
    paper: list[dict[str, Any]]
    submitted_at: datetime | None
    submitted_how: str | None
    deadline_at: datetime
    pass_mark: int
    lecture_id: UUID
    retest_of_id: UUID | None


class Given(NamedTuple):
    """An attempt that was handed in: when, how, and its score once there is one."""

    attempt: UUID
    submitted_at: datetime
    submitted_how: str
    score: int | None
    passed: bool | None


_ID = Attempt.id == bindparam("attempt", type_=Uuid())
_HELD = select(*(getattr(Attempt, name) for name in Held._fields)).where(_ID).with_for_update()
_ON_ROSTER = exists(select(Person.id).where(Person.id == Attempt.person_id, on_roster(bindparam("today"))))
_HELD_ALL = (
    select(*(getattr(Attempt, name) for name in Held._fields))
    .where(Attempt.id.in_(bindparam("attempts", expanding=True)), _ON_ROSTER)
    .order_by(Attempt.id)
    .with_for_update()
)
_TO_GRADE = (
    select(*(getattr(Attempt, name) for name in ToGrade._fields[:-3]), Quiz.pass_mark, Quiz.lecture_id, Quiz.retest_of_id)
    .join(Quiz, Quiz.id == Attempt.quiz_id)
    .where(Attempt.id.in_(bindparam("attempts", expanding=True)))
    .order_by(Attempt.id)
    .with_for_update(of=Attempt)
)
_TO_GRADE_ALL = _TO_GRADE.where(_ON_ROSTER)
_attempts = db.metadata.tables[Attempt.__tablename__]
_GIVE = update(_attempts).where(_attempts.c.id == bindparam("attempt", type_=Uuid()))


def hold(uow: UnitOfWork, attempt_id: UUID) -> Held | None:
    """An attempt, held until the end of the transaction so that nobody hands it in meanwhile; None without one."""
    row = uow.execute(_HELD, {"attempt": attempt_id}).first()
    return Held._make(row) if row else None


def hold_all(uow: UnitOfWork, attempt_ids: Collection[UUID]) -> dict[UUID, Held]:
    """Those of these attempts that exist, and are of somebody on the roster, each as by hold(); always in one order, so that no
    two wait for each other.
    """
    return {row.id: Held._make(row) for row in uow.execute(_HELD_ALL, {"attempts": list(attempt_ids), "today": uow.today})}


def row_of_tap(uow: UnitOfWork, attempt_id: UUID, version_id: UUID, counter: int, chosen: list[str]) -> dict[str, Any]:
    """A tap that arrives now, all its columns."""
    return {
        "id": new_id(), "attempt_id": attempt_id, "version_id": version_id, "counter": counter, "chosen": chosen,
        "answered_at": uow.now,
    }  # fmt: skip


def keep_each(uow: UnitOfWork, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Write taps down, as of row_of_tap(); the ids of those that are: not of one whose counter is taken."""
    return set(uow.execute(_KEEP[uow.dialect], rows).scalars())


def hold_to_grade(uow: UnitOfWork, attempt_id: UUID) -> ToGrade | None:
    """As hold(), with what grading needs."""
    row = uow.execute(_TO_GRADE, {"attempts": [attempt_id]}).first()
    return ToGrade._make(row) if row else None


def hold_all_to_grade(uow: UnitOfWork, attempt_ids: Collection[UUID], *, anybody: bool = False) -> dict[UUID, ToGrade]:
    """As hold_all(), with what grading needs. anybody: of those too who have left the roster."""
    rows = uow.execute(_TO_GRADE if anybody else _TO_GRADE_ALL, {"attempts": list(attempt_ids), "today": uow.today})
    return {row.id: ToGrade._make(row) for row in rows}


def give(uow: UnitOfWork, given: Sequence[Given]) -> None:
    """Write down that attempts were handed in, and what they came to. PostgreSQL gets all of them in one way there and back."""
    if given:
        uow.execute(_GIVE, [one._asdict() for one in given])


def keep(uow: UnitOfWork, attempt_id: UUID, version_id: UUID, counter: int, chosen: list[str]) -> bool:
    """keep_each() of one; whether it was written."""
    return bool(keep_each(uow, [row_of_tap(uow, attempt_id, version_id, counter, chosen)]))
