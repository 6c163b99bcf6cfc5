"""The hot paths of a quiz: an attempt held for a tap, and the tap kept; an attempt held to be graded, and its score given."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lms.core.db import new_id
from lms.core.uow import UnitOfWork
from lms.quizzes.models import Answer, Attempt, Quiz

_KEEP = {
    name: dialect.insert(Answer.__table__).on_conflict_do_nothing(index_elements=["attempt_id", "counter"])
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


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


_ID = Attempt.id == bindparam("attempt", type_=Uuid())
_HELD = select(*(getattr(Attempt, name) for name in Held._fields)).where(_ID).with_for_update()
_HELD_ALL = (
    select(*(getattr(Attempt, name) for name in Held._fields))
    .where(Attempt.id.in_(bindparam("attempts", expanding=True)))
    .order_by(Attempt.id)
    .with_for_update()
)
_TAKEN = select(Answer.attempt_id, Answer.counter).where(
    Answer.attempt_id.in_(bindparam("attempts", expanding=True)), Answer.counter.in_(bindparam("counters", expanding=True))
)
_KEEP_ALL = insert(Answer.__table__)  # type: ignore[arg-type]  # a table, whatever the class says
_TO_GRADE = (
    select(*(getattr(Attempt, name) for name in ToGrade._fields[:-3]), Quiz.pass_mark, Quiz.lecture_id, Quiz.retest_of_id)
    .join(Quiz, Quiz.id == Attempt.quiz_id)
    .where(Attempt.id.in_(bindparam("attempts", expanding=True)))
    .order_by(Attempt.id)
    .with_for_update(of=Attempt)
)
_GIVE = (
    update(Attempt.__table__)  # type: ignore[arg-type]  # a table, whatever the class says
    .where(Attempt.__table__.c.id == bindparam("attempt", type_=Uuid()))
    .values({name: bindparam(f"its_{name}") for name in ("submitted_at", "submitted_how", "score", "passed")})
)


def hold(uow: UnitOfWork, attempt_id: UUID) -> Held | None:
    """An attempt, held until the end of the transaction so that nobody hands it in meanwhile; None without one."""
    row = uow.execute(_HELD, {"attempt": attempt_id}).first()
    return Held._make(row) if row else None


def hold_all(uow: UnitOfWork, attempt_ids: Collection[UUID]) -> dict[UUID, Held]:
    """Those of these attempts that exist, each as by hold(); always in one order, so that no two wait for each other."""
    return {row.id: Held._make(row) for row in uow.execute(_HELD_ALL, {"attempts": list(attempt_ids)})}


def taken_counters(uow: UnitOfWork, attempt_ids: Collection[UUID], counters: Collection[int]) -> set[tuple[UUID, int]]:
    """Under which of these counters an attempt has a tap, for each of them."""
    rows = uow.execute(_TAKEN, {"attempts": list(attempt_ids), "counters": list(counters)})
    return {(row.attempt_id, row.counter) for row in rows}


def keep_all(uow: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """Write down taps, all columns of each, under counters that are free."""
    uow.execute(_KEEP_ALL, rows)


def hold_to_grade(uow: UnitOfWork, attempt_id: UUID) -> ToGrade | None:
    """As hold(), with what grading needs."""
    return hold_all_to_grade(uow, [attempt_id]).get(attempt_id)


def hold_all_to_grade(uow: UnitOfWork, attempt_ids: Collection[UUID]) -> dict[UUID, ToGrade]:
    """As hold_all(), with what grading needs."""
    return {row.id: ToGrade._make(row) for row in uow.execute(_TO_GRADE, {"attempts": list(attempt_ids)})}


def give(
    uow: UnitOfWork, attempt_id: UUID, *, submitted_at: datetime, submitted_how: str, score: int | None, passed: bool | None
) -> None:
    """Write down that an attempt was handed in, and its score once there is one."""
    uow.execute(
        _GIVE,
        {
            "attempt": attempt_id, "its_submitted_at": submitted_at, "its_submitted_how": submitted_how, "its_score": score,
            "its_passed": passed,
        },
    )  # fmt: skip


def keep(uow: UnitOfWork, attempt_id: UUID, version_id: UUID, counter: int, chosen: list[str]) -> bool:
    """Write a tap down unless there is one under its counter already; whether it was written."""
    row = {
        "id": new_id(), "attempt_id": attempt_id, "version_id": version_id, "counter": counter, "chosen": chosen,
        "answered_at": uow.now,
    }  # fmt: skip
    return bool(uow.execute(_KEEP[uow.dialect], row).rowcount == 1)
