"""Standings: how each enterprise stands in each campaign, kept so that any past day can be shown."""

from __future__ import annotations

import enum
from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, and_, exists, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.actor import Held
from lms.access.models import Role, stored
from lms.campaigns.models import Campaign
from lms.compliance.chasing.rules import DeferralKind as DeferralKind
from lms.compliance.rules import LECTURED, Reason, is_over
from lms.compliance.rules import StandingState as StandingState  # the word of the table: others take it from here
from lms.core.db import Base, Id, Utc, partial
from lms.registry.models import Enterprise, EnterpriseState, Jurisdiction, JurisdictionPast, OfEnterprise, within


class Standing(OfEnterprise, Base):
    """How one enterprise stands in one campaign (企业完成情况) from one day to another; until_on None is today's line.

    At most one line a day: the last of the day. Overdue is not stored: it follows from due_on and the day one looks at.
    expected: people asked to come, without those excused. examined, passed: people who took and passed the quiz.
    street_code, street_name, industry, trade_authority, officer_name: as they were, so that history keeps its place in the
    matrix; who supervises a street sees its lines, wherever the enterprise is today; who supervised it then sees those of then.
    lecture_id: the lecture that counts, else the one that the state or the note speaks of.
    exempt_until: the last day on which the enterprise is exempt (免除), with the reason and who granted it. Whether it is
    follows, like overdue, from the day one looks at, so that it is asked again the day after without anybody's doing.
    reason, note: why a lecture that was held does not count, or counts but does not complete; reason is the first of what
    it lacks, lacks all of it, as bits of rules.LACKS.
    rule_version: of the campaign's rules, by which this was judged.
    firm_state: whether the enterprise was in business (在营); one that is not and has not lectured is not counted. lapsed_on:
    since when it is in business again without having to make up for this.
    """

    __tablename__ = "standing"
    __table_args__ = (
        partial("uq_standing_current", "campaign_id", "enterprise_id", where="until_on IS NULL", unique=True),
        Index("uq_standing_one_a_day", "enterprise_id", "campaign_id", "since_on", unique=True),
        # All that sums ask of a line, so that a page reads this index and no rows: the lines of a street lie together in
        # the order in which they are summed up, those of a day are told by the days in it.
        Index(
            "ix_standing_seen",
            "campaign_id",
            "street_code",
            "industry",
            "until_on",
            "since_on",
            "state",
            "firm_state",
            "reason",
            "due_on",
            "exempt_until",
            "lectured_on",
            "officer_name",
            "trade_authority",
            "lacks",
            "expected",
            "attended",
            "examined",
            "passed",
            "enterprise_id",
            "lecture_id",
            "street_name",
            "id",
        ),
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
    trade_authority: Mapped[str | None] = mapped_column(String(60))
    officer_name: Mapped[str | None] = mapped_column(String(50))
    lecture_id: Mapped[UUID | None] = mapped_column(ForeignKey("lecture.id"))
    lectured_on: Mapped[date | None]
    minutes: Mapped[int] = mapped_column(default=0)
    expected: Mapped[int] = mapped_column(default=0)
    attended: Mapped[int] = mapped_column(default=0)
    examined: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)
    reason: Mapped[Reason | None] = mapped_column(stored(Reason))
    note: Mapped[str | None] = mapped_column(String(200))
    lacks: Mapped[int] = mapped_column(default=0)
    exempt_until: Mapped[date | None]
    exempt_reason: Mapped[str | None] = mapped_column(String(200))
    exempt_by: Mapped[str | None] = mapped_column(String(80))
    rule_version: Mapped[int] = mapped_column(default=1)
    firm_state: Mapped[EnterpriseState] = mapped_column(stored(EnterpriseState), default=EnterpriseState.ACTIVE)
    lapsed_on: Mapped[date | None]
    updated_at: Mapped[Utc]
    enterprise: Mapped[Enterprise] = relationship()
    campaign: Mapped[Campaign] = relationship()

    @classmethod
    def runs_on(cls, day: date) -> ColumnElement[bool]:
        """Whether it tells how the enterprise stood on a day. One comparison, not two: SQLite would look for each by itself."""
        return and_(cls.since_on <= day, func.coalesce(cls.until_on, date.max) >= day)

    def is_exempt(self, day: date) -> bool:
        """Whether the enterprise has not lectured and need not, on a day."""
        return self.state not in LECTURED and self.exempt_until is not None and self.exempt_until >= day

    @classmethod
    def exempt_on(cls, day: date) -> ColumnElement[bool]:
        """The same as a clause."""
        return and_(cls.state.not_in(LECTURED), cls.exempt_until.is_not(None), cls.exempt_until >= day)

    def is_over(self, day: date) -> bool:
        """As rules.is_over()."""
        return is_over(self.state, self.due_on, day)

    @classmethod
    def over_on(cls, day: date) -> ColumnElement[bool]:
        """The same as a clause."""
        return and_(cls.state == StandingState.COMPLETED, cls.due_on < day)

    @property
    def is_stopped(self) -> bool:
        """Whether the enterprise is out of business (停业, 注销) and had not lectured by then."""
        return self.state not in LECTURED and self.firm_state is not EnterpriseState.ACTIVE

    def has_lapsed(self, day: date) -> bool:
        """Whether it is the duty that had stopped by a day, and not the enterprise any more."""
        return self.is_stopped and self.lapsed_on is not None and self.lapsed_on <= day

    @classmethod
    def stopped(cls) -> ColumnElement[bool]:
        """The same as a clause."""
        return and_(cls.state.not_in(LECTURED), cls.firm_state != EnterpriseState.ACTIVE)

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        if held.role is Role.OFFICER:
            last = func.coalesce(cls.until_on, date.max)
            return or_(
                cls.street_code.in_(select(Jurisdiction.code).where(within(held))),
                exists().where(JurisdictionPast.code == cls.street_code, JurisdictionPast.was_within(held, cls.since_on, last)),
            )
        return super().covered_by(held)


