"""People of other firms."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Id, Utc
from lms.registry.models import OfEnterprise


class Visitor(OfEnterprise, Base):
    """Somebody of another firm who came to a lecture (来访): name and company, on no roster and in no rate."""

    __tablename__ = "visitor"
    __table_args__ = (
        UniqueConstraint("scan_id"),
        Index(None, "enterprise_id", "lecture_id"),
        Index(None, "lecture_id"),
        Index(None, "sitting_id", "device_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    name: Mapped[str] = mapped_column(String(50))
    company: Mapped[str] = mapped_column(String(80))
    came_at: Mapped[Utc]
    left_at: Mapped[Utc | None]
    recorded_at: Mapped[Utc]
    scan_id: Mapped[UUID | None] = mapped_column(ForeignKey("scan.id"))
    device_id: Mapped[str | None] = mapped_column(String(40))
    entered_by: Mapped[str | None] = mapped_column(String(80))
