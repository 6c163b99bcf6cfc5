"""What people asked about their own data, and why it may not go although its time is over."""

from __future__ import annotations

import enum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.models import stored
from lms.core.db import Base, EncryptedText, Id, Utc
from lms.registry.models import OfEnterprise, Person


class Asked(enum.StrEnum):
    """Values are stored; never renamed."""

    COPY = "copy"  # 查阅复制
    CORRECTION = "correction"  # 更正
    ERASURE = "erasure"  # 删除


class DataRequest(OfEnterprise, Base):
    """What somebody asked about their own data (个人信息申请), and what became of it. It is never deleted.

    text: what is wrong and how it should be. granted: None until it was answered. answer: what was done, or why not and by
    which rule. sha256: of the copy, encrypted, in the content store, until it was fetched or ends. done, total: of its parts.
    """

    __tablename__ = "data_request"
    __table_args__ = (Index(None, "enterprise_id", "asked_at"), Index(None, "person_id", "asked_at"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[Asked] = mapped_column(stored(Asked))
    text: Mapped[str | None] = mapped_column(EncryptedText)
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_key: Mapped[str] = mapped_column(String(60))  # of the actor, so that nobody is their own second person
    asked_at: Mapped[Utc]
    answered_by: Mapped[str | None] = mapped_column(String(80))
    answered_at: Mapped[Utc | None]
    granted: Mapped[bool | None]
    answer: Mapped[str | None] = mapped_column(String(500))
    sha256: Mapped[str | None] = mapped_column(String(64))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    person: Mapped[Person] = relationship()


class RetentionHold(OfEnterprise, Base):
    """Somebody's data may not be erased for now (暂停删除): an accident, a dispute, an inspection. lifted_at: it is over."""

    __tablename__ = "retention_hold"
    __table_args__ = (Index(None, "enterprise_id", "person_id"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200))
    placed_by: Mapped[str] = mapped_column(String(80))
    placed_at: Mapped[Utc]
    lifted_by: Mapped[str | None] = mapped_column(String(80))
    lifted_at: Mapped[Utc | None]
