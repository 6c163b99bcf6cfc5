"""Devices on which many people check in, and what is signed on them."""

from __future__ import annotations

import enum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.models import stored
from lms.core.db import Base, EncryptedText, Id, Utc
from lms.lectures.models import Sitting
from lms.registry.models import OfEnterprise


class StationKind(enum.StrEnum):
    KIOSK = "kiosk"  # 签到机
    LEADER = "leader"  # 班组长手机


class Station(OfEnterprise, Base):
    """A tablet or a leader's phone on which people of one sitting check in (签到设备). It is nobody's sign-in.

    team: the department whose people it shows; None: everybody expected. leader: who passes the phone round.
    invitation, code: what opens it on one device, once, until invited_until; code is for typing. key_hash: of the key
    that device then holds.
    """

    __tablename__ = "station"
    __table_args__ = (
        CheckConstraint("(kind = 'leader') = (leader IS NOT NULL)", name="a_leaders_phone_has_a_leader"),
        Index(None, "enterprise_id", "lecture_id"),
        Index(None, "sitting_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    kind: Mapped[StationKind] = mapped_column(stored(StationKind))
    team: Mapped[str | None] = mapped_column(String(60))
    leader: Mapped[str | None] = mapped_column(String(80))
    invitation: Mapped[str | None] = mapped_column(EncryptedText)
    invitation_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    code: Mapped[str | None] = mapped_column(EncryptedText)
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    invited_until: Mapped[Utc]
    key_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    paired_at: Mapped[Utc | None]
    seen_at: Mapped[Utc | None]
    expires_at: Mapped[Utc]
    revoked_at: Mapped[Utc | None]
    revoked_by: Mapped[str | None] = mapped_column(String(80))
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[Utc]
    sitting: Mapped[Sitting] = relationship()


class Signature(OfEnterprise, Base):
    """A signature drawn with a finger: the path data of an SVG of 320 × 160, found by its SHA-256."""

    __tablename__ = "signature"
    __table_args__ = (UniqueConstraint("enterprise_id", "sha256"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(EncryptedText)
