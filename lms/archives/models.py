"""Archives that somebody asked for."""

from __future__ import annotations

import enum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.models import stored
from lms.core.db import Base, Id, Utc, partial
from lms.registry.models import OfEnterprise


class Subject(enum.StrEnum):
    """Values are stored; never renamed."""

    ENTERPRISE = "enterprise"  # 一企一档
    LECTURE = "lecture"  # 一期一档
    PERSON = "person"  # 一人一档


class Format(enum.StrEnum):
    """Values are stored; never renamed. ZIP: with a signed manifest and the script that checks it; not of a person."""

    PDF = "pdf"
    XLSX = "xlsx"
    ZIP = "zip"


class ArchiveOrder(OfEnterprise, Base):
    """An archive somebody asked for (档案任务): made beside the pages, kept for some days, fetched as often as wanted.

    subject_id: of the enterprise, lecture or person. done, total: steps. sha256: of the file in the content store, None until it
    is made and again when it is kept no longer. problem: why it could not be made, for whoever asked.
    """

    __tablename__ = "archive_order"
    __table_args__ = (
        Index(None, "enterprise_id", "asked_at"),
        partial("ix_archive_order_waiting", "asked_at", where="made_at IS NULL AND problem IS NULL"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    subject: Mapped[Subject] = mapped_column(stored(Subject))
    subject_id: Mapped[UUID]
    format: Mapped[Format] = mapped_column(stored(Format))
    title: Mapped[str] = mapped_column(String(200))
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[Utc]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[Utc | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]  # bytes
    problem: Mapped[str | None] = mapped_column(String(300))

    @property
    def making(self) -> bool:
        """Somebody is to make it, or makes it."""
        return self.made_at is None and self.problem is None
