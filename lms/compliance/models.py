"""Standings: how each enterprise stands in each campaign, kept so that any past day can be shown."""

from __future__ import annotations

import enum
from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.models import stored
from lms.campaigns.models import Campaign
from lms.core.db import Base, Id, Utc
from lms.registry.models import Enterprise, OfEnterprise


class StandingState(enum.StrEnum):
    NOT_STARTED = "not_started"  # 未开始
    PLANNED = "planned"  # 已计划
    LECTURED = "lectured"  # 已开讲
    COMPLETED = "completed"  # 已完成


class Standing(OfEnterprise, Base):
    """How one enterprise stands in one campaign (企业完成情况) from one day to another; until_on None is today's line.

    At most one line a day: the last of the day. Overdue is not stored: it follows from due_on and the day one looks at.
    expected: people asked to come, without those excused. examined, passed: people who took and passed the quiz.
    street_code, street_name, industry: as they were, so that history keeps its place in the matrix.
    """

    __tablename__ = "standing"
    __table_args__ = (
        Index(
            "uq_standing_current",
            "campaign_id",
            "enterprise_id",
            unique=True,
            sqlite_where=text("until_on IS NULL"),
            postgresql_where=text("until_on IS NULL"),
        ),
        Index("uq_standing_one_a_day", "enterprise_id", "campaign_id", "since_on", unique=True),
        Index(None, "campaign_id", "since_on"),
        CheckConstraint("attended <= expected", name="no_more_than_expected"),
        CheckConstraint("passed <= examined", name="passed_were_examined"),
        CheckConstraint("until_on IS NULL OR until_on >= since_on", name="ends_after_it_starts"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id"))
    since_on: Mapped[date]
    until_on: Mapped[date | None]  # the last day it held
    state: Mapped[StandingState] = mapped_column(stored(StandingState))
    due_on: Mapped[date]
    street_code: Mapped[str] = mapped_column(String(20))
    street_name: Mapped[str] = mapped_column(String(60))
    industry: Mapped[str] = mapped_column(String(30))
    lecture_id: Mapped[UUID | None] = mapped_column(ForeignKey("lecture.id"))  # the lecture that counts
    lectured_on: Mapped[date | None]
    minutes: Mapped[int] = mapped_column(default=0)
    expected: Mapped[int] = mapped_column(default=0)
    attended: Mapped[int] = mapped_column(default=0)
    examined: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)
    note: Mapped[str | None] = mapped_column(String(200))  # why a lecture that was held does not count
    updated_at: Mapped[Utc]
    enterprise: Mapped[Enterprise] = relationship()
    campaign: Mapped[Campaign] = relationship()
