"""A person's attempts: where somebody is with a quiz, what awaits them, and what waits for others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import defer

from lms.access.reach import reach
from lms.core.uow import UnitOfWork
from lms.lectures.events import HeardAsked, ListenersAsked
from lms.lectures.models import Attendee, Lecture
from lms.quizzes import rules
from lms.quizzes.models import Attempt, Quiz


@dataclass(frozen=True, slots=True)
class DueQuiz:
    """An open quiz that a person should take. open_attempt_id: of an attempt begun and not handed in."""

    quiz_id: UUID
    lecture_id: UUID
    lecture_title: str
    question_count: int
    pass_mark: int
    minutes: int
    closes_at: datetime
    attempts_left: int
    open_attempt_id: UUID | None
    is_retest: bool


class Went(Protocol):
    """An attempt, or these columns of one."""

    @property
    def id(self) -> UUID: ...
    @property
    def number(self) -> int: ...
    @property
    def paper(self) -> Any: ...
    @property
    def deadline_at(self) -> datetime: ...
    @property
    def submitted_at(self) -> datetime | None: ...
    @property
    def score(self) -> int | None: ...
    @property
    def passed(self) -> bool | None: ...
    @property
    def waits_for_marking(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class SoFar:
    """Where a person is with a quiz. left: attempts not begun yet. open: the attempt not handed in, if any."""

    attempts: tuple[Went, ...]
    open: Went | None
    left: int
    passed: bool

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do: passed, or no attempt left and none open."""
        return self.passed or not (self.left or self.open)

    @property
    def due(self) -> bool:
        """Whether there is something to do now: not passed, an attempt left or open, and none waits for its marks."""
        return not self.finished and not self.waiting

    @property
    def last_ended_at(self) -> datetime | None:
        """When the last attempt was handed in."""
        return max((attempt.submitted_at for attempt in self.attempts if attempt.submitted_at), default=None)

    @property
    def waiting(self) -> bool:
        """Whether an attempt that was handed in waits for a person to mark it."""
        return any(attempt.waits_for_marking for attempt in self.attempts)


def quiz_of(uow: UnitOfWork, lecture_id: UUID) -> Quiz | None:
    """The quiz of a lecture, None when it has none; its retests are found by queries.retests_of."""
    return uow.session.scalar(select(Quiz).where(Quiz.lecture_id == lecture_id, Quiz.retest_of_id.is_(None)))


def due_for(uow: UnitOfWork, person_id: UUID) -> list[DueQuiz]:
    """The open quizzes a person was invited to, has not passed and may still take, the first to close first."""
    rows = uow.session.execute(
        select(Quiz, Lecture.title, Lecture.closed_at, Attempt)
        .join(Lecture, Lecture.id == Quiz.lecture_id)
        .join(Attendee, and_(Attendee.lecture_id == Lecture.id, Attendee.person_id == person_id))
        .outerjoin(Attempt, and_(Attempt.quiz_id == Quiz.id, Attempt.person_id == person_id))
        .where(Quiz.opens_at <= uow.now, Quiz.closes_at > uow.now, Attendee.excused_reason.is_(None), Quiz.is_for(person_id))
        .order_by(Quiz.closes_at, Quiz.id, Attempt.number)
    )
    quizzes: dict[UUID, tuple[Quiz, str, list[Attempt]]] = {}
    going_on: set[UUID] = set()
    for quiz, title, closed_at, attempt in rows:
        if closed_at is None:
            going_on.add(quiz.lecture_id)
        own = quizzes.setdefault(quiz.id, (quiz, title, []))[2]
        if attempt is not None:
            own.append(attempt)
    due = []
    not_yet = going_on - _heard(uow, person_id, going_on)
    for quiz, title, attempts in quizzes.values():
        at = so_far_with(quiz.max_attempts, attempts)
        if quiz.lecture_id in not_yet:
            continue
        if at.due:
            assert quiz.closes_at is not None
            due.append(
                DueQuiz(
                    quiz.id, quiz.lecture_id, title, quiz.question_count, quiz.pass_mark, quiz.minutes, quiz.closes_at,
                    at.left, at.open.id if at.open else None, quiz.retest_of_id is not None,
                )
            )  # fmt: skip
    return due


