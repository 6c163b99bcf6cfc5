"""Enterprises (企业): whose they are, their heads, and what changes: another state, another district."""

from __future__ import annotations

import enum
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_, exists, false, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from lms.access.actor import Held
from lms.access.models import Role, stored
from lms.core.db import Base, EncryptedText, Id, Utc, partial
from lms.registry.models.jurisdictions import Jurisdiction, within

LONGEST_CODE = 40  # the national code of a project has 24 characters, others may be longer; that of a firm has 18


class OfEnterprise:
    """A row that belongs to one enterprise: reached by those of the enterprise and by those who supervise it."""

    enterprise_id: Any

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        """Of an officer: whose enterprise lies within. The row itself is spoken of beside it, for else a statement that selects
        nothing of this table would look for any row that is covered, and be true for everybody.
        """
        if held.role is Role.EMPLOYEE:
            return cls.covered_by_oneself(held)
        if held.role is Role.OFFICER:
            own = aliased(Enterprise)
            lies_within = own.jurisdiction_id.in_(select(Jurisdiction.id).where(within(held)))
            is_within = exists().where(own.id == cls.enterprise_id, lies_within).correlate_except(own)
            return and_(cls.enterprise_id.is_not(None), is_within)
        return cls.enterprise_id == held.enterprise_id

    @classmethod
    def covered_by_oneself(cls, held: Held) -> ColumnElement[bool]:
        """What an employee reaches: own rows where there is a person_id, else nothing."""
        own: Any = getattr(cls, "person_id", None)
        return false() if own is None else own == held.person_id


class EnterpriseState(enum.StrEnum):
    ACTIVE = "active"  # 在营
    SUSPENDED = "suspended"  # 停业
    CLOSED = "closed"  # 注销


class EnterpriseKind(enum.StrEnum):
    """Values are stored; never renamed."""

    FIRM = "firm"  # 企业
    PROJECT = "project"  # 建设项目


class Enterprise(Base):
    """An enterprise (企业), or a construction project (建设项目), which has obligations of its own as one.

    uscc: 统一社会信用代码, of a project its own code; uscc_confirmed False while its check character is wrong. opens_on: the
    day it opens or the work begins, before which it is asked nothing, and opened_at when the product took note of it.
    ends_on: the last day of a project. trade_authority: the department of the government for its trade (行业主管部门).
    """

    __tablename__ = "enterprise"
    __table_args__ = (
        Index(None, "jurisdiction_id", "industry"),
        Index(None, "name"),
        # All that the counts of a patch ask of an enterprise, so that they read no rows.
        Index("ix_enterprise_patch", "state", "jurisdiction_id", "officer_name", "created_at", "id"),
    )
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    uscc: Mapped[str] = mapped_column(String(LONGEST_CODE), unique=True)
    uscc_confirmed: Mapped[bool] = mapped_column(default=True)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    industry: Mapped[str] = mapped_column(String(30))
    declared_headcount: Mapped[int | None]
    trade_authority: Mapped[str | None] = mapped_column(String(60))
    officer_name: Mapped[str | None] = mapped_column(String(50))
    state: Mapped[EnterpriseState] = mapped_column(stored(EnterpriseState), default=EnterpriseState.ACTIVE)
    kind: Mapped[EnterpriseKind] = mapped_column(stored(EnterpriseKind), default=EnterpriseKind.FIRM)
    opens_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    opened_at: Mapped[Utc | None]
    created_at: Mapped[Utc]
    jurisdiction: Mapped[Jurisdiction] = relationship()

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        if held.role is Role.OFFICER:
            return cls.jurisdiction_id.in_(select(Jurisdiction.id).where(within(held)))
        return cls.id == held.enterprise_id if held.role in (Role.TRAINER, Role.HEAD) else false()


class EnterprisePast(Base):
    """How an enterprise stood in the register until a day, since its line before that, or since it was entered. Append-only.

    Written by service.past.keep alone; today's is Enterprise itself. At most one line a day: the last of the day.
    """

    KEPT: ClassVar = ("name", "jurisdiction_id", "industry", "declared_headcount", "trade_authority", "officer_name", "state")
    __tablename__ = "enterprise_past"
    __table_args__ = (Index(None, "enterprise_id", "until_on", unique=True),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    until_on: Mapped[date]  # the last day it held
    name: Mapped[str] = mapped_column(String(120))
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    industry: Mapped[str] = mapped_column(String(30))
    declared_headcount: Mapped[int | None]
    trade_authority: Mapped[str | None] = mapped_column(String(60))
    officer_name: Mapped[str | None] = mapped_column(String(50))
    state: Mapped[EnterpriseState] = mapped_column(stored(EnterpriseState))


class HeadAppointment(OfEnterprise, Base):
    """Who is the head (主要负责人) of an enterprise between two days. person_id None while not on a roster."""

    __tablename__ = "head_appointment"
    __table_args__ = (
        # Two current heads are impossible.
        partial("uq_head_appointment_current", "enterprise_id", where="ends_on IS NULL", unique=True),
        Index(None, "enterprise_id", "starts_on", "ends_on"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(50))
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # the last day it held


class EnterpriseStateChange(OfEnterprise, Base):
    """An enterprise stopped (停业), was closed (注销) or opened again (复工), from a day on, which may be to come. Append-only.

    applied_at: when the product took it over; withdrawn_at: it was taken back before that.
    """

    __tablename__ = "enterprise_state_change"
    __table_args__ = (
        Index(None, "enterprise_id", "on"),
        partial("ix_enterprise_state_change_waiting", "on", where="applied_at IS NULL"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    state: Mapped[EnterpriseState] = mapped_column(stored(EnterpriseState))
    on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[Utc]
    applied_at: Mapped[Utc | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))
    withdrawn_at: Mapped[Utc | None]


class TransferState(enum.StrEnum):
    """Values are stored; never renamed."""

    OPEN = "open"  # 等对方接收
    ACCEPTED = "accepted"  # 已接收
    REFUSED = "refused"  # 不接收


class EnterpriseTransfer(Base):
    """An enterprise goes to another district (转出), once that takes it. Its open duties go with it; what is closed stays."""

    __tablename__ = "enterprise_transfer"
    __table_args__ = (
        partial("uq_enterprise_transfer_open", "enterprise_id", where="state = 'open'", unique=True),
        Index(None, "to_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    from_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    to_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    reason: Mapped[str] = mapped_column(String(200))
    state: Mapped[TransferState] = mapped_column(stored(TransferState), default=TransferState.OPEN)
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[Utc]
    answer: Mapped[str | None] = mapped_column(String(200))
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[Utc | None]
    enterprise: Mapped[Enterprise] = relationship()
    to: Mapped[Jurisdiction] = relationship(foreign_keys=[to_id])

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        """Only whoever it goes to decides."""
        return cls.to_id.in_(select(Jurisdiction.id).where(within(held))) if held.role is Role.OFFICER else false()
