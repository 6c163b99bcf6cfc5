"""The facts: scans, and the attendance events that everything else follows from."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.models import stored
from lms.attendance.models.mark import KnownBy, Mark, Method, Trust
from lms.core.db import Base, Id, Utc
from lms.core.guards import guard
from lms.registry.models import OfEnterprise, Person

if TYPE_CHECKING:
    from lms.attendance.models.held import HeldMark

LIVE_WITHIN = timedelta(seconds=60)  # what reaches the server this soon after it happened was not kept offline


OUT_FOR_ALL = "散会时统一签退"  # the reason, as it is stored, of the check-out of everybody still in at the end


class Scan(OfEnterprise, Base):
    """A scan that is more than a check-in: it made a visitor, or came late and waits for the trainer. Its id is its claim's.

    Every other scan is a signed claim (rules.claims) that the phone carries, and no row.
    """

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
    received_at: Mapped[Utc | None]  # when the code reached the server, of a phone that had no network as it scanned


class AttendanceEvent(OfEnterprise, Base):
    """A mark of one person in one sitting (签到记录). Append-only: a correction is another event."""

    __tablename__ = "attendance_event"
    __table_args__ = (
        UniqueConstraint("claim_id"),
        Index(None, "enterprise_id", "lecture_id", "person_id"),
        Index(None, "lecture_id", "person_id"),
        Index(None, "sitting_id", "device_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    mark: Mapped[Mark] = mapped_column(stored(Mark))
    scanned_at: Mapped[Utc]  # when it happened: what counts
    recorded_at: Mapped[Utc]  # when it reached the server, or when the trainer let it count
    method: Mapped[Method] = mapped_column(stored(Method))
    trust: Mapped[Trust] = mapped_column(stored(Trust))
    claim_id: Mapped[UUID | None]  # of the scan it came from: it counts once
    device_id: Mapped[str | None] = mapped_column(String(40))
    screen: Mapped[str | None] = mapped_column(String(20))
    step: Mapped[int | None]
    entered_by: Mapped[str | None] = mapped_column(String(80))  # who entered it for somebody else
    reason: Mapped[str | None] = mapped_column(String(200))
    sent_id: Mapped[UUID | None] = mapped_column(unique=True)  # made by the station that sent it: sent twice, it counts once
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("station.id"))
    device_at: Mapped[Utc | None]  # by the station's own clock
    clock_offset: Mapped[int | None]  # seconds to add to device_at for the server's time, as measured while there was a network
    known_by: Mapped[KnownBy | None] = mapped_column(stored(KnownBy))
    signature_sha256: Mapped[str | None] = mapped_column(String(64))
    person: Mapped[Person] = relationship()
    held: Mapped[HeldMark | None] = relationship(
        "HeldMark",
        primaryjoin=(
            "or_(foreign(AttendanceEvent.sent_id) == HeldMark.sent_id, foreign(AttendanceEvent.claim_id) == HeldMark.scan_id)"
        ),
        viewonly=True,
    )

    @property
    def arrived_at(self) -> datetime:
        """When it reached the server, also where it waited there for the trainer."""
        return self.held.received_at if self.held else self.recorded_at

    @property
    def was_offline(self) -> bool:
        """Whether a station, or the phone that scanned, kept it while there was no network."""
        kept = self.sent_id is not None or self.held is not None
        return kept and self.arrived_at - self.scanned_at > LIVE_WITHIN


guard(AttendanceEvent)
