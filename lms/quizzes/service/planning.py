"""The quiz of a lecture, from plan to open."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.lectures.events import QuizPlan
from lms.quizzes import queries, rules
from lms.quizzes.models import Quiz


def plan(uow: UnitOfWork, lecture_id: UUID, enterprise_id: UUID, wanted: QuizPlan) -> Quiz:
    """The quiz a lecture was planned with. It opens when the lecture is closed."""
    quiz = Quiz(
        enterprise_id=enterprise_id,
        lecture_id=lecture_id,
        topics=list(wanted.topics),
        question_count=wanted.questions,
        pass_mark=wanted.pass_mark,
        minutes=wanted.minutes,
        max_attempts=wanted.attempts,
    )
    uow.session.add(quiz)
    uow.session.flush()
    return quiz


def open_for_answers(uow: UnitOfWork, lecture_id: UUID, at: datetime) -> None:
    """Open the quiz of a lecture of which a sitting is over; a lecture without one needs nothing.

    Each further sitting that ends leaves it open as long as the first did, for those who only came to that one.
    """
    if quiz := queries.quiz_of(uow, lecture_id):
        quiz.opens_at = quiz.opens_at or at
        quiz.closes_at = rules.closing_time(at, clock.ZONE)


def cancel(uow: UnitOfWork, lecture_id: UUID, at: datetime) -> None:
    """A lecture that is not held has a quiz that never opens; of one declared void the quiz ends now."""
    if quiz := queries.quiz_of(uow, lecture_id):
        quiz.opens_at = quiz.opens_at if quiz.opens_at and quiz.opens_at < at else None
        quiz.closes_at = min(quiz.closes_at or at, at)
