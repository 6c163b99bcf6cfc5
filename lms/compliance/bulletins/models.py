"""Bulletins with their versions, who was named in them and what they said, and who signed."""

from __future__ import annotations

import enum
from datetime import date
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    exists,
    false,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from lms.access.actor import Held
from lms.access.models import Role, stored
from lms.campaigns.models import Campaign
from lms.core.db import Base, Id, Json, Utc, partial
from lms.registry.models import Enterprise, Jurisdiction, OfEnterprise, around, within


class BulletinState(enum.StrEnum):
    """Values are stored; never renamed."""

    GATHERING = "gathering"  # 正在取数
    DRAFT = "draft"  # 草稿
    REPLYING = "replying"  # 征求意见
    PUBLISHED = "published"  # 已发布
    VOID = "void"  # 作废


class Bulletin(Base):
    """A bulletin (通报) of a bureau about a campaign in an area, or one version of it.

    jurisdiction_id: the bureau that speaks; area_id: of which place. day: the last one that is counted. as_of: the cut-off.
    data_sha256: names the frozen data in the store; None while they are being gathered, or when that failed (fault).
    words: by section; lists: which lists are printed with names; praised: ids of enterprises. reply_by: the last day to
    reply. replaces_id: the version before it, with the reason in `correction`. year, number: given when it is published;
    later versions keep them. files: SHA-256 of what was printed then, by kind; None until it is. bureau: what the bureau is
    called in the frozen data, None where they were frozen before that was kept: there by the name of its place.
    """

    __tablename__ = "bulletin"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "year", "number", "version"),
        CheckConstraint(
            "state <> 'published' OR (number IS NOT NULL AND data_sha256 IS NOT NULL)", name="published_has_a_number"
        ),
        CheckConstraint("(version = 1) = (replaces_id IS NULL)", name="later_versions_replace"),
        partial("uq_bulletin_replaced_once", "replaces_id", where="state <> 'void'", unique=True),
        Index(None, "jurisdiction_id", "created_at"),
        Index(None, "state"),
    )
    id: Mapped[Id]
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    area_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id"))
    state: Mapped[BulletinState] = mapped_column(stored(BulletinState), default=BulletinState.GATHERING)
    day: Mapped[date]
    as_of: Mapped[Utc | None]
    data_sha256: Mapped[str | None] = mapped_column(String(64))
    fault: Mapped[str | None] = mapped_column(String(200))
    words: Mapped[Json] = mapped_column(default=dict)
    lists: Mapped[Json] = mapped_column(default=list)
    praised: Mapped[Json] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(default=1)
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("bulletin.id"))
    correction: Mapped[str | None] = mapped_column(String(500))
    year: Mapped[int | None]
    number: Mapped[int | None]
    created_by: Mapped[str] = mapped_column(String(80))
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Utc]
    changed_at: Mapped[Utc]
    sent_at: Mapped[Utc | None]
    reply_by: Mapped[date | None]
    published_at: Mapped[Utc | None]
    files: Mapped[Json | None]
    bureau: Mapped[str | None] = mapped_column(String(60))
    campaign: Mapped[Campaign] = relationship()
    jurisdiction: Mapped[Jurisdiction] = relationship(foreign_keys=[jurisdiction_id])
    area: Mapped[Jurisdiction] = relationship(foreign_keys=[area_id])

    @property
    def issuer(self) -> str:
        """Who issues it, by the name on its paper."""
        return self.bureau or self.jurisdiction.name

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        """Its bureau and those above; once published, also who supervises a part of the area. A firm: those that name it, once
        it was told, whatever became of them; and what was published instead of one of these.
        """
        if held.role is Role.OFFICER:
            mine = select(Jurisdiction.id).where(within(held))
            beyond = select(Jurisdiction.id).where(around(held))
            return or_(cls.jurisdiction_id.in_(mine), and_(cls.state == BulletinState.PUBLISHED, cls.area_id.in_(beyond)))
        if held.role in (Role.TRAINER, Role.HEAD):
            named = exists().where(BulletinMention.bulletin_id == cls.id, BulletinMention.enterprise_id == held.enterprise_id)
            told = cls.state.in_((BulletinState.REPLYING, BulletinState.PUBLISHED, BulletinState.VOID))
            before = aliased(Bulletin)
            corrected = exists().where(
                BulletinMention.enterprise_id == held.enterprise_id, BulletinMention.bulletin_id == before.id,
                before.jurisdiction_id == cls.jurisdiction_id, before.year == cls.year, before.number == cls.number,
                before.version < cls.version,
            )  # fmt: skip
            return or_(and_(told, named), and_(cls.state == BulletinState.PUBLISHED, corrected))
        return false()


