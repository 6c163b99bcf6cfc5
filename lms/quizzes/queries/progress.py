"""How far the people of a lecture are with its quiz."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from lms.access.reach import may_at_all
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee
from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.queries.attempts import quiz_of
from lms.registry.models import Person


class Best(NamedTuple):
    """The best graded attempt of a person. score: 0–100. attempts: how many were graded."""

    score: int
    passed: bool
    attempts: int


@dataclass(frozen=True, slots=True)
class PersonProgress:
    """One expected person in a lecture's quiz. state: waiting (not begun), answering, marking (handed in, no score yet), passed
    or failed (best so far).

    score: of the best graded attempt. attempt_id: of the newest attempt.
    """

    person_id: UUID
    name: str
    department_name: str
    state: str
    score: int | None
    attempts: int
    attempt_id: UUID | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a lecture's people are with its quiz; those excused are left out unless they took it all the same.

    state: planned (the lecture is not held yet), open or closed. may_mark: whether uow.actor marks texts. may_change: whether
    it runs the quiz. may_draw: whether it picks people for a retest.
    """

    quiz: Quiz
    state: str
    people: tuple[PersonProgress, ...]
    may_mark: bool
    may_change: bool
    may_draw: bool

    def in_state(self, *states: str) -> list[PersonProgress]:
        """The people in one of these states."""
        return [person for person in self.people if person.state in states]

    @property
    def started(self) -> int:
        return len(self.people) - len(self.in_state("waiting"))

    @property
    def finished(self) -> int:
        return sum(person.score is not None or person.state == "marking" for person in self.people)

    @property
    def passed(self) -> int:
        return len(self.in_state("passed"))

    @property
    def failed(self) -> int:
        return len(self.in_state("failed"))


def progress(uow: UnitOfWork, lecture_id: UUID) -> Progress | None:
    """How far the people of a lecture are with its quiz; None when it has none. Three queries however many people."""
    quiz = quiz_of(uow, lecture_id)
    if quiz is None:
        return None
    attempts: dict[UUID, list[Any]] = defaultdict(list)
    for row in uow.session.execute(
        select(Attempt.id, Attempt.person_id, Attempt.submitted_at, Attempt.score, Attempt.passed)
        .where(Attempt.quiz_id == quiz.id)
        .order_by(Attempt.number)
    ):
        attempts[row.person_id].append(row)
    expected = uow.session.execute(
        select(Attendee.person_id, Person.name, Attendee.department_name, Attendee.excused_reason)
        .join(Person, Person.id == Attendee.person_id)
        .where(Attendee.lecture_id == lecture_id)
        .order_by(Attendee.department_name, Person.name, Person.id)
    )
    people = [
        _person_progress(row, attempts[row.person_id]) for row in expected if not row.excused_reason or row.person_id in attempts
    ]
    if quiz.opens_at is None:
        state = "planned"
    else:
        state = "open" if quiz.closes_at is not None and uow.now < quiz.closes_at else "closed"
    return Progress(
        quiz,
        state,
        tuple(people),
        may_at_all(uow.actor, "answer.mark"),
        may_at_all(uow.actor, "quiz.change"),
        may_at_all(uow.actor, "retest.draw"),
    )


def _person_progress(row: Any, attempts: list[Any]) -> PersonProgress:
    graded = [attempt for attempt in attempts if attempt.score is not None]
    if any(attempt.passed for attempt in graded):
        state = "passed"
    elif any(attempt.submitted_at is None for attempt in attempts):
        state = "answering"
    elif any(attempt.submitted_at is not None and attempt.score is None for attempt in attempts):
        state = "marking"
    else:
        state = "failed" if graded else "waiting"
    best = max((attempt.score for attempt in graded), default=None)
    newest = attempts[-1].id if attempts else None
    return PersonProgress(row.person_id, row.name, row.department_name, state, best, len(attempts), newest)


def best_of(uow: UnitOfWork, lecture_id: UUID, person_ids: Collection[UUID]) -> dict[UUID, Best]:
    """The best graded attempt of each of these people in a lecture's quiz, in one query; who has none is not in it."""
    rows = uow.session.execute(
        select(Attempt.person_id, Attempt.score, Attempt.passed)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(
            Quiz.lecture_id == lecture_id,
            Quiz.retest_of_id.is_(None),
            Attempt.score.is_not(None),
            Attempt.person_id.in_(person_ids),
        )
    )
    graded: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        graded[row.person_id].append(row)
    return {
        person_id: Best(max(row.score for row in own), any(row.passed for row in own), len(own))
        for person_id, own in graded.items()
    }
