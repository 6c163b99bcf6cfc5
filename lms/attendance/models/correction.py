"""What was entered by hand and what was struck, and so which events count."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, and_, exists
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, aliased, mapped_column

from lms.attendance.models.event import AttendanceEvent
from lms.core.db import Base, Id, Utc
from lms.ledger.proposals import may_be_second
from lms.registry.models import OfEnterprise


class HandMark(OfEnterprise, Base):
    """Who entered an event for somebody (代签, 补录). waits: beyond what may be entered in a lecture without a second
    person, so it counts only once one has confirmed it.
    """

    __tablename__ = "hand_mark"
    __table_args__ = (UniqueConstraint("event_id"), Index(None, "enterprise_id", "lecture_id"), Index(None, "lecture_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("attendance_event.id"))
    waits: Mapped[bool]
    entered_key: Mapped[str] = mapped_column(String(60))  # of the actor, so that nobody is their own second person
    confirmed_by: Mapped[str | None] = mapped_column(String(80))
    confirmed_at: Mapped[Utc | None]

    @hybrid_property
    def pending(self) -> bool:
        """It waits, and no second person has confirmed it."""
        return self.waits and self.confirmed_at is None

    @pending.inplace.expression
    @classmethod
    def _pending(cls) -> ColumnElement[bool]:
        return and_(cls.waits, cls.confirmed_at.is_(None))

    def may_be_decided_by(self, hands: Collection[str]) -> bool:
        """Whether whoever has these accounts can be its second person."""
        return may_be_second(hands, self.entered_key, self.person_id)


class Correction(OfEnterprise, Base):
    """An event is struck (更正): it stays, and counts no more. replaced_by_id: what is right; None: it never happened."""

    __tablename__ = "correction"
    __table_args__ = (UniqueConstraint("event_id"), Index(None, "enterprise_id", "lecture_id"), Index(None, "lecture_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("attendance_event.id"))
    replaced_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("attendance_event.id"))
    reason: Mapped[str] = mapped_column(String(200))
    signed_by: Mapped[str] = mapped_column(String(80))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    signed_at: Mapped[Utc]


def counts() -> ColumnElement[bool]:
    """Whether an attendance event counts: it was not struck, and waits for no second person.

    What is to replace it may wait itself: until a second person has decided, the old mark stands.
    """
    refused = aliased(Correction)
    undecided = exists().where(
        HandMark.event_id == Correction.replaced_by_id,
        HandMark.pending,
        ~exists().where(refused.event_id == HandMark.event_id),
    )
    struck = exists().where(Correction.event_id == AttendanceEvent.id, ~undecided)
    waiting = exists().where(HandMark.event_id == AttendanceEvent.id, HandMark.pending)
    return and_(~struck, ~waiting)
