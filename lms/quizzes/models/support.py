"""What people need to take a quiz as others do."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Id, Utc
from lms.registry.models import OfEnterprise, Person


class Support(OfEnterprise, Base):
    """What a person needs to take a quiz as others do (考核照顾). Why is nobody's business and not kept.

    extra_percent: more time, of the minutes of an attempt. read_aloud: questions are read out as they are shown.
    """

    __tablename__ = "quiz_support"
    __table_args__ = (
        UniqueConstraint("person_id"),
        CheckConstraint("extra_percent BETWEEN 0 AND 200", name="extra_time_is_within_reason"),
        Index(None, "enterprise_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    extra_percent: Mapped[int]
    read_aloud: Mapped[bool]
    large_type: Mapped[bool]
    set_by: Mapped[str] = mapped_column(String(80))
    set_at: Mapped[Utc]
    person: Mapped[Person] = relationship()
