"""Re-checks in the middle of a sitting."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, exists
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.actor import Held
from lms.core.db import Base, Id, Utc
from lms.registry.models import OfEnterprise


class Recheck(OfEnterprise, Base):
    """Some of those in the room are asked in the middle of a sitting to say that they are there (在场复核).

    due_at: the random moment it waits for; None when the trainer asked at once. opens_at, until: None while it waits.
    percent: of the people in the room; 100: everybody. by_rule: the plan of the lecture asks, nobody in the room. seed: of
    rules.moment and rules.drawn, which give the same moment and people again; None of those from before it was kept.
    """

    __tablename__ = "recheck"
    __table_args__ = (Index(None, "enterprise_id", "lecture_id"), Index(None, "sitting_id"), Index(None, "due_at"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    due_at: Mapped[Utc | None]
    opens_at: Mapped[Utc | None]
    until: Mapped[Utc | None]
    percent: Mapped[int]
    asked_by: Mapped[str] = mapped_column(String(80))
    by_rule: Mapped[bool] = mapped_column(default=False)
    seed: Mapped[str | None] = mapped_column(String(32))
    asked: Mapped[list[RecheckAsk]] = relationship(order_by="RecheckAsk.id")

    @classmethod
    def covered_by_oneself(cls, held: Held) -> ColumnElement[bool]:
        return exists().where(RecheckAsk.recheck_id == cls.id, RecheckAsk.person_id == held.person_id)


class RecheckAsk(OfEnterprise, Base):
    """One person asked in a re-check. Whether they answered follows from the events."""

    __tablename__ = "recheck_ask"
    __table_args__ = (UniqueConstraint("recheck_id", "person_id"), Index(None, "person_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    recheck_id: Mapped[UUID] = mapped_column(ForeignKey("recheck.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
