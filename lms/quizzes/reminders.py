"""Quizzes that close soon: seven, three and one day before, for those who may still pass, and for the trainer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import Role
from lms.core import clock
from lms.core.jobs import sweep
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.notices import climbing
from lms.notices.rules import LADDER
from lms.notices.service import tell, tell_staff
from lms.quizzes import queries
from lms.quizzes.models import Quiz

KIND = "quiz.reminder"
CLERK = Actor.system("quizzes.reminders")


@sweep
def remind_of_quizzes() -> None:
    """Each quiz in a transaction of its own."""
    climbing.write_due(CLERK, _due, _remind)


def _due(uow: UnitOfWork) -> list[tuple[UUID, int]]:
    rows = uow.session.execute(
        select(Quiz.id, Quiz.opens_at, Quiz.closes_at).where(
            Quiz.retest_of_id.is_(None),
            Quiz.opens_at <= uow.now,
            Quiz.closes_at > uow.now,
            Quiz.closes_at < uow.now + timedelta(days=max(LADDER) + 1),
        )
    ).all()
    spans = {
        quiz_id: (clock.local_date(opens_at or uow.now), clock.local_date(closes_at or uow.now))
        for quiz_id, opens_at, closes_at in rows
    }
    return climbing.rungs_due(uow, KIND, spans)


def _remind(uow: UnitOfWork, quiz_id: UUID, rung: int) -> None:
    quiz = uow.session.get_one(Quiz, quiz_id)
    if not climbing.climb(uow, quiz_id, KIND, rung):
        return
    title, closed_at = uow.session.execute(select(Lecture.title, Lecture.closed_at).where(Lecture.id == quiz.lecture_id)).one()
    people = queries.unpassed(uow, quiz, closed_at)
    if not people:
        return
    due = [person_id for person_id, may_take_it in people.items() if may_take_it]
    assert quiz.closes_at is not None
    body = f"{clock.moment(quiz.closes_at)} 截止。"
    words: dict[str, Any] = {"kind": KIND, "about_id": quiz.id, "urgent": climbing.hurries(uow, rung)}
    tell(
        uow, quiz.enterprise_id, due, title=f"考核还有 {rung} 天截止：{title}", body=body, link=f"/quizzes/{quiz.id}", **words
    )  # fmt: skip
    title = f"还有 {len(people)} 人没通过考核：{title}"
    tell_staff(uow, quiz.enterprise_id, Role.TRAINER, title=title, body=body, link=f"/lectures/{quiz.lecture_id}", **words)
