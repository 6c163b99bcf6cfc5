"""A material as pictures, and who opened them."""

from __future__ import annotations

import enum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.models import stored
from lms.core.db import Base, Id, Utc
from lms.registry.models import OfEnterprise


class RenditionState(enum.StrEnum):
    WORKING = "working"  # 正在转换
    READY = "ready"  # 可以翻看
    FAILED = "failed"  # 转换不了
    NO_OFFICE = "no_office"  # 服务器没有安装 LibreOffice


class Rendition(Base):
    """The pages of a file as pictures (页面图). It belongs to the bytes, not to a lecture: the same file is painted once.

    pages: of the file in all; pages_ready: painted so far. words_sha256: of its words alone, so that a deck saved again is
    known again; None where it has too few, or none were read. fault: why it failed, damaged, locked or slow.
    """

    __tablename__ = "rendition"
    __table_args__ = (
        CheckConstraint("pages_ready >= 0", name="counts_from_zero"),
        Index(None, "state"),
        Index(None, "words_sha256"),
    )
    id: Mapped[Id]
    source_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[RenditionState] = mapped_column(stored(RenditionState))
    pages: Mapped[int | None]
    pages_ready: Mapped[int] = mapped_column(default=0)
    words_sha256: Mapped[str | None] = mapped_column(String(64))
    fault: Mapped[str | None] = mapped_column(String(20))
    tries: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[Utc]
    finished_at: Mapped[Utc | None]
    pictures: Mapped[list[RenditionPage]] = relationship(order_by="RenditionPage.number")


class RenditionPage(Base):
    """One page, kept by the hash of its picture. width, height: pixels."""

    __tablename__ = "rendition_page"
    __table_args__ = (UniqueConstraint("rendition_id", "number"),)
    id: Mapped[Id]
    rendition_id: Mapped[UUID] = mapped_column(ForeignKey("rendition.id"))
    number: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    small_sha256: Mapped[str] = mapped_column(String(64))


class Reading(OfEnterprise, Base):
    """A page of a material that somebody expected at the lecture opened (翻看记录). It never counts as time in a lecture."""

    __tablename__ = "reading"
    __table_args__ = (UniqueConstraint("material_id", "person_id", "page"), Index(None, "enterprise_id", "lecture_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    material_id: Mapped[UUID] = mapped_column(ForeignKey("material.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    page: Mapped[int]
    opened_at: Mapped[Utc]
