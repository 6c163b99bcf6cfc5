"""How people sign in who have no password here: by an account elsewhere and whose it is, by a code to the phone, by a PIN."""

from __future__ import annotations

import enum
import json
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.actor import Held
from lms.access.models import Role, own, stored
from lms.core.db import Base, EncryptedText, Id, Utc


class WayKind(enum.StrEnum):
    """Whose accounts they are. Values are stored; never renamed."""

    OIDC = "oidc"
    WECOM = "wecom"  # 企业微信
    DINGTALK = "dingtalk"  # 钉钉


class Rule(enum.StrEnum):
    """By what an account that was never here is known as somebody on the roster. Never by an e-mail address."""

    OWN = "own"  # nothing: whoever has an account here ties the other one to it, signed in to both
    ROSTER = "roster"  # the roster's column of 企业微信 or 钉钉 accounts
    WORK_NO = "work_no"  # 工号
    PHONE = "phone"  # a number that the other side says it verified


class SignInWay(Base):
    """A way to sign in with accounts of an enterprise or of a bureau (外部登录). sealed_settings: JSON, by name of the field.

    name: on its button. rule: of an enterprise's roster; a bureau has none, so Rule.OWN.
    """

    __tablename__ = "sign_in_way"
    __table_args__ = (
        CheckConstraint("(enterprise_id IS NULL) <> (jurisdiction_id IS NULL)", name="one_scope"),
        Index(None, "enterprise_id"),
        Index(None, "jurisdiction_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    jurisdiction_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    kind: Mapped[str] = mapped_column(String(20))  # of WayKind, or what a plug-in is called
    name: Mapped[str] = mapped_column(String(40))
    sealed_settings: Mapped[str] = mapped_column(EncryptedText)
    rule: Mapped[Rule] = mapped_column(stored(Rule))
    enabled: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[Utc]
    changed_by: Mapped[str] = mapped_column(String(80))

    @property
    def settings(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.sealed_settings)
        return found

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        if held.role is Role.TRAINER:
            return cls.enterprise_id == held.enterprise_id
        return cls.jurisdiction_id == held.jurisdiction_id if held.role is Role.OFFICER else false()


class ExternalAccount(Base):
    """An account elsewhere that is known as an account here, or as a person on a roster (外部账号).

    subject: what the other side calls it, never used again for somebody else. linked_by: the rule, when it was known by one.
    """

    __tablename__ = "external_account"
    __table_args__ = (
        UniqueConstraint("way_id", "subject"),
        CheckConstraint("(user_id IS NULL) <> (person_id IS NULL)", name="one_owner"),
        Index(None, "user_id"),
        Index(None, "person_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    way_id: Mapped[UUID] = mapped_column(ForeignKey("sign_in_way.id"))
    subject: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(60))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    linked_by: Mapped[Rule] = mapped_column(stored(Rule))
    linked_at: Mapped[Utc]
    used_at: Mapped[Utc]

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        """Of whoever is known by a phone they are tied to them on the roster."""
        return own(cls.user_id, held)


class PhoneCode(Base):
    """A code on its way to a phone, to sign in with once (短信验证码). enterprise_id: whose gateway sends it.

    phone_hash: keyed, as Person.phone_hash. Kept for a day, so that nobody is sent too many.
    """

    __tablename__ = "phone_code"
    __table_args__ = (Index(None, "phone_hash", "created_at"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    phone_hash: Mapped[str] = mapped_column(String(64))
    sealed_phone: Mapped[str] = mapped_column(EncryptedText)
    sealed_code: Mapped[str] = mapped_column(EncryptedText)
    created_at: Mapped[Utc]
    sent_at: Mapped[Utc | None]
    used_at: Mapped[Utc | None]


class Pin(Base):
    """With the work number it opens one's own record (登录 PIN). own: chosen by the person; else handed out on paper, and good
    for nothing but choosing one.
    """

    __tablename__ = "pin"
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    pin_hash: Mapped[str] = mapped_column(String(200))
    own: Mapped[bool]
    set_at: Mapped[Utc]
    set_by: Mapped[str] = mapped_column(String(80))