class ChaseWay(enum.StrEnum):
    """How an enterprise was chased. Values are stored; never renamed."""

    MESSAGE = "message"  # 系统通知
    CALL = "call"  # 电话
    VISIT = "visit"  # 上门


class Chase(OfEnterprise, Base):
    """A bureau chased an enterprise about a campaign (催办). Its messages are the notices that are about its id.

    text: what was sent, or what came of a call or visit. told: readers of the message. channel: a ChannelKind or rules.INBOX the
    officer chose for it; None: as the enterprise has it. chased_by: the officer, by name; jurisdiction_id: for which they spoke,
    None where that was not kept. A bureau goes on reading its own, wherever the enterprise is today.
    """

    __tablename__ = "chase"
    __table_args__ = (Index(None, "enterprise_id", "chased_at"), Index(None, "campaign_id", "enterprise_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id"))
    way: Mapped[ChaseWay] = mapped_column(stored(ChaseWay))
    text: Mapped[str] = mapped_column(String(500))
    told: Mapped[int] = mapped_column(default=0)
    channel: Mapped[str | None] = mapped_column(String(20))
    jurisdiction_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    chased_by: Mapped[str] = mapped_column(String(80))
    chased_at: Mapped[Utc]

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        if held.role is Role.OFFICER:
            return or_(super().covered_by(held), cls.jurisdiction_id.in_(select(Jurisdiction.id).where(within(held))))
        return super().covered_by(held)


class ChaseEscalation(OfEnterprise, Base):
    """An enterprise that was chased in vain was named to the officers of the next level (升级). chases: messages until then."""

    __tablename__ = "chase_escalation"
    __table_args__ = (Index(None, "campaign_id", "enterprise_id"), Index(None, "enterprise_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id"))
    to_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    chases: Mapped[int]
    escalated_at: Mapped[Utc]
    to: Mapped[Jurisdiction] = relationship()


class DeferralState(enum.StrEnum):
    """Values are stored; never renamed."""

    OPEN = "open"  # 等答复
    GRANTED = "granted"  # 同意
    REFUSED = "refused"  # 不同意
    WITHDRAWN = "withdrawn"  # 撤回: a row of its own, by which what was granted before has ended


class Deferral(OfEnterprise, Base):
    """An enterprise asks for another date or to be exempt (改期、免除申请), and what the bureau answered. asked_by: "" where
    it did not ask and the bureau granted it of its own accord.

    until_on: the day it asks for; granted_until: the last day that was granted. due_before: the due date when it asked. Of what
    was withdrawn: until when it had been granted, the due date until then, the officer and why.
    """

    __tablename__ = "deferral"
    __table_args__ = (
        partial("uq_deferral_open", "enterprise_id", "campaign_id", where="state = 'open'", unique=True),
        Index(None, "campaign_id", "enterprise_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id"))
    kind: Mapped[DeferralKind] = mapped_column(stored(DeferralKind))
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    due_before: Mapped[date]
    state: Mapped[DeferralState] = mapped_column(stored(DeferralState), default=DeferralState.OPEN)
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[Utc]
    granted_until: Mapped[date | None]
    answer: Mapped[str | None] = mapped_column(String(200))
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[Utc | None]
