"""Objections of people to their own record."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Id, Utc
from lms.registry.models import OfEnterprise


class Dispute(OfEnterprise, Base):
    """Somebody says that their own record of a lecture is wrong (异议). text may be empty: one tap is enough.

    due_on: the last day to answer it, as it was told that day.
    """

    __tablename__ = "dispute"
    __table_args__ = (Index(None, "enterprise_id", "lecture_id"), Index(None, "lecture_id", "person_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(String(200))
    raised_at: Mapped[Utc]
    due_on: Mapped[date]
    answer: Mapped[str | None] = mapped_column(String(200))
    answered_by: Mapped[str | None] = mapped_column(String(80))
    answered_at: Mapped[Utc | None]
