"""What follows from the events of a person."""

from __future__ import annotations

import enum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.models import stored
from lms.attendance.models.mark import Method, Trust
from lms.core.db import Base, Id, Utc
from lms.registry.models import OfEnterprise


class PresenceStatus(enum.StrEnum):
    PRESENT = "present"  # 已到
    LATE = "late"  # 迟到
    LEFT_EARLY = "left_early"  # 早退
    EXCUSED = "excused"  # 请假
    ABSENT = "absent"  # 未到


class Presence(OfEnterprise, Base):
    """What follows from a person's events in one lecture (到课情况). Derived: rewritten from the events, never edited.

    sitting_id: the one that counts of those the person came to; None while there is no mark.
    minutes: whole minutes that are proven; None while none is known: what is not known is not zero.
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
    sitting_id: Mapped[UUID | None] = mapped_column(ForeignKey("sitting.id"))
    status: Mapped[PresenceStatus] = mapped_column(stored(PresenceStatus))
    first_in_at: Mapped[Utc | None]
    last_out_at: Mapped[Utc | None]
    late_minutes: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int | None]
    method: Mapped[Method | None] = mapped_column(stored(Method))
    trust: Mapped[Trust | None] = mapped_column(stored(Trust))
    settled_at: Mapped[Utc]

    @property
    def at_least(self) -> bool:
        """Nobody saw the person leave: the minutes are those proven by an answered re-check."""
        return self.minutes is not None and self.last_out_at is None
