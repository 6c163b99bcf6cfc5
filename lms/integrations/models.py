"""Where other systems are told that something happened, and what they were told."""

from __future__ import annotations

import enum
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.actor import Held
from lms.access.models import Role, stored
from lms.core.db import Base, EncryptedText, Id, Json, Utc, partial


class Speaks(enum.StrEnum):
    """What an address understands. Values are stored; never renamed."""

    EVENTS = "events"  # messages of Standard Webhooks (事件推送)
    XAPI = "xapi"  # statements of the Experience API: a learning record store (学习记录库)


class Webhook(Base):
    """An address that an enterprise wants told of what happens. It may hold a secret, so it is kept sealed.

    kinds: which events, of rules.KINDS, or statements, of xapi.rules.KINDS. sealed_secret: what messages are signed with, shown
    once; of a store its key and secret, with a colon between. sealed_earlier_secret: signs beside it until earlier_until.
    stopped_at: nobody took anything there for days, or it said that it is gone; messages wait until somebody sends them on.
    """

    __tablename__ = "webhook"
    __table_args__ = (Index(None, "enterprise_id"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    name: Mapped[str] = mapped_column(String(60))
    sealed_url: Mapped[str] = mapped_column(EncryptedText)
    sealed_secret: Mapped[str] = mapped_column(EncryptedText)
    speaks: Mapped[Speaks] = mapped_column(stored(Speaks), default=Speaks.EVENTS)
    sealed_earlier_secret: Mapped[str | None] = mapped_column(EncryptedText)
    earlier_until: Mapped[Utc | None]
    kinds: Mapped[Json]
    created_at: Mapped[Utc]
    created_by: Mapped[str] = mapped_column(String(80))
    stopped_at: Mapped[Utc | None]

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        return cls.enterprise_id == held.enterprise_id if held.role is Role.TRAINER else false()


class WebhookMessage(Base):
    """One event on its way to one address: the outbox, and afterwards the record. body: the very text that is signed.

    Written in the transaction of what it tells of. Those of one address go one after another, in the order of their ids. It has
    one id however often it is sent, by which a receiver knows it again. claimed_until: a worker is at it. sent_at: when it was
    taken, or else when somebody gave it up; the status then is none that takes it. status: what the other side answered last,
    None where nobody did; why: what went wrong last, as told() reads it. Of a statement, fact_id is its id and subject_id what
    it is about: the row stays, without its body after a while, so that nothing is said twice.
    """

    __tablename__ = "webhook_message"
    __table_args__ = (
        UniqueConstraint("webhook_id", "fact_id"),
        Index(None, "webhook_id", "id"),
        Index(None, "webhook_id", "subject_id"),
        partial("ix_webhook_message_waiting", "webhook_id", "due_at", where="sent_at IS NULL"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id"))
    kind: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID | None]
    fact_id: Mapped[UUID | None]
    created_at: Mapped[Utc]
    due_at: Mapped[Utc]
    claimed_until: Mapped[Utc | None]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[Utc | None]
    status: Mapped[int | None]
    why: Mapped[str | None] = mapped_column(String(200))

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        return cls.enterprise_id == held.enterprise_id if held.role is Role.TRAINER else false()
