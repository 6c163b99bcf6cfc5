"""A record that somebody carries to their next employer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Id, Utc
from lms.registry.models import OfEnterprise


class CarriedRecord(OfEnterprise, Base):
    """A worker's record offered to another firm (随身培训记录): offered, asked for by a firm, agreed to, or ended.

    enterprise_id: where it was earned. code: in the QR code, not to be guessed. firm_id: who asks, the first one who did.
    statement: canonical JSON of what was shown, as it was when the worker agreed; signature, key: of it, as of a receipt.
    """

    __tablename__ = "carried_record"
    __table_args__ = (
        UniqueConstraint("code"),
        Index(None, "enterprise_id", "offered_at"),
        Index(None, "person_id"),
        Index(None, "firm_id", "agreed_at"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    code: Mapped[str] = mapped_column(String(32))
    offered_at: Mapped[Utc]
    ends_at: Mapped[Utc]
    firm_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    asked_by: Mapped[str | None] = mapped_column(String(80))
    asked_at: Mapped[Utc | None]
    agreed_at: Mapped[Utc | None]
    ended_at: Mapped[Utc | None]
    statement: Mapped[str | None] = mapped_column(Text)
    signature: Mapped[str | None] = mapped_column(String(128))
    key: Mapped[str | None] = mapped_column(String(64))

    def runs(self, now: datetime) -> bool:
        """Whether it can still be asked for, agreed to or read."""
        return self.ended_at is None and now < self.ends_at
