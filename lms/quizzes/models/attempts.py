"""Attempts owned by the server, every tap, and what a person gave for a text."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Id, Json, Utc, partial
from lms.quizzes.models.quiz import Quiz
from lms.registry.models import OfEnterprise, Person

ON_PAPER = "paper"  # how an attempt was handed in whose answers were keyed in


class Attempt(OfEnterprise, Base):
    """One person's go at a quiz (答卷), owned by the server: paper, order and deadline are fixed at the start.

    paper: [{"version": id, "options": ["C", "A", …]}, …] in the order asked. score: 0–100, None until submitted, and while
    somebody has still to mark its texts.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("quiz_id", "person_id", "number"),
        partial("uq_attempt_one_open", "quiz_id", "person_id", where="submitted_at IS NULL", unique=True),
        Index(None, "enterprise_id", "quiz_id"),
        Index(None, "quiz_id", "id"),  # who began just before
        Index(None, "person_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    quiz_id: Mapped[UUID] = mapped_column(ForeignKey("quiz.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    number: Mapped[int]
    paper: Mapped[Json]
    started_at: Mapped[Utc]
    deadline_at: Mapped[Utc]
    submitted_at: Mapped[Utc | None]
    submitted_how: Mapped[str | None] = mapped_column(String(20))  # person / deadline / paper
    device_id: Mapped[str | None] = mapped_column(String(40))  # the phone it was begun on, where that is known
    score: Mapped[int | None]
    passed: Mapped[bool | None]
    quiz: Mapped[Quiz] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def waits_for_marking(self) -> bool:
        return self.submitted_at is not None and self.score is None


class Answer(Base):
    """One tap (作答): what was chosen, in the order of the phone's own counter. The last one of a question counts."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("attempt_id", "counter"),)
    id: Mapped[Id]
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("question_version.id"))
    counter: Mapped[int]
    chosen: Mapped[Json]  # a list of texts, see rules.paper
    answered_at: Mapped[Utc]


class TextMark(OfEnterprise, Base):
    """What a person gave for a text (人工评分), as a percentage of the question. Append-only: the last of an answer counts."""

    __tablename__ = "text_mark"
    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_is_of_100"),
        Index(None, "enterprise_id", "attempt_id"),
        Index(None, "attempt_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("question_version.id"))
    percent: Mapped[int]
    note: Mapped[str | None] = mapped_column(String(200))
    marked_by: Mapped[str] = mapped_column(String(80))
    marked_at: Mapped[Utc]


class PageLeft(OfEnterprise, Base):
    """The page of an attempt was out of sight for some seconds. A fact for the trainer; nothing follows from it."""

    __tablename__ = "page_left"
    __table_args__ = (Index(None, "attempt_id"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"))
    seconds: Mapped[int]
    back_at: Mapped[Utc]
