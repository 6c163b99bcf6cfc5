"""The material library of a bureau: what it publishes for the firms it supervises."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, false, or_, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from lms.access.actor import Held
from lms.access.models import Role
from lms.core.db import Base, Id, Utc
from lms.registry.models import Enterprise, Jurisdiction, within


class LibraryItem(Base):
    """A material that a bureau publishes (资料), in versions; firms below it adopt one into a lecture."""

    __tablename__ = "library_item"
    __table_args__ = (Index(None, "jurisdiction_id"),)
    id: Mapped[Id]
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    title: Mapped[str] = mapped_column(String(120))
    published_by: Mapped[str] = mapped_column(String(80))
    published_at: Mapped[Utc]
    withdrawn_at: Mapped[Utc | None]
    jurisdiction: Mapped[Jurisdiction] = relationship()
    versions: Mapped[list[LibraryVersion]] = relationship(
        back_populates="item", order_by="LibraryVersion.number", lazy="selectin"
    )  # fmt: skip

    @property
    def latest(self) -> LibraryVersion:
        return self.versions[-1]

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        """Those of the bureau, of bureaus above it and below it; to an enterprise, those of the bureaus above it."""
        own: Any = aliased(Jurisdiction)
        below = Jurisdiction.path.op("||")("%")
        if held.role is Role.OFFICER:
            mine = select(own.path).where(own.id == held.jurisdiction_id).scalar_subquery()
            owners = or_(within(held), mine.like(below))
        elif held.role in (Role.TRAINER, Role.HEAD):
            there = Enterprise.jurisdiction_id == own.id
            mine = select(own.path).where(there, Enterprise.id == held.enterprise_id).scalar_subquery()
            owners = mine.like(below)
        else:
            return false()
        return cls.jurisdiction_id.in_(select(Jurisdiction.id).where(owners))


class LibraryVersion(Base):
    """One version of it: a file, never changed; another file is the next version. note: what is new."""

    __tablename__ = "library_version"
    __table_args__ = (UniqueConstraint("item_id", "number"), Index(None, "sha256"))
    id: Mapped[Id]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("library_item.id"))
    number: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(String(200))
    published_by: Mapped[str] = mapped_column(String(80))
    published_at: Mapped[Utc]
    item: Mapped[LibraryItem] = relationship(back_populates="versions")

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        return cls.item_id.in_(select(LibraryItem.id).where(LibraryItem.covered_by(held)))
