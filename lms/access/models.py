"""Who signs in, and what for."""

from __future__ import annotations

import enum
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, Enum, ForeignKey, Index, String, Text, and_, false, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, EncryptedBytes, EncryptedText, Id, Json, Utc, partial

if TYPE_CHECKING:
    from lms.access.actor import Held


class Role(enum.StrEnum):
    """What a person is in the field. Values are stored; never renamed."""

    TRAINER = "trainer"  # 培训管理员
    HEAD = "head"  # 主要负责人
    EMPLOYEE = "employee"  # 从业人员
    OFFICER = "officer"  # 监管责任人
    SYSTEM = "system"  # the product itself: a job, a command; never a membership


def stored(kind: type[enum.Enum], length: int = 20) -> Enum:
    """Column type for an enum kept as its value in a short text, so that both databases treat it alike."""
    return Enum(kind, native_enum=False, length=length, create_constraint=False, values_callable=lambda e: [m.value for m in e])


class User(Base):
    """Somebody who signs in with a password.

    password_changed_at: when it was, None where it is the first one; what was signed in before that is out.
    """

    __tablename__ = "user_account"
    id: Mapped[Id]
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(50))
    password_hash: Mapped[str] = mapped_column(String(200))
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Utc]
    password_changed_at: Mapped[Utc | None]
    memberships: Mapped[list[Membership]] = relationship(back_populates="user", order_by="Membership.id")


class Membership(Base):
    """A user in a role over one enterprise, one jurisdiction or oneself, between two days."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("(enterprise_id IS NULL) <> (jurisdiction_id IS NULL)", name="one_scope"),
        Index(None, "user_id"),
    )
    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[Role] = mapped_column(stored(Role))
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    jurisdiction_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    user: Mapped[User] = relationship(back_populates="memberships")

    def runs(self, day: date) -> bool:
        """Whether it holds on a day, both its ends included."""
        return self.starts_on <= day and self.lasts(day)

    @classmethod
    def runs_on(cls, day: date) -> ColumnElement[bool]:
        """The same as a clause."""
        return and_(cls.starts_on <= day, cls.lasts_on(day))

    def lasts(self, day: date) -> bool:
        """Whether it is not over on a day; it may still have to begin."""
        return self.ends_on is None or self.ends_on >= day

    @classmethod
    def lasts_on(cls, day: date) -> ColumnElement[bool]:
        """The same as a clause."""
        return or_(cls.ends_on.is_(None), cls.ends_on >= day)


def own(user_id: Mapped[UUID] | Mapped[UUID | None], held: Held) -> ColumnElement[bool]:
    """Rows of one's own account; whoever is known by a phone has none, and no such row."""
    return user_id == held.user_id if held.user_id else false()


class ApiToken(Base):
    """A token with which a program acts as a user (接口令牌). Its text is shown once; token_hash: SHA-256 of it, in hex.

    tail: its last four characters, by which its owner tells it from others. role: the one role it lends, None: all of the
    user's. writes: whether it may change anything.
    """

    __tablename__ = "api_token"
    __table_args__ = (Index(None, "user_id"),)
    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(60))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    tail: Mapped[str] = mapped_column(String(4))
    role: Mapped[Role | None] = mapped_column(stored(Role))
    writes: Mapped[bool]
    created_at: Mapped[Utc]
    expires_at: Mapped[Utc]
    revoked_at: Mapped[Utc | None]

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        return own(cls.user_id, held)


class SecondStep(Base):
    """What the second step of a user's sign-in is checked with (两步验证). sealed_secret: in Base32, as apps take it.

    confirmed_at: None until a first code was typed, and nothing is asked for. last_step: of the last code taken; no earlier one
    is taken again. recovery: keyed hashes of the codes on paper that are left.
    """

    __tablename__ = "second_step"
    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), unique=True)
    sealed_secret: Mapped[str] = mapped_column(EncryptedText)
    confirmed_at: Mapped[Utc | None]
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    recovery: Mapped[Json]


class Passkey(Base):
    """A key pair that a device keeps for an account (通行密钥). name: what its owner calls the device.

    credential_id: what the device calls it, public_key: in COSE; both base64url, as browsers speak. sign_count: how often the
    device says it was used, 0 where it does not count. last_asked: when the last challenge it answered was made, in microseconds
    since 1970; an earlier one, or the same, is taken no more.
    """

    __tablename__ = "passkey"
    __table_args__ = (Index(None, "user_id"),)
    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(40))
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    last_asked: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[Utc]
    used_at: Mapped[Utc | None]

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        return own(cls.user_id, held)


class PersonalDataView(Base):
    """Somebody looked at a full phone or ID number: who, whose, when, why."""

    __tablename__ = "personal_data_view"
    __table_args__ = (Index(None, "enterprise_id", "viewed_at"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    viewer: Mapped[str] = mapped_column(String(50))
    field: Mapped[str] = mapped_column(String(30))
    viewed_at: Mapped[Utc]


class WrongTry(Base):
    """A guess that was wrong, counted in the database so that every process counts the same.

    subject: who or what is guarded, "<kind>:<which>", of a kind in lms.access.tries.LIMITS: "device:…", "phone:<keyed hash>" …
    """

    __tablename__ = "wrong_try"
    __table_args__ = (Index(None, "subject", "tried_at"),)
    id: Mapped[Id]
    subject: Mapped[str] = mapped_column(String(80))
    tried_at: Mapped[Utc]


class Errand(Base):
    """Something long that somebody asked for on a page (后台任务), done by a worker.

    asked_by: the key of who asked, and who alone may see it. asked_at: when the page read what is given. mark: the SHA-256 of
    who, what and where, of which one is open at a time. language: of whoever asked. work: the name of what is to be done.
    given: what with; made: the file that came of it; both may hold data of many people. goal: the path of the page to go on
    to, None for a file. back: the address of the page it was asked on. begun_at: when a worker took it up last. tries: how
    often one did. problem: why it could not be done.
    """

    __tablename__ = "errand"
    __table_args__ = (
        Index(None, "asked_at"),
        partial("uq_errand_open", "mark", where="done_at IS NULL", unique=True),
    )
    id: Mapped[Id]
    asked_by: Mapped[str] = mapped_column(String(60))
    asked_at: Mapped[Utc]
    mark: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(10))
    work: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    given: Mapped[bytes | None] = mapped_column(EncryptedBytes, deferred=True)
    made: Mapped[bytes | None] = mapped_column(EncryptedBytes, deferred=True)
    goal: Mapped[str | None] = mapped_column(String(200))
    back: Mapped[str] = mapped_column(String(2000))
    begun_at: Mapped[Utc | None]
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[Utc | None]
    problem: Mapped[str | None] = mapped_column(String(300))
