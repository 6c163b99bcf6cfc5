"""Teaching platforms that open our pages, who is who there, and the keys we sign with for them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.actor import Held
from lms.access.models import Role
from lms.core.db import Base, EncryptedText, Id, Json, Utc
from lms.registry.models import Person


class OfTrainer:
    """A row of one enterprise that its trainers look after."""

    enterprise_id: Mapped[UUID]

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        return cls.enterprise_id == held.enterprise_id if held.role is Role.TRAINER else false()


class LtiKey(Base):
    """A key of this installation, RSA, by which platforms know what comes from us. sealed_pem: PKCS#8. kid: its thumbprint."""

    __tablename__ = "lti_key"
    id: Mapped[Id]
    kid: Mapped[str] = mapped_column(String(43), unique=True)
    sealed_pem: Mapped[str] = mapped_column(EncryptedText)
    created_at: Mapped[Utc]


class LtiPlatform(OfTrainer, Base):
    """A teaching platform (教学平台) as its administrator registered us there; all but the name is unknown until then.

    frames: origins, beside those of issuer and sign-in address, whose pages may show ours. trusts_numbers: whether the work
    numbers and phones that it sends are kept by an administrator there, not by each user. refusal, refused_at: why somebody
    could not come in last, by code of refusals.WHY, and what the platform said. passing_until: a worker is handing on results.
    """

    __tablename__ = "lti_platform"
    __table_args__ = (Index(None, "enterprise_id"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    name: Mapped[str] = mapped_column(String(60))
    issuer: Mapped[str | None] = mapped_column(String(300))
    client_id: Mapped[str | None] = mapped_column(String(200))
    auth_url: Mapped[str | None] = mapped_column(String(500))
    token_url: Mapped[str | None] = mapped_column(String(500))
    keys_url: Mapped[str | None] = mapped_column(String(500))
    frames: Mapped[Json] = mapped_column(default=list)
    trusts_numbers: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Utc]
    created_by: Mapped[str] = mapped_column(String(80))
    refusal: Mapped[str | None] = mapped_column(String(40))
    refusal_said: Mapped[str | None] = mapped_column(String(200))
    refused_at: Mapped[Utc | None]
    passing_until: Mapped[Utc | None]
    deployments: Mapped[list[LtiDeployment]] = relationship(
        back_populates="platform", order_by="LtiDeployment.id", lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def is_ready(self) -> bool:
        """Whether all that a launch asks for is known."""
        return bool(self.issuer and self.client_id and self.auth_url and self.keys_url)


class LtiDeployment(OfTrainer, Base):
    """One place on a platform where we were added, and the enterprise whose people come from there."""

    __tablename__ = "lti_deployment"
    __table_args__ = (UniqueConstraint("platform_id", "deployment_id"), Index(None, "enterprise_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    platform_id: Mapped[UUID] = mapped_column(ForeignKey("lti_platform.id"))
    deployment_id: Mapped[str] = mapped_column(String(255))
    platform: Mapped[LtiPlatform] = relationship(back_populates="deployments")


class LtiLink(OfTrainer, Base):
    """An account of a platform is this person (账号对应). subject: the platform's own id of it. how: of rules.linking."""

    __tablename__ = "lti_link"
    __table_args__ = (
        UniqueConstraint("platform_id", "enterprise_id", "subject"),
        UniqueConstraint("platform_id", "person_id"),
        Index(None, "enterprise_id", "person_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    platform_id: Mapped[UUID] = mapped_column(ForeignKey("lti_platform.id"))
    subject: Mapped[str] = mapped_column(String(255))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    how: Mapped[str] = mapped_column(String(10))
    linked_at: Mapped[Utc]
    person: Mapped[Person] = relationship()


class LtiUsed(Base):
    """What may be used once and was: a nonce, a ticket. Forgotten once it would be too old anyway."""

    __tablename__ = "lti_used"
    __table_args__ = (Index(None, "until"),)
    id: Mapped[Id]
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    until: Mapped[Utc]
