"""Objections of people to their own record."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import clock
from lms.core.db import Base, Id, Utc
from lms.registry.models import OfEnterprise

ANSWER_WITHIN = 5  # working days


class Dispute(OfEnterprise, Base):
    """Somebody says that their own record of a lecture is wrong (异议). text may be empty: one tap is enough."""

    __tablename__ = "dispute"
    __table_args__ = (Index(None, "enterprise_id", "lecture_id"), Index(None, "lecture_id", "person_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(String(200))
    raised_at: Mapped[Utc]
    answer: Mapped[str | None] = mapped_column(String(200))
    answered_by: Mapped[str | None] = mapped_column(String(80))
    answered_at: Mapped[Utc | None]

    @property
    def due_on(self) -> date:
        """The last day to answer it."""
        return clock.after_working_days(clock.local_date(self.raised_at), ANSWER_WITHIN)
