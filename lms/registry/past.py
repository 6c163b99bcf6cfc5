"""What jurisdictions were before, what was decided about them, and enterprises on their way to another district."""

from __future__ import annotations

import enum
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_, false, literal, or_, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.actor import Held
from lms.access.models import Role, stored
from lms.core.db import Base, Id, Utc
from lms.registry.models import OWN_PLACE, Enterprise, EnterpriseState, Jurisdiction, OfEnterprise, within


class JurisdictionPast(Base):
    """How a jurisdiction was until a day: its name and its paths then. since_on None: from the beginning."""

    __tablename__ = "jurisdiction_past"
    __table_args__ = (Index(None, "code", "until_on"), Index(None, "jurisdiction_id"))
    id: Mapped[Id]
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    path: Mapped[str] = mapped_column(String(120))
    managed_path: Mapped[str | None] = mapped_column(String(120))
    since_on: Mapped[date | None]
    until_on: Mapped[date]  # the last day it held

    @classmethod
    def runs_between(cls, first: Any, last: Any) -> ColumnElement[bool]:
        """Whether it held on any day between two, both included."""
        return and_(cls.until_on >= first, or_(cls.since_on.is_(None), cls.since_on <= last))

    @classmethod
    def was_within(cls, held: Held, first: Any, last: Any) -> ColumnElement[bool]:
        """Whether it lay in the jurisdiction of this role on any of these days."""
        code = select(OWN_PLACE.c.code).where(OWN_PLACE.c.id == held.jurisdiction_id).scalar_subquery()
        mine = literal("%/").op("||")(code).op("||")("/%")
        there = [literal("/").op("||")(path).like(mine) for path in (cls.path, cls.managed_path)]
        return and_(cls.runs_between(first, last), or_(*there))


class ChangeKind(enum.StrEnum):
    """What is decided about a jurisdiction. Values are stored; never renamed."""

    MOVE = "move"  # 改隶属
    ASSIGN = "assign"  # 改由谁负责
    RENAME = "rename"  # 改名
    MERGE = "merge"  # 并入


class JurisdictionChange(Base):
    """A decision about a jurisdiction that holds from a day on, which may be to come. basis: the document it follows.

    target_id: the new parent, the responsible area (None: none any more), what it is merged into. applied_at: when the
    product took it over. fault: why it could not, where other changes stood in the way meanwhile.
    """

    __tablename__ = "jurisdiction_change"
    __table_args__ = (
        Index(None, "jurisdiction_id", "on"),
        Index(
            "ix_jurisdiction_change_waiting", "on",
            sqlite_where=text("applied_at IS NULL"), postgresql_where=text("applied_at IS NULL"),
        ),
    )  # fmt: skip
    id: Mapped[Id]
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    kind: Mapped[ChangeKind] = mapped_column(stored(ChangeKind))
    on: Mapped[date]
    target_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    name: Mapped[str | None] = mapped_column(String(60))
    basis: Mapped[str] = mapped_column(String(200))
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[Utc]
    applied_at: Mapped[Utc | None]
    fault: Mapped[str | None] = mapped_column(String(200))
    jurisdiction: Mapped[Jurisdiction] = relationship(foreign_keys=[jurisdiction_id])
    target: Mapped[Jurisdiction | None] = relationship(foreign_keys=[target_id])

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        if held.role is not Role.OFFICER:
            return false()
        return cls.jurisdiction_id.in_(select(Jurisdiction.id).where(within(held)))


class TransferState(enum.StrEnum):
    """Values are stored; never renamed."""

    OPEN = "open"  # 等对方接收
    ACCEPTED = "accepted"  # 已接收
    REFUSED = "refused"  # 不接收


class EnterpriseTransfer(Base):
    """An enterprise goes to another district (转出), once that takes it. Its open duties go with it; what is closed stays."""

    __tablename__ = "enterprise_transfer"
    __table_args__ = (
        Index(
            "uq_enterprise_transfer_open", "enterprise_id", unique=True,
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
        Index(None, "to_id"),
    )  # fmt: skip
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


class EnterpriseStateChange(OfEnterprise, Base):
    """An enterprise stopped (停业), was closed (注销) or opened again (复工), from a day on, which may be to come. Append-only.

    applied_at: when the product took it over; withdrawn_at: it was taken back before that.
    """

    __tablename__ = "enterprise_state_change"
    __table_args__ = (
        Index(None, "enterprise_id", "on"),
        Index(
            "ix_enterprise_state_change_waiting", "on",
            sqlite_where=text("applied_at IS NULL"), postgresql_where=text("applied_at IS NULL"),
        ),
    )  # fmt: skip
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
