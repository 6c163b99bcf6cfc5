"""Messages to people: the in-app inbox."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.actor import Held
from lms.core.db import Base, Id, Utc


class Notice(Base):
    """A message to one person (通知). link: a path of this product."""

    __tablename__ = "notice"
    __table_args__ = (Index(None, "person_id", "sent_at"), Index(None, "enterprise_id", "sent_at"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(String(500))
    link: Mapped[str | None] = mapped_column(String(200))
    sent_at: Mapped[Utc]
    read_at: Mapped[Utc | None]

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        """A message is its reader's own."""
        return cls.person_id == held.person_id if held.person_id else false()
