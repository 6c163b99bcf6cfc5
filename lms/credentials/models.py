"""Completion → hours → certificate."""

from __future__ import annotations

import enum
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.models import stored
from lms.core.db import Base, Id, Json, Utc
from lms.lectures.models import Lecture
from lms.registry.models import OfEnterprise, Person


class Completion(OfEnterprise, Base):
    """Whether a person completed a lecture (合格认定), with the reasons. Derived from presence, quiz and rule.

    facts: the values it was decided from. reasons: sentences a person can read.
    """

    __tablename__ = "completion"
    __table_args__ = (
        UniqueConstraint("lecture_id", "person_id"),
        Index(None, "enterprise_id", "lecture_id"),
        Index(None, "person_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    completed: Mapped[bool]
    attended: Mapped[bool]
    examined: Mapped[bool]
    passed: Mapped[bool]
    score: Mapped[int | None]
    minutes: Mapped[int | None]
    reasons: Mapped[Json]
    decided_at: Mapped[Utc]
    lecture: Mapped[Lecture] = relationship()
    person: Mapped[Person] = relationship()


class HoursKind(enum.StrEnum):
    EARNED = "earned"  # 记入
    VOIDED = "voided"  # 冲销


class HoursLine(OfEnterprise, Base):
    """A line of the hours ledger (学时明细). Append-only: a correction is another line. hours: 学时, negative when voided."""

    __tablename__ = "hours_line"
    __table_args__ = (Index(None, "enterprise_id", "person_id", "earned_on"), Index(None, "person_id", "earned_on"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    completion_id: Mapped[UUID] = mapped_column(ForeignKey("completion.id"))
    kind: Mapped[HoursKind] = mapped_column(stored(HoursKind))
    hours: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    category: Mapped[str] = mapped_column(String(30))  # of the person on that day
    trust: Mapped[str] = mapped_column(String(20))
    earned_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[Utc]


class SerialCounter(Base):
    """The last serial number given out by an issuing district in a year: no gap, no double."""

    __tablename__ = "serial_counter"
    __table_args__ = (UniqueConstraint("district_code", "year"),)
    id: Mapped[Id]
    district_code: Mapped[str] = mapped_column(String(20))
    year: Mapped[int]
    last: Mapped[int]


class Certificate(OfEnterprise, Base):
    """A training certificate (培训证明), frozen at issue: its data, its PDF bytes (in the content store) and their hash."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("lecture_id", "person_id"),
        UniqueConstraint("serial"),
        UniqueConstraint("public_code"),
        Index(None, "enterprise_id", "issued_at"),
        Index(None, "person_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    completion_id: Mapped[UUID] = mapped_column(ForeignKey("completion.id"))
    serial: Mapped[str] = mapped_column(String(40))
    public_code: Mapped[str] = mapped_column(String(32))
    data: Mapped[Json]  # every printed fact
    fingerprint: Mapped[str] = mapped_column(String(64))  # SHA-256 of the data in canonical form
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[Utc]
    valid_until: Mapped[date | None]
    revoked_at: Mapped[Utc | None]
    revoked_reason: Mapped[str | None] = mapped_column(String(200))
    superseded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id"))
    person: Mapped[Person] = relationship()
    lecture: Mapped[Lecture] = relationship()
