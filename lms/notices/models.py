"""Messages to people: the inbox, the ways out of the product, what was sent on them, and calendars that follow."""

from __future__ import annotations

import enum
import json
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Dialect,
    ForeignKey,
    Index,
    String,
    TypeDecorator,
    UniqueConstraint,
    false,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.actor import Held
from lms.access.models import Role, own, stored
from lms.core.db import Base, EncryptedText, Id, Utc


class Notice(Base):
    """A message to one person (通知): somebody on a roster, or a user who is on none. link: a path of this product.

    kind: a short code, "lecture.notice". about_id: the lecture, quiz or campaign it is about. told_by: who set it off.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("person_id IS NOT NULL OR user_id IS NOT NULL", name="somebody_reads_it"),
        Index(None, "person_id", "sent_at"),
        Index(None, "user_id", "sent_at"),
        Index(None, "enterprise_id", "sent_at"),
        Index(None, "about_id", "kind"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))  # None: to a bureau
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(String(40), default="general")
    urgent: Mapped[bool] = mapped_column(default=False)
    about_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(String(500))
    link: Mapped[str | None] = mapped_column(String(200))
    told_by: Mapped[str] = mapped_column(String(80), default="")
    sent_at: Mapped[Utc]
    read_at: Mapped[Utc | None]

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        """A message is its reader's own."""
        as_person = cls.person_id == held.person_id if held.person_id else false()
        return or_(as_person, own(cls.user_id, held))


TO_GROUPS = {"wecom_group", "dingtalk_group"}
_brought: dict[str, ChannelKind] = {}


class ChannelKind(enum.StrEnum):
    """A way out of the product. Values are stored; never renamed. Plug-ins bring more of them: bring_channel()."""

    EMAIL = "email"
    SMS = "sms"
    WECOM_APP = "wecom_app"  # 企业微信应用消息
    WECOM_GROUP = "wecom_group"  # 企业微信群机器人
    DINGTALK_APP = "dingtalk_app"  # 钉钉工作通知
    DINGTALK_GROUP = "dingtalk_group"  # 钉钉群机器人

    @property
    def group(self) -> bool:
        """Whether it speaks to a group chat and not to one person."""
        return self.value in TO_GROUPS

    @classmethod
    def _missing_(cls, value: object) -> ChannelKind | None:
        return _brought.get(str(value))


def bring_channel(name: str) -> ChannelKind:
    """The kind of a channel that a plug-in brings, or brought once: its rows outlive it."""
    if name not in _brought:
        made = str.__new__(ChannelKind, name)
        made._name_, made._value_ = name.upper(), name
        _brought[name] = made
    return _brought[name]


class StoredKind(TypeDecorator[ChannelKind]):
    """A kind as its value; of a plug-in that is not there any more as well."""

    impl, cache_ok = String(20), True

    def process_bind_param(self, value: ChannelKind | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> ChannelKind | None:
        if value is None:
            return None
        return ChannelKind(value) if value in set(ChannelKind) else bring_channel(value)


class Channel(Base):
    """A way on which an enterprise tells its people (通知渠道). place: which is tried first, from 1.

    sealed_settings: a flat JSON object, encrypted as a whole, for addresses of robots are secrets too.
    trial_to: where a trial message waits to be sent to, "" for a group. trial_fault: why the last trial failed, as told() reads
    it; empty when it worked; None while nobody tried.
    """

    __tablename__ = "channel"
    __table_args__ = (UniqueConstraint("enterprise_id", "kind"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    kind: Mapped[ChannelKind] = mapped_column(StoredKind)
    place: Mapped[int]
    enabled: Mapped[bool] = mapped_column(default=True)
    sealed_settings: Mapped[str] = mapped_column(EncryptedText)
    changed_at: Mapped[Utc]
    changed_by: Mapped[str] = mapped_column(String(80))
    trial_to: Mapped[str | None] = mapped_column(EncryptedText)
    tried_at: Mapped[Utc | None]
    trial_fault: Mapped[str | None] = mapped_column(String(200))

    @property
    def settings(self) -> dict[str, str]:
        found: dict[str, Any] = json.loads(self.sealed_settings)
        return found

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        return cls.enterprise_id == held.enterprise_id if held.role is Role.TRAINER else false()


class DeliveryState(enum.StrEnum):
    QUEUED = "queued"  # 待发
    SENT = "sent"  # 已发出: the channel has taken it
    DELIVERED = "delivered"  # 已送达: the channel says that it arrived
    READ = "read"  # 已读: the channel says that it was read
    FAILED = "failed"  # 未送达
    DROPPED = "dropped"  # 不再需要


class Delivery(Base):
    """One message on its way to one person, or to a group, on one channel (送达情况); the outbox.

    Written in the transaction of what it tells of, sent afterwards. person_id None: to a group; its notice is then one of
    those that say the same. claimed_until: a worker is at it. why: what went wrong last, as told() reads it. reference: the
    channel's own number of the message. Where to is not kept: it is asked when it is sent.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(None, "notice_id"),
        Index(None, "channel_id", "state"),
        Index(None, "enterprise_id", "created_at"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"))
    channel_id: Mapped[UUID] = mapped_column(ForeignKey("channel.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    urgent: Mapped[bool]
    state: Mapped[DeliveryState] = mapped_column(stored(DeliveryState), default=DeliveryState.QUEUED)
    created_at: Mapped[Utc]
    due_at: Mapped[Utc]
    claimed_until: Mapped[Utc | None]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[Utc | None]
    asked_at: Mapped[Utc | None]  # when the channel was asked what became of it
    reference: Mapped[str | None] = mapped_column(String(100))
    why: Mapped[str | None] = mapped_column(String(200))


class Reminded(Base):
    """A rung of a reminder ladder that has been climbed: nobody is reminded of it twice."""

    __tablename__ = "reminded"
    __table_args__ = (UniqueConstraint("about_id", "kind", "rung"),)
    id: Mapped[Id]
    about_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(40))
    rung: Mapped[int]  # days before
    at: Mapped[Utc]


class CalendarFeed(Base):
    """A secret address that calendars subscribe to (日历订阅). person_id None: all lectures of the enterprise.

    user_id: who made one of the whole enterprise; it works no longer than they are its trainer or head.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (Index(None, "enterprise_id", "person_id"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Utc]
    created_by: Mapped[str] = mapped_column(String(80))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    revoked_at: Mapped[Utc | None]


class CalendarLine(Base):
    """Which version of a sitting calendars were given last: SEQUENCE counts up when its content changes (RFC 5545 §3.8.7.4)."""

    __tablename__ = "calendar_line"
    __table_args__ = (UniqueConstraint("sitting_id"), Index(None, "enterprise_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    sequence: Mapped[int] = mapped_column(default=0)
    content_hash: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[Utc]
