"""What quizzes hears from lectures, answers them, and does by the clock."""

from __future__ import annotations

import logging
from uuid import UUID

from lms.access.actor import Actor
from lms.core.jobs import sweep
from lms.core.uow import UnitOfWork, answers, hears, unit_of_work
from lms.core.viewing.papers import read_waiting
from lms.lectures.events import (
    LectureCancelled,
    LectureClosed,
    LectureScheduled,
    LectureVoided,
    SittingClosed,
    Topic,
    TopicsAsked,
)
from lms.quizzes import queries, service, sheets
from lms.quizzes.models import Attempt, QuizPhoto
from lms.registry.privacy.events import PersonErased

CLERK = "quizzes.clock"
log = logging.getLogger(__name__)


@answers(TopicsAsked)
def tell_topics(uow: UnitOfWork, question: TopicsAsked) -> list[Topic]:
    return queries.topics_of(uow, question.enterprise_id)


@hears(PersonErased)
def forget(uow: UnitOfWork, event: PersonErased) -> None:
    service.forget(uow, event)


@hears(LectureScheduled)
def plan_quiz(uow: UnitOfWork, event: LectureScheduled) -> None:
    if event.quiz is not None:
        service.plan(uow, event.lecture_id, event.enterprise_id, event.quiz)


@hears(SittingClosed)
def open_quiz_of_shift(uow: UnitOfWork, event: SittingClosed) -> None:
    service.open_for_answers(uow, event.lecture_id, event.at)


@hears(LectureClosed)
def open_quiz(uow: UnitOfWork, event: LectureClosed) -> None:
    service.open_for_answers(uow, event.lecture_id, event.at)


@hears(LectureCancelled)
def cancel_quiz(uow: UnitOfWork, event: LectureCancelled) -> None:
    service.cancel(uow, event.lecture_id, event.at)


@hears(LectureVoided)
def close_quiz(uow: UnitOfWork, event: LectureVoided) -> None:
    service.cancel(uow, event.lecture_id, event.at)


@sweep
def close_overdue_attempts() -> None:
    """Grade the attempts whose time ran out on a phone that never came back, each in a transaction of its own."""
    with unit_of_work(Actor.system(CLERK), "system", write=False) as uow:
        waiting = queries.overdue(uow)
    for attempt_id in waiting:
        try:
            with unit_of_work(Actor.system(CLERK), "system") as uow:
                service.settle(uow, uow.session.get_one(Attempt, attempt_id))
        except Exception:  # a fault with one person's must not keep the others from their score; it is tried again in a minute
            log.exception("attempt_not_graded", extra={"attempt_id": str(attempt_id)})


@sweep
def read_quiz_photos(photo_id: str | None = None) -> None:
    """Read the photos of answered papers that wait, or one of them."""
    clerk = Actor.system("quizzes.sheets")
    read_waiting(QuizPhoto, clerk, sheets.read_photo, service.note_papers, UUID(photo_id) if photo_id else None)
