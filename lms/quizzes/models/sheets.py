"""Quizzes on paper, for people without a phone, and the photos of them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Id, Json, Utc, partial
from lms.core.viewing.papers import PaperPhoto
from lms.quizzes.models.attempts import Attempt
from lms.quizzes.models.quiz import Quiz
from lms.registry.models import OfEnterprise, Person


class QuizSheet(OfEnterprise, Base):
    """One person's printed quiz (纸质试卷). What it asks is fixed when it is printed.

    number: counts within the enterprise, on paper Q-0004. paper: as Attempt.paper; its letters are those printed. language: of
    rules.LANGUAGES, stands under the Chinese; None for Chinese alone.
    written_at: when it was answered. attempt_id: what it became when its answers were keyed in, by whom and when.
    corrections: [{"at", "by", "reason", "before", "after"}, …] of what was keyed in wrongly, with the scores.
    """

    __tablename__ = "quiz_sheet"
    __table_args__ = (
        UniqueConstraint("enterprise_id", "number"),
        UniqueConstraint("attempt_id"),
        Index(None, "quiz_id", "person_id"),
        Index(None, "person_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    quiz_id: Mapped[UUID] = mapped_column(ForeignKey("quiz.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    number: Mapped[int]
    paper: Mapped[Json]
    language: Mapped[str | None] = mapped_column(String(10))
    printed_by: Mapped[str] = mapped_column(String(80))
    printed_at: Mapped[Utc]
    written_at: Mapped[Utc | None]
    attempt_id: Mapped[UUID | None] = mapped_column(ForeignKey("attempt.id"))
    keyed_by: Mapped[str | None] = mapped_column(String(80))
    keyed_at: Mapped[Utc | None]
    corrections: Mapped[Json | None]
    quiz: Mapped[Quiz] = relationship()
    person: Mapped[Person] = relationship()
    attempt: Mapped[Attempt | None] = relationship()

    @property
    def code(self) -> str:
        """What it is called on paper and on pages."""
        return f"Q-{self.number:04}"


class QuizPhoto(PaperPhoto, OfEnterprise, Base):
    """A photo or scan of answered papers."""

    __tablename__ = "quiz_photo"
    __table_args__ = (
        Index(None, "enterprise_id", "quiz_id"),
        partial("ix_quiz_photo_waiting", "taken_at", where="read_at IS NULL"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    quiz_id: Mapped[UUID] = mapped_column(ForeignKey("quiz.id"))


class QuizImage(OfEnterprise, Base):
    """The picture of one answered paper (答卷照片), kept by its hash: what an attempt on paper rests on."""

    __tablename__ = "quiz_image"
    __table_args__ = (Index(None, "sheet_id"), Index(None, "photo_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("quiz_sheet.id"))
    photo_id: Mapped[UUID] = mapped_column(ForeignKey("quiz_photo.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[Utc]
    sheet: Mapped[QuizSheet] = relationship()
