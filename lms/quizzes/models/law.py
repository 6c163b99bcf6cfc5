"""Clauses of the law that were replaced, and the questions that were looked at since."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, ForeignKey, Index, String, or_
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.actor import Held
from lms.access.models import Role
from lms.core.db import Base, Id, Utc
from lms.quizzes.models.above import above_enterprise
from lms.registry.models import OfEnterprise


class LawChange(OfEnterprise, Base):
    """A clause of the law was replaced (法条变更), as an enterprise says for itself or a bureau for those it supervises."""

    __tablename__ = "law_change"
    __table_args__ = (Index(None, "enterprise_id"), Index(None, "jurisdiction_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    jurisdiction_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    clause: Mapped[str] = mapped_column(String(100))
    note: Mapped[str | None] = mapped_column(String(200))
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[Utc]
    withdrawn_at: Mapped[Utc | None]

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        if held.role is Role.OFFICER:
            return cls.jurisdiction_id == held.jurisdiction_id
        return cls.holds_for(held.enterprise_id)

    @classmethod
    def holds_for(cls, enterprise_id: UUID | BindParameter[UUID] | None) -> ColumnElement[bool]:
        """Whether an enterprise is told of it: its own, or of a bureau above it."""
        return or_(cls.enterprise_id == enterprise_id, cls.jurisdiction_id.in_(above_enterprise(enterprise_id)))


class LawCheck(Base):
    """A question was looked at after a clause it rests on was replaced, and is still right: for one enterprise, or for all."""

    __tablename__ = "law_check"
    __table_args__ = (Index(None, "law_change_id"),)
    id: Mapped[Id]
    law_change_id: Mapped[UUID] = mapped_column(ForeignKey("law_change.id"))
    question_id: Mapped[UUID] = mapped_column(ForeignKey("question.id"))
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    checked_by: Mapped[str] = mapped_column(String(80))
    checked_at: Mapped[Utc]
