"""Training that is asked of somebody because something changed (转岗、复岗、四新), and the permits some work needs (作业证件)."""

from __future__ import annotations

import enum
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.models import stored
from lms.core.db import Base, EncryptedText, Id, Json, Utc, partial
from lms.registry.models import OfEnterprise, Person


class Occasion(enum.StrEnum):
    """Values are stored; never renamed."""

    TRANSFER = "transfer"  # 转岗
    RETURN = "return"  # 离岗一年以上重新上岗
    NOVELTY = "novelty"  # 四新


class TrainingDemand(OfEnterprise, Base):
    """What somebody has to be taught anew, from a day on (专门培训要求).

    said: the occasion in words. levels: what has to be taught, each at least once. required: hours, None where no rule names
    a number; rule_id, article: by which rule, as it was on that day. met_on: the last day of what met it. waived: it does not
    apply, with who said so and why.
    """

    __tablename__ = "training_demand"
    __table_args__ = (
        UniqueConstraint("person_id", "occasion", "since_on", "said"),
        Index(None, "enterprise_id", "since_on"),
        partial("ix_training_demand_open", "person_id", where="met_on IS NULL AND waived_at IS NULL"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    occasion: Mapped[Occasion] = mapped_column(stored(Occasion))
    said: Mapped[str] = mapped_column(String(200))
    since_on: Mapped[date]
    levels: Mapped[Json]
    required: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    rule_id: Mapped[str] = mapped_column(String(10))
    article: Mapped[str] = mapped_column(String(120))
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[Utc]
    met_on: Mapped[date | None]
    waived_at: Mapped[Utc | None]
    waived_by: Mapped[str | None] = mapped_column(String(80))
    waived_reason: Mapped[str | None] = mapped_column(String(200))
    person: Mapped[Person] = relationship()

    @property
    def open(self) -> bool:
        return self.met_on is None and self.waived_at is None


class Authority(enum.StrEnum):
    """Values are stored; never renamed."""

    EMERGENCY = "emergency"  # 应急管理部门：特种作业操作证
    MARKET = "market"  # 市场监管部门：特种设备作业人员证


class WorkPermit(OfEnterprise, Base):
    """A permit that some work needs (作业证件), until its next review: a dated line, ended and followed by the next one.

    work: what it is for (低压电工作业). card_no: it may hold the ID number, so it is encrypted and shown with its middle hidden;
    None once its holder was forgotten. ends_on: when a new one is needed. rule_id, article: by which rule the review is due.
    """

    __tablename__ = "work_permit"
    __table_args__ = (
        Index(None, "enterprise_id", "review_due_on"),
        Index(None, "person_id"),
        partial("ix_work_permit_due", "review_due_on", where="ended_at IS NULL"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    authority: Mapped[Authority] = mapped_column(stored(Authority))
    work: Mapped[str] = mapped_column(String(60))
    card_no: Mapped[str | None] = mapped_column(EncryptedText)
    issued_on: Mapped[date]
    review_due_on: Mapped[date]
    ends_on: Mapped[date | None]
    rule_id: Mapped[str] = mapped_column(String(10))
    article: Mapped[str] = mapped_column(String(120))
    entered_by: Mapped[str] = mapped_column(String(80))
    entered_at: Mapped[Utc]
    ended_at: Mapped[Utc | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))
    ended_reason: Mapped[str | None] = mapped_column(String(200))
    person: Mapped[Person] = relationship()
