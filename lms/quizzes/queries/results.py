"""An attempt that was handed in, with what its result says around its questions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import aliased

from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.queries.attempts import SoFar, so_far_with
from lms.quizzes.queries.standing import Earlier
from lms.registry.models import Person


class Handed(NamedTuple):
    """Columns of the attempt, then of its quiz, the title of the lecture and the name of the person."""

    id: UUID
    person_id: UUID
    enterprise_id: UUID
    quiz_id: UUID
    number: int
    paper: list[dict[str, Any]]
    deadline_at: datetime
    submitted_at: datetime | None
    submitted_how: str | None
    score: int | None
    passed: bool | None
    pass_mark: int
    max_attempts: int
    explain: str
    cool_down: int
    closes_at: datetime | None
    retest_of_id: UUID | None
    lecture_id: UUID
    title: str
    name: str

    def has_closed(self, at: datetime) -> bool:
        """Whether nobody can begin the quiz any more."""
        return self.closes_at is not None and self.closes_at <= at


_every = aliased(Attempt)
_OF_ATTEMPT = Handed._fields[: Handed._fields.index("pass_mark")]
_OF_QUIZ = Handed._fields[len(_OF_ATTEMPT) : Handed._fields.index("title")]
_HANDED = (
    select(
        *(getattr(Attempt, name) for name in _OF_ATTEMPT), *(getattr(Quiz, name) for name in _OF_QUIZ),
        Lecture.title, Person.name,
        *(getattr(_every, name) for name in Earlier._fields),
    )
    .join(Quiz, Quiz.id == Attempt.quiz_id)
    .join(Lecture, Lecture.id == Quiz.lecture_id)
    .join(Person, Person.id == Attempt.person_id)
    .join(_every, and_(_every.quiz_id == Attempt.quiz_id, _every.person_id == Attempt.person_id))
    .where(Attempt.id.in_(bindparam("attempts", expanding=True)))
    .order_by(Attempt.id, _every.number)
)  # fmt: skip


def handed(uow: UnitOfWork, attempt_id: UUID) -> tuple[Handed, SoFar]:
    """An attempt that exists, and where the person is with the quiz. One statement."""
    return handed_all(uow, [attempt_id])[attempt_id]


def handed_all(uow: UnitOfWork, attempt_ids: Collection[UUID]) -> dict[UUID, tuple[Handed, SoFar]]:
    """As handed(), of each of these attempts. One statement."""
    own, found = len(Handed._fields), {}
    rows = uow.execute(_HANDED, {"attempts": list(attempt_ids)}).all()
    for attempt_id, group in groupby(rows, key=lambda row: row[0]):
        theirs = list(group)
        one = Handed._make(theirs[0][:own])
        found[attempt_id] = one, so_far_with(one.max_attempts, [Earlier._make(row[own:]) for row in theirs])
    return found