def unpassed(uow: UnitOfWork, quiz: Quiz, closed_at: datetime | None) -> dict[UUID, bool]:
    """Who was invited to a quiz and has not passed it: whether they may take it now, as due_for() has it of one person.

    closed_at: of the lecture.
    """
    rows = uow.session.execute(
        select(Attendee.person_id, Attempt)
        .outerjoin(Attempt, and_(Attempt.quiz_id == quiz.id, Attempt.person_id == Attendee.person_id))
        .where(Attendee.lecture_id == quiz.lecture_id, Attendee.excused_reason.is_(None))
        .options(defer(Attempt.paper))
        .order_by(Attendee.person_id, Attempt.number)
    )
    attempts: dict[UUID, list[Attempt]] = {}
    for person_id, attempt in rows:
        own = attempts.setdefault(person_id, [])
        if attempt is not None:
            own.append(attempt)
    listeners = attempts.keys() if closed_at else uow.ask(ListenersAsked(quiz.lecture_id)) or set()
    where = {person_id: so_far_with(quiz.max_attempts, own) for person_id, own in attempts.items()}
    return {person_id: at.due and person_id in listeners for person_id, at in where.items() if not at.passed}


def has_heard(uow: UnitOfWork, lecture_id: UUID, closed_at: datetime | None, person_id: UUID) -> bool:
    """Whether the lecture is over for this person: as a whole, or the sitting they came to while others are still to be held.

    closed_at: of the lecture.
    """
    return closed_at is not None or bool(_heard(uow, person_id, {lecture_id}))


def _heard(uow: UnitOfWork, person_id: UUID, lecture_ids: Collection[UUID]) -> set[UUID]:
    return (uow.ask(HeardAsked(person_id, tuple(lecture_ids))) or set()) if lecture_ids else set()


def so_far(uow: UnitOfWork, quiz: Quiz, person_id: UUID) -> SoFar:
    """Where a person is with a quiz."""
    return so_far_with(quiz.max_attempts, attempts_of(uow, quiz.id, person_id))


def so_far_with(most: int, attempts: Sequence[Went]) -> SoFar:
    """Where somebody with these attempts is, of whom so many are allowed."""
    unfinished = next((attempt for attempt in attempts if attempt.submitted_at is None), None)
    left = max(0, most - len(attempts))
    return SoFar(tuple(attempts), unfinished, left, any(attempt.passed for attempt in attempts))


def attempts_of(uow: UnitOfWork, quiz_id: UUID, person_id: UUID) -> list[Attempt]:
    """A person's attempts at a quiz, the first first."""
    wanted = select(Attempt).where(Attempt.quiz_id == quiz_id, Attempt.person_id == person_id).order_by(Attempt.number)
    return list(uow.session.scalars(wanted))


def papers_of(uow: UnitOfWork, quiz_id: UUID) -> list[tuple[str, ...]]:
    """The wordings each person was asked in the first attempt, those who began first first."""
    wanted = select(Attempt.paper).where(Attempt.quiz_id == quiz_id, Attempt.number == 1).order_by(Attempt.id)
    return [rules.order_of(paper) for paper in uow.session.scalars(wanted)]


def to_mark(uow: UnitOfWork, limit: int = 30) -> list[Attempt]:
    """Attempts within reach that wait for somebody to mark their texts, the oldest first; none of whoever asks, who may not."""
    own = [held.person_id for held in uow.actor.held if held.person_id]
    wanted = (
        select(Attempt)
        .where(reach(uow, Attempt), Attempt.submitted_at.is_not(None), Attempt.score.is_(None), Attempt.person_id.not_in(own))
        .order_by(Attempt.submitted_at, Attempt.id)
        .limit(limit)
    )
    return list(uow.session.scalars(wanted))


def overdue(uow: UnitOfWork) -> list[UUID]:
    """Attempts whose time ran out, grace included, and that nobody handed in."""
    wanted = select(Attempt.id).where(Attempt.submitted_at.is_(None), Attempt.deadline_at < uow.now - rules.GRACE)
    return list(uow.session.scalars(wanted))
