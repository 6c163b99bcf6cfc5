"""What a bureau asks, of whom, by when, by which rules."""

from __future__ import annotations

import enum
from datetime import date
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    exists,
    false,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.actor import Held
from lms.access.models import Role, stored
from lms.campaigns.rules import LATE_DAYS, Plan, applying
from lms.core.clock import local_date
from lms.core.db import Base, Id, Json, Utc
from lms.registry.models import Enterprise, Jurisdiction, around, within


class CampaignState(enum.StrEnum):
    DRAFT = "draft"  # 草稿
    LAUNCHED = "launched"  # 进行中


class Terms:
    """What is asked, as lms.campaigns.rules.Plan has it. industries: names of the chosen industries.

    Rules: head_lectures – the head must lecture in person; deputy_counts – unless somebody stands in
    and this is written down; min_minutes – shortest lecture that counts;
    min_attendance – percent of the expected people; pass_mark – points of 100;
    themes, evidence, cascade – what it is about, what it has to show, whether it is passed on.
    """

    title: Mapped[str] = mapped_column(String(120))
    industries: Mapped[Json]
    starts_on: Mapped[date]
    due_on: Mapped[date]
    head_lectures: Mapped[bool] = mapped_column(default=True)
    deputy_counts: Mapped[bool] = mapped_column(default=False)
    min_minutes: Mapped[int]
    min_attendance: Mapped[int]
    pass_mark: Mapped[int]
    late_days: Mapped[int] = mapped_column(default=LATE_DAYS)
    themes: Mapped[Json] = mapped_column(default=list)
    evidence: Mapped[Json] = mapped_column(default=list)
    cascade: Mapped[bool] = mapped_column(default=False)

    @property
    def plan(self) -> Plan:
        return Plan(
            title=self.title, industries=tuple(self.industries), starts_on=self.starts_on, due_on=self.due_on,
            head_lectures=self.head_lectures, deputy_counts=self.deputy_counts, min_minutes=self.min_minutes,
            min_attendance=self.min_attendance, pass_mark=self.pass_mark, late_days=self.late_days,
            themes=tuple(self.themes), evidence=tuple(self.evidence), cascade=self.cascade,
        )  # fmt: skip


class Campaign(Terms, Base):
    """A campaign (专项活动). above_id: the campaign of a bureau above that this one tightens (加严) for its own enterprises.

    version: of its rules, 1 at the launch, one more with each amendment; each is a CampaignVersion. revision: goes up
    with every change, drafts included, so that whoever typed on an older one is told.
    """

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("due_on >= starts_on", name="due_after_start"),
        CheckConstraint("min_attendance BETWEEN 0 AND 100", name="attendance_is_a_percentage"),
        CheckConstraint("pass_mark BETWEEN 0 AND 100", name="pass_mark_is_of_100"),
        Index(None, "jurisdiction_id", "due_on"),
    )
    id: Mapped[Id]
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    above_id: Mapped[UUID | None] = mapped_column(ForeignKey("campaign.id"))
    state: Mapped[CampaignState] = mapped_column(stored(CampaignState), default=CampaignState.DRAFT)
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[Utc]
    launched_at: Mapped[Utc | None]
    version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[str | None] = mapped_column(String(80))
    changed_at: Mapped[Utc | None]
    jurisdiction: Mapped[Jurisdiction] = relationship()
    above: Mapped[Campaign | None] = relationship(remote_side="Campaign.id")
    versions: Mapped[list[CampaignVersion]] = relationship(order_by="CampaignVersion.version", viewonly=True)

    def minutes_asked(self, held_on: date) -> int:
        """The fewest minutes by which a lecture of a day counts: of the rules of that day, or milder ones since."""
        return min((version.min_minutes for version in applying(held_on, self.versions)), default=self.min_minutes)

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        """Those of the bureau and above; once launched, also bureaus below and the enterprises that are asked, and bureaus to
        which an enterprise was transferred while it was asked.
        """
        if held.role is Role.OFFICER:
            owners = select(Jurisdiction.id).where(or_(within(held), around(held)))
            # Asked of each campaign by itself, of the few duties that were carried: not looked for among all enterprises.
            moved = select(Duty.id).join(Enterprise).where(Duty.campaign_id == cls.id, Duty.carried, Enterprise.covered_by(held))
            carried = exists(moved.correlate(cls))
            return and_(
                or_(cls.jurisdiction_id.in_(owners), carried),
                or_(
                    cls.state != CampaignState.DRAFT,
                    cls.jurisdiction_id.in_(select(Jurisdiction.id).where(within(held))),
                ),
            )
        if held.role in (Role.TRAINER, Role.HEAD):
            return exists().where(Duty.campaign_id == cls.id, Duty.enterprise_id == held.enterprise_id)
        return false()


class CampaignVersion(Terms, Base):
    """The rules of a launched campaign as they were asked from a moment on; the first one is the launch. Never changed.

    reason: why they were amended, empty for the first one.
    """

    __tablename__ = "campaign_version"
    __table_args__ = (UniqueConstraint("campaign_id", "version"),)
    id: Mapped[Id]
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id"))
    version: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200), default="")
    set_by: Mapped[str] = mapped_column(String(80))
    set_at: Mapped[Utc]

    @property
    def since_on(self) -> date:
        """The day on which they were set."""
        return local_date(self.set_at)


class Duty(Base):
    """A campaign asks one enterprise: made at the launch, or when the enterprise comes under it later. due_on: its own date.

    carried: the enterprise has left the jurisdiction that asks, and took this with it: its new bureau sees to it. lapsed_on:
    the enterprise opened again on this day and had been out of business on its date: it need not make up for it, unless the
    campaign is extended to a later day.
    """

    __tablename__ = "duty"
    __table_args__ = (
        Index("uq_duty_once", "enterprise_id", "campaign_id", unique=True),
        Index(None, "campaign_id"),
        Index("ix_duty_carried", "campaign_id", sqlite_where=text("carried = 1"), postgresql_where=text("carried")),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id"))
    due_on: Mapped[date]
    carried: Mapped[bool] = mapped_column(default=False)
    lapsed_on: Mapped[date | None]
    created_at: Mapped[Utc]
    enterprise: Mapped[Enterprise] = relationship()
    campaign: Mapped[Campaign] = relationship()
