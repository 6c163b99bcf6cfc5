"""Photos of a lecture, and those that are like another."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Id, Json, Utc
from lms.lectures.models.lecture import Lecture
from lms.registry.models import OfEnterprise


class Photo(OfEnterprise, Base):
    """A photo taken at a lecture (现场照片), kept as it was taken, by its hash; shown as a picture made anew, without the place.

    taken_at: as its camera wrote it; None: not written. received_at: by the server's clock. prints: perceptual prints, the
    whole first. view_sha256, small_sha256: pictures to show. fault: why it could not be looked at.
    """

    __tablename__ = "photo"
    __table_args__ = (UniqueConstraint("lecture_id", "sha256"), Index(None, "enterprise_id", "sha256"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    added_by: Mapped[str] = mapped_column(String(80))
    received_at: Mapped[Utc]
    taken_at: Mapped[Utc | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    prints: Mapped[Json | None]
    view_sha256: Mapped[str | None] = mapped_column(String(64))
    small_sha256: Mapped[str | None] = mapped_column(String(64))
    looked_at: Mapped[Utc | None]
    fault: Mapped[str | None] = mapped_column(String(20))
    withdrawn_at: Mapped[Utc | None]
    lecture: Mapped[Lecture] = relationship()


class PhotoBand(Base):
    """One of the pieces of a photo's print, as rules.bands cuts it: a photo that another firm has too shares a piece with it, or
    all but a bit of one, so that nobody has to compare it with every photo there is.
    """

    __tablename__ = "photo_band"
    band: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    photo_id: Mapped[UUID] = mapped_column(ForeignKey("photo.id"), primary_key=True)


class PhotoMatch(OfEnterprise, Base):
    """Two photos of different lectures that are the same or alike (照片雷同): shown side by side, explained, never blocked.

    unlike: bits of 128 by which their prints differ; 0 for the same bytes. explanation: a key of rules.EXPLANATIONS.
    """

    __tablename__ = "photo_match"
    __table_args__ = (
        UniqueConstraint("photo_id", "earlier_id"),
        CheckConstraint("photo_id <> earlier_id", name="of_two_photos"),
        Index(None, "enterprise_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    photo_id: Mapped[UUID] = mapped_column(ForeignKey("photo.id"))
    earlier_id: Mapped[UUID] = mapped_column(ForeignKey("photo.id"))
    unlike: Mapped[int]
    noted_at: Mapped[Utc]
    explanation: Mapped[str | None] = mapped_column(String(20))
    explained_by: Mapped[str | None] = mapped_column(String(80))
    explained_at: Mapped[Utc | None]
    photo: Mapped[Photo] = relationship(foreign_keys=[photo_id])
    earlier: Mapped[Photo] = relationship(foreign_keys=[earlier_id])
