"""Enterprises an officer means to go to, and those that were drawn by chance."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.actor import Held
from lms.access.models import Role
from lms.core.db import Base, Id, Utc
from lms.registry.models import Drawn, Enterprise, OfEnterprise


class FirmDraw(Drawn, Base):
    """Enterprises of a list picked by chance (随机抽企业): picked(seed, pool, number) picks the same ones again.

    told: the list, in words. pool: ids of the enterprises on it, in order.
    """

    __tablename__ = "firm_draw"
    __table_args__ = (Index(None, "jurisdiction_id", "drawn_at"), Index(None, "campaign_id"))
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id"))
    told: Mapped[str] = mapped_column(String(200))


class FirmVisit(OfEnterprise, Base):
    """An officer means to go to an enterprise in a week (上门安排), which does not see it; done once a visit is noted there.

    week_on: its Monday. draw_id: the draw that picked the enterprise, None where the officer chose it.
    """

    __tablename__ = "firm_visit"
    __table_args__ = (UniqueConstraint("enterprise_id", "campaign_id", "user_id", "week_on"), Index(None, "week_on"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    officer: Mapped[str] = mapped_column(String(80))
    week_on: Mapped[date]
    draw_id: Mapped[UUID | None] = mapped_column(ForeignKey("firm_draw.id"))
    planned_at: Mapped[Utc]
    enterprise: Mapped[Enterprise] = relationship()

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        return super().covered_by(held) if held.role is Role.OFFICER else false()
