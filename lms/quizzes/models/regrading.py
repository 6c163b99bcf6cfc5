"""Keys that were wrong, and the scores that changed with them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Id, Utc
from lms.registry.models import OfEnterprise


class Regrade(OfEnterprise, Base):
    """What an enterprise decided about a question whose key was wrong (重评). Append-only: the last one of a wording counts.

    up_to: the last version it is about. key_id: the wording whose key counts for them; None: void, everybody has it in full.
    """

    __tablename__ = "regrade"
    __table_args__ = (Index(None, "enterprise_id", "question_id"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    question_id: Mapped[UUID] = mapped_column(ForeignKey("question.id"))
    up_to: Mapped[int]
    key_id: Mapped[UUID | None] = mapped_column(ForeignKey("question_version.id"))
    reason: Mapped[str] = mapped_column(String(100))
    decided_by: Mapped[str] = mapped_column(String(80))
    decided_key: Mapped[str] = mapped_column(String(60))  # of the actor
    decided_at: Mapped[Utc]
    changes: Mapped[list[ScoreChange]] = relationship(back_populates="regrade", order_by="ScoreChange.attempt_id")


class ScoreChange(OfEnterprise, Base):
    """The score of an attempt before and after a regrade (成绩更正)."""

    __tablename__ = "score_change"
    __table_args__ = (UniqueConstraint("regrade_id", "attempt_id"), Index(None, "attempt_id"), Index(None, "enterprise_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    regrade_id: Mapped[UUID] = mapped_column(ForeignKey("regrade.id"))
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"))
    score_before: Mapped[int]
    passed_before: Mapped[bool]
    score: Mapped[int]
    passed: Mapped[bool]
    regrade: Mapped[Regrade] = relationship(back_populates="changes")