class Heard:
    """The right of reply (申辩) of whoever is named. called_…: of a call, where nobody has an account. agreed: they say that what
    is said is right; reply: what they say instead or beside, once.
    """

    called_note: Mapped[str | None] = mapped_column(String(500))
    called_by: Mapped[str | None] = mapped_column(String(80))
    called_at: Mapped[Utc | None]
    agreed: Mapped[bool] = mapped_column(default=False)
    reply: Mapped[str | None] = mapped_column(String(1000))
    replied_by: Mapped[str | None] = mapped_column(String(80))
    replied_at: Mapped[Utc | None]


class BulletinMention(Heard, OfEnterprise, Base):
    """An enterprise is named in a bulletin, and is heard. said: what is said of it, by list.

    told: readers of the message, None while it waits to be sent; 0: nobody has an account. answer: the bureau's; struck: why it
    is not named after all. final_at: when it was told that the bulletin is out, or that it is not in it.
    """

    __tablename__ = "bulletin_mention"
    __table_args__ = (
        UniqueConstraint("bulletin_id", "enterprise_id"),
        Index(None, "enterprise_id", "bulletin_id"),
        partial("ix_bulletin_mention_untold", "bulletin_id", where="told IS NULL"),
        partial("ix_bulletin_mention_unfinished", "bulletin_id", where="final_at IS NULL"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    bulletin_id: Mapped[UUID] = mapped_column(ForeignKey("bulletin.id"))
    said: Mapped[Json]
    told: Mapped[int | None]
    told_at: Mapped[Utc | None]
    answer: Mapped[str | None] = mapped_column(String(500))
    struck: Mapped[str | None] = mapped_column(String(200))
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[Utc | None]
    final_at: Mapped[Utc | None]
    enterprise: Mapped[Enterprise] = relationship()

    @property
    def key(self) -> UUID:
        return self.enterprise_id

    @property
    def name(self) -> str:
        return self.enterprise.name


class BulletinPlace(Heard, Base):
    """A place (street, district) is named in the words of a bulletin, and its officers are heard. said: the sentences that name
    it. told: as of a mention; the officers of the place are told as it is sent.
    """

    __tablename__ = "bulletin_place"
    __table_args__ = (UniqueConstraint("bulletin_id", "jurisdiction_id"), Index(None, "jurisdiction_id"))
    id: Mapped[Id]
    bulletin_id: Mapped[UUID] = mapped_column(ForeignKey("bulletin.id"))
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    name: Mapped[str] = mapped_column(String(60))
    said: Mapped[str] = mapped_column(String(1000))
    told: Mapped[int]
    told_at: Mapped[Utc]
    bulletin: Mapped[Bulletin] = relationship()
    struck = None  # a place is named by words alone: taken out of them it is named no more

    @property
    def key(self) -> UUID:
        return self.jurisdiction_id

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        """The officers of the place and of the bureaus above it."""
        if held.role is not Role.OFFICER:
            return false()
        return cls.jurisdiction_id.in_(select(Jurisdiction.id).where(within(held)))


class BulletinSignature(Base):
    """Somebody signed a bulletin (签发) as it stood: content_sha256 is that of all that is printed. Append-only."""

    __tablename__ = "bulletin_signature"
    __table_args__ = (UniqueConstraint("bulletin_id", "user_id", "content_sha256"),)
    id: Mapped[Id]
    bulletin_id: Mapped[UUID] = mapped_column(ForeignKey("bulletin.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(80))
    content_sha256: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[Utc]
