"""Printed sign-in sheets and the photos of them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Id, Json, Utc, partial
from lms.core.viewing.papers import PaperPhoto
from lms.lectures.models import Lecture, Sitting
from lms.registry.models import OfEnterprise


class SignSheet(OfEnterprise, Base):
    """A printed sign-in sheet (签到表) of one sitting. What its rows mean is frozen: a later roster moves nobody.

    number: counts within the enterprise, on paper S-0004. rows: {"person": id, "name", "work_no", "department"} of each
    line from 1; the lines after them are blank, for people who are not on the list. extras: line → id of the person who
    was found to have signed there.
    """

    __tablename__ = "sign_sheet"
    __table_args__ = (UniqueConstraint("enterprise_id", "number"), Index(None, "enterprise_id", "lecture_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    number: Mapped[int]
    rows: Mapped[Json]
    extras: Mapped[Json] = mapped_column(default=dict)
    printed_by: Mapped[str] = mapped_column(String(80))
    printed_at: Mapped[Utc]
    lecture: Mapped[Lecture] = relationship()
    sitting: Mapped[Sitting] = relationship()


class SheetPhoto(PaperPhoto, OfEnterprise, Base):
    """A photo or scan of sign-in sheets."""

    __tablename__ = "sheet_photo"
    __table_args__ = (
        Index(None, "enterprise_id", "lecture_id"),
        partial("ix_sheet_photo_waiting", "taken_at", where="read_at IS NULL"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))


class SheetImage(OfEnterprise, Base):
    """One row of a photographed sheet (签名图): what stands there, kept by its hash. The latest of a line is shown.

    sha256: of the picture of the row. ink_in, ink_out: thousandths of the two boxes that are dark, from which ticks are
    proposed and nothing else. person_id None: a blank row nobody is named for.
    """

    __tablename__ = "sheet_image"
    __table_args__ = (
        Index(None, "sheet_id", "line"),
        Index(None, "person_id"),
        Index(None, "photo_id"),
        Index(None, "enterprise_id", "taken_at"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("sign_sheet.id"))
    photo_id: Mapped[UUID] = mapped_column(ForeignKey("sheet_photo.id"))
    line: Mapped[int]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    ink_in: Mapped[int]
    ink_out: Mapped[int]
    taken_at: Mapped[Utc]
    sheet: Mapped[SignSheet] = relationship()
