"""Scans, attendance events and what follows from them."""

from __future__ import annotations

import enum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.models import stored
from lms.core.db import Base, Id, Json, Utc
from lms.lectures.models import Lecture, Sitting
from lms.registry.models import OfEnterprise, Person


class Mark(enum.StrEnum):
    IN = "in"  # 签到
    OUT = "out"  # 签退
    RECHECK = "recheck"  # 复核：中途再扫一次


class Method(enum.StrEnum):
    SCAN = "scan"  # 扫码
    CODE = "code"  # 口令
    KIOSK = "kiosk"  # 签到机
    LEADER = "leader"  # 班组长手机
    TRAINER = "trainer"  # 培训管理员代签
    OFFICER = "officer"  # 监管责任人在场登记
    PAPER = "paper"  # 纸质签到表
    BACKFILL = "backfill"  # 补录
    IMPORT = "import"  # 导入


class Trust(enum.StrEnum):
    """How a fact is known (可信等级), best first."""

    LIVE = "live"  # 现场
    OFFLINE = "offline"  # 离线
    LEADER = "leader"  # 代签
    PAPER = "paper"  # 纸质
    BACKFILL = "backfill"  # 补录
    IMPORTED = "imported"  # 导入


class Scan(OfEnterprise, Base):
    """A phone scanned the code, before anybody said who they are. It can be claimed once, within ten minutes."""

    __tablename__ = "scan"
    __table_args__ = (Index(None, "enterprise_id", "sitting_id"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    mark: Mapped[Mark] = mapped_column(stored(Mark))
    method: Mapped[Method] = mapped_column(stored(Method))
    scanned_at: Mapped[Utc]
    step: Mapped[int]
    screen: Mapped[str] = mapped_column(String(20))
    device_id: Mapped[str] = mapped_column(String(40))


class AttendanceEvent(OfEnterprise, Base):
    """A mark of one person in one sitting (签到记录). Append-only: a correction is another event."""

    __tablename__ = "attendance_event"
    __table_args__ = (
        UniqueConstraint("scan_id"),
        Index(None, "enterprise_id", "lecture_id", "person_id"),
        Index(None, "sitting_id", "device_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    mark: Mapped[Mark] = mapped_column(stored(Mark))
    scanned_at: Mapped[Utc]  # when it happened: what counts
    recorded_at: Mapped[Utc]  # when it reached the server
    method: Mapped[Method] = mapped_column(stored(Method))
    trust: Mapped[Trust] = mapped_column(stored(Trust))
    scan_id: Mapped[UUID | None] = mapped_column(ForeignKey("scan.id"))
    device_id: Mapped[str | None] = mapped_column(String(40))
    screen: Mapped[str | None] = mapped_column(String(20))
    step: Mapped[int | None]
    entered_by: Mapped[str | None] = mapped_column(String(80))  # who entered it for somebody else
    reason: Mapped[str | None] = mapped_column(String(200))
    person: Mapped[Person] = relationship()


class IdentityConfirmation(OfEnterprise, Base):
    """The trainer saw that a person checked in on a shared phone is who they say (确认本人). It changes no event."""

    __tablename__ = "identity_confirmation"
    __table_args__ = (UniqueConstraint("lecture_id", "person_id"), Index(None, "enterprise_id", "lecture_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    confirmed_by: Mapped[str] = mapped_column(String(80))
    confirmed_at: Mapped[Utc]


class PresenceStatus(enum.StrEnum):
    PRESENT = "present"  # 已到
    LATE = "late"  # 迟到
    LEFT_EARLY = "left_early"  # 早退
    EXCUSED = "excused"  # 请假
    ABSENT = "absent"  # 未到


class Presence(OfEnterprise, Base):
    """What follows from a person's events in one lecture (到课情况). Derived: rewritten from the events, never edited.

    minutes: whole minutes there; None while a check-out is missing: what is not known is not zero.
    trust: the weakest of the events it rests on.
    """

    __tablename__ = "presence"
    __table_args__ = (
        UniqueConstraint("lecture_id", "person_id"),
        Index(None, "enterprise_id", "lecture_id"),
        Index(None, "person_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    status: Mapped[PresenceStatus] = mapped_column(stored(PresenceStatus))
    first_in_at: Mapped[Utc | None]
    last_out_at: Mapped[Utc | None]
    late_minutes: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int | None]
    method: Mapped[Method | None] = mapped_column(stored(Method))
    trust: Mapped[Trust | None] = mapped_column(stored(Trust))
    settled_at: Mapped[Utc]


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


class SheetPhoto(OfEnterprise, Base):
    """A photo or scan of sheets, kept by its hash; a worker reads it. refused: why it could not, a Problem's code."""

    __tablename__ = "sheet_photo"
    __table_args__ = (
        Index(None, "enterprise_id", "lecture_id"),
        Index(
            "ix_sheet_photo_waiting",
            "taken_at",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    taken_by: Mapped[str] = mapped_column(String(80))
    taken_at: Mapped[Utc]
    read_at: Mapped[Utc | None]
    refused: Mapped[str | None] = mapped_column(String(40))


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
