"""Accidents and near misses as an officer enters them."""

from __future__ import annotations

import enum
from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, exists, false, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.actor import Held
from lms.access.models import Role, stored
from lms.core.db import Base, Id, Utc
from lms.registry.models import Enterprise, Jurisdiction, JurisdictionPast, within


class IncidentKind(enum.StrEnum):
    """Values are stored; never renamed."""

    ACCIDENT = "accident"  # 事故
    NEAR_MISS = "near_miss"  # 险情


class Sphere(enum.StrEnum):
    """Values are stored; never renamed."""

    PRODUCTION = "production"  # 生产安全
    OTHER = "other"  # 非生产：道路交通、住宅火灾、溺水等


class Incident(Base):
    """An accident or a near miss (事故、险情). Never edited: what was wrong is voided with the reason and entered again.

    jurisdiction_id: the street where it happened. enterprise_id: whose, where it is one of those on record. injured: 重伤,
    acute poisoning too. loss: direct loss in 万元. grade: of a production accident, by rules.grade_of, else "".
    """

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint("deaths >= 0 AND injured >= 0 AND loss >= 0", name="nothing_below_zero"),
        CheckConstraint("kind = 'accident' OR deaths + injured = 0", name="a_near_miss_hurt_nobody"),
        Index(None, "jurisdiction_id", "happened_on"),
        Index(None, "enterprise_id", "happened_on"),
    )
    id: Mapped[Id]
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    kind: Mapped[IncidentKind] = mapped_column(stored(IncidentKind))
    sphere: Mapped[Sphere] = mapped_column(stored(Sphere))
    category: Mapped[str] = mapped_column(String(30))
    industry: Mapped[str] = mapped_column(String(30), default="")
    happened_on: Mapped[date]
    deaths: Mapped[int] = mapped_column(default=0)
    injured: Mapped[int] = mapped_column(default=0)
    loss: Mapped[int] = mapped_column(default=0)
    grade: Mapped[str] = mapped_column(String(10), default="")
    text: Mapped[str] = mapped_column(String(1000))
    entered_by: Mapped[str] = mapped_column(String(80))
    entered_at: Mapped[Utc]
    void_reason: Mapped[str | None] = mapped_column(String(200))
    voided_by: Mapped[str | None] = mapped_column(String(80))
    voided_at: Mapped[Utc | None]
    jurisdiction: Mapped[Jurisdiction] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        if held.role is not Role.OFFICER:
            return false()
        then = JurisdictionPast.was_within(held, cls.happened_on, date.max)  # also whoever answered for the street since
        return or_(
            cls.jurisdiction_id.in_(select(Jurisdiction.id).where(within(held))),
            exists().where(JurisdictionPast.jurisdiction_id == cls.jurisdiction_id, then),
        )
