"""What is shown in a lecture: files, each kept by its hash."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, exists
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.actor import Held
from lms.core.db import Base, Id, Utc
from lms.lectures.models.lecture import Lecture
from lms.lectures.models.library import LibraryVersion
from lms.lectures.models.rendition import Rendition
from lms.registry.models import OfEnterprise


class Material(OfEnterprise, Base):
    """A file shown in a lecture (课件). Its version is the SHA-256 of its bytes; another upload is another row."""

    __tablename__ = "material"
    __table_args__ = (UniqueConstraint("lecture_id", "sha256"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int | None]
    added_at: Mapped[Utc]
    library_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("library_version.id"))  # adopted from a bureau
    library_version: Mapped[LibraryVersion | None] = relationship()
    lecture: Mapped[Lecture] = relationship(back_populates="materials")
    rendition: Mapped[Rendition | None] = relationship(
        primaryjoin="foreign(Material.sha256) == Rendition.source_sha256", viewonly=True, uselist=False
    )

    @property
    def page_count(self) -> int | None:
        """Pages or slides, as far as they are known."""
        return self.pages or (self.rendition.pages if self.rendition else None)

    @classmethod
    def covered_by_oneself(cls, held: Held) -> ColumnElement[bool]:
        return exists().where(Lecture.id == cls.lecture_id, Lecture.covered_by_oneself(held))
