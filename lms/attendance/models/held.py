"""Marks that wait for the trainer."""

from __future__ import annotations

import enum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.models import stored
from lms.attendance.models.event import Scan
from lms.attendance.models.mark import KnownBy, Mark
from lms.attendance.models.station import Station
from lms.core.db import Base, Id, Utc
from lms.registry.models import OfEnterprise, Person


class Why(enum.StrEnum):
    """Why a mark that a station sent does not count by itself."""

    TAIL = "tail"  # 后四位对不上
    TRIES = "tries"  # 输错太多次，没有核对
    UNPROVEN = "unproven"  # 花名册里没有可核对的号码
    SIGNATURE = "signature"  # 没有签名
    FUTURE = "future"  # 时间在将来
    BEFORE = "before"  # 签到开放以前
    AFTER = "after"  # 签到结束以后
    OLD = "old"  # 结束太久才传来
    LEFT = "left"  # 已离职
    NOT_LISTED = "not_listed"  # 不在应到名单上
    REVOKED = "revoked"  # 设备停用以后才传来
    LATE_SCAN = "late_scan"  # 没有网络时扫的码
    CALLED_OFF = "called_off"  # 这堂课取消或作废了：只告诉设备，不留


class HeldMark(OfEnterprise, Base):
    """What came late or unproven and the rules did not count (待确认签到): the trainer counts it or declines it, with a reason.

    It came from a station, or it is a scan of a phone without a network.
    """

    __tablename__ = "held_mark"
    __table_args__ = (
        UniqueConstraint("sent_id"),
        UniqueConstraint("scan_id"),
        CheckConstraint("(station_id IS NULL) <> (scan_id IS NULL)", name="one_origin"),
        Index(None, "enterprise_id", "lecture_id"),
        Index(None, "station_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("station.id"))
    scan_id: Mapped[UUID | None] = mapped_column(ForeignKey("scan.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    mark: Mapped[Mark] = mapped_column(stored(Mark))
    why: Mapped[Why] = mapped_column(stored(Why))
    happened_at: Mapped[Utc]  # as the station says, or the time step of the code
    received_at: Mapped[Utc]
    sent_id: Mapped[UUID | None]
    device_at: Mapped[Utc | None]
    clock_offset: Mapped[int | None]
    known_by: Mapped[KnownBy | None] = mapped_column(stored(KnownBy))
    signature_sha256: Mapped[str | None] = mapped_column(String(64))
    settled_at: Mapped[Utc | None]
    settled_by: Mapped[str | None] = mapped_column(String(80))
    counted: Mapped[bool | None]  # None until settled
    note: Mapped[str | None] = mapped_column(String(200))
    person: Mapped[Person] = relationship()
    station: Mapped[Station | None] = relationship()
    scan: Mapped[Scan | None] = relationship()

    @property
    def sitting_id(self) -> UUID:
        """The sitting it was made in."""
        if self.station is not None:
            return self.station.sitting_id
        assert self.scan is not None
        return self.scan.sitting_id
