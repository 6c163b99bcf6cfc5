"""Quizzes, and the spot retests of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    exists,
    or_,
)
from sqlalchemy.orm import Mapped, QueryableAttribute, mapped_column, relationship

from lms.access.actor import Held
from lms.core.db import Base, Id, Json, Utc, partial
from lms.lectures.models import Attendee, Lecture
from lms.quizzes.rules import Quota
from lms.quizzes.rules.timing import HANDED_IN
from lms.registry.models import OfEnterprise


class Quiz(OfEnterprise, Base):
    """The quiz of a lecture (考核): n questions from topics. opens_at None until the lecture is closed.

    quotas: [{"topic": …, "difficulty": 0 … 3, "count": n}, …], what a paper is made of; empty: question_count from all topics.
    fixed: ids of the questions everybody is asked first; a retake is drawn. cool_down: minutes from one attempt to the next.
    explain: when a person is told what was right, see rules.timing. retest_of_id: the quiz that this one, for those who
    were picked (Retest), re-checks; nothing but a comparison follows from it.
    """

    __tablename__ = "quiz"
    __table_args__ = (
        partial("uq_quiz_one_of_a_lecture", "lecture_id", where="retest_of_id IS NULL", unique=True),
        CheckConstraint("question_count > 0", name="asks_something"),
        CheckConstraint("pass_mark BETWEEN 0 AND 100", name="pass_mark_is_of_100"),
        Index(None, "enterprise_id", "lecture_id"),
        Index(None, "closes_at"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    retest_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("quiz.id"))
    topics: Mapped[Json]
    question_count: Mapped[int]
    pass_mark: Mapped[int]
    minutes: Mapped[int]  # time for one attempt
    max_attempts: Mapped[int]
    quotas: Mapped[Json] = mapped_column(default=list)
    fixed: Mapped[Json] = mapped_column(default=list)
    cool_down: Mapped[int] = mapped_column(default=0)
    explain: Mapped[str] = mapped_column(String(20), default=HANDED_IN)
    opens_at: Mapped[Utc | None]
    closes_at: Mapped[Utc | None]
    lecture: Mapped[Lecture] = relationship()

    @property
    def asks(self) -> list[Quota]:
        """The quotas of a paper."""
        return [Quota(one["topic"], one["difficulty"], one["count"]) for one in self.quotas]

    def has_closed(self, at: datetime) -> bool:
        """Whether nobody can begin it any more."""
        return self.closes_at is not None and self.closes_at <= at

    @classmethod
    def covered_by_oneself(cls, held: Held) -> ColumnElement[bool]:
        there = exists().where(Attendee.lecture_id == cls.lecture_id, Attendee.person_id == held.person_id)
        return and_(there, cls.is_for(held.person_id))

    @classmethod
    def is_for(cls, person_id: UUID | QueryableAttribute[UUID] | None) -> ColumnElement[bool]:
        """Whether somebody on the list of the lecture is asked: everybody, in a retest those who were picked."""
        was_picked = exists().where(RetestPerson.quiz_id == cls.id, RetestPerson.person_id == person_id)
        return or_(cls.retest_of_id.is_(None), was_picked)


class Retest(OfEnterprise, Base):
    """A spot retest (抽考) of a lecture: who was picked, out of whom and by which seed (core.chance), for which quiz.

    by_bureau: drawn by those who supervise the enterprise, not by itself. pool: ids of those who could be picked.
    """

    __tablename__ = "retest"
    __table_args__ = (UniqueConstraint("quiz_id"), Index(None, "enterprise_id", "lecture_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    quiz_id: Mapped[UUID] = mapped_column(ForeignKey("quiz.id"))
    seed: Mapped[str] = mapped_column(String(40))
    pool: Mapped[Json]
    reason: Mapped[str | None] = mapped_column(String(200))
    by_bureau: Mapped[bool]
    drawn_by: Mapped[str] = mapped_column(String(80))
    drawn_at: Mapped[Utc]
    lecture: Mapped[Lecture] = relationship()
    quiz: Mapped[Quiz] = relationship()
    people: Mapped[list[RetestPerson]] = relationship()


class RetestPerson(OfEnterprise, Base):
    """Somebody who was picked for a retest."""

    __tablename__ = "retest_person"
    __table_args__ = (UniqueConstraint("quiz_id", "person_id"), Index(None, "retest_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    retest_id: Mapped[UUID] = mapped_column(ForeignKey("retest.id"))
    quiz_id: Mapped[UUID] = mapped_column(ForeignKey("quiz.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
