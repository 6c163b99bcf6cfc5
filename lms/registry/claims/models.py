"""Who says that a firm is theirs, and what the officer found."""

from __future__ import annotations

import enum
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_, false, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.actor import Held
from lms.access.models import Role, stored
from lms.core.db import Base, EncryptedBytes, EncryptedText, Id, Json, Utc
from lms.registry.models import Enterprise, Jurisdiction, within


class ClaimState(enum.StrEnum):
    """Values are stored; never renamed."""

    WAITING = "waiting"  # 待确认
    CONFIRMED = "confirmed"  # 已确认
    REFUSED = "refused"  # 没有通过
    NAMED = "named"  # 本单位指定：nobody claimed anything, the account is opened in the same way


class ClaimPost(enum.StrEnum):
    """Values are stored; never renamed."""

    HEAD = "head"  # 主要负责人
    MANAGER = "manager"  # 安全生产管理人员


class EnterpriseClaim(Base):
    """Somebody says that a firm is theirs (企业认领). What is kept of them is encrypted, and forgotten once it was used.

    number: of the receipt, by which its owner asks what became of it. uscc, name: as told. enterprise_id: the record it was told
    to have; None: for the officer of jurisdiction_id to see whether there is such a firm. document: what was handed in, and
    media_type. answer: how the officer made sure, or why not, which the claimant reads. user_id: the account that was made;
    opening_hash: of the words that open it the first time, said on the telephone, until opening_until; opened_at: when it was.
    viewed: who looked at a whole number or the document, [{"by", "what", "at"}].
    """

    __tablename__ = "enterprise_claim"
    __table_args__ = (Index(None, "state", "jurisdiction_id"), Index(None, "enterprise_id"))
    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(12), unique=True)
    uscc: Mapped[str] = mapped_column(String(18))
    name: Mapped[str] = mapped_column(String(120))
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    person_name: Mapped[str | None] = mapped_column(EncryptedText)
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    post: Mapped[ClaimPost] = mapped_column(stored(ClaimPost))
    document: Mapped[bytes | None] = mapped_column(EncryptedBytes, deferred=True)
    media_type: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[ClaimState] = mapped_column(stored(ClaimState), default=ClaimState.WAITING)
    filed_at: Mapped[Utc]
    answer: Mapped[str | None] = mapped_column(String(200))
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[Utc | None]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    opening_hash: Mapped[str | None] = mapped_column(String(200))
    opening_until: Mapped[Utc | None]
    opened_at: Mapped[Utc | None]
    viewed: Mapped[Json] = mapped_column(default=list)
    jurisdiction: Mapped[Jurisdiction] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        """Whoever supervises the firm, also after it moved; of one that is not known, whoever supervises the street it named.

        Whom a firm named itself is its own affair.
        """
        if held.role is not Role.OFFICER:
            return false()
        supervises = or_(
            cls.enterprise_id.in_(select(Enterprise.id).where(Enterprise.covered_by(held))),
            and_(cls.enterprise_id.is_(None), cls.jurisdiction_id.in_(select(Jurisdiction.id).where(within(held)))),
        )
        return and_(cls.state != ClaimState.NAMED, supervises)
