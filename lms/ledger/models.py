"""Every enterprise has a chain of its facts."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Id, Json, Utc
from lms.core.guards import guard


class ChainEntry(Base):
    """One fact in the chain of its enterprise (链上记录). seq: 1, 2, … without gaps. The database refuses to change or delete it.

    kind: what happened, "attendance.recorded". subject_id: the row it happened to. digest: SHA-256 of salt and fact.
    previous, hash: of the entry before and its own. salt, fact: emptied, both, when the law wants a person forgotten; the
    chain stays whole, for it rests on the digest alone.
    """

    __tablename__ = "chain_entry"
    __table_args__ = (CheckConstraint("seq > 0", name="counts_from_one"),)
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    digest: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[Utc]
    salt: Mapped[str | None] = mapped_column(String(32))
    fact: Mapped[str | None] = mapped_column(Text)  # canonical JSON


class ChainHead(Base):
    """The last entry of an enterprise's chain (链头): whoever appends holds this row, and a cut tail is missed by it."""

    __tablename__ = "chain_head"
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class ChainReceipt(Base):
    """The head of a chain on a day, signed (存证收据), as handed out to the firm and its bureau. Never changed, never deleted.

    statement, signature, key: as in ledger.receipts.Receipt; seq: of the head, as in the statement.
    """

    __tablename__ = "chain_receipt"
    __table_args__ = (UniqueConstraint("enterprise_id", "anchored_on"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    anchored_on: Mapped[date]
    seq: Mapped[int]
    statement: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(String(128))
    key: Mapped[str] = mapped_column(String(64))


class ChainStamp(Base):
    """The time stamp of a receipt (可信时间戳): a third party saw it at that time. token: DER, RFC 3161, of its statement.

    authority: as in its certificate. Never changed, never deleted.
    """

    __tablename__ = "chain_stamp"
    __table_args__ = (UniqueConstraint("receipt_id"), Index(None, "enterprise_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("chain_receipt.id"))
    token: Mapped[bytes]
    stamped_at: Mapped[Utc]
    authority: Mapped[str] = mapped_column(String(200))


class ChainCountersignature(Base):
    """The bureau's own signature of a receipt (副签). certificate: PEM, of the key; signer: as it is called there.

    Never changed, never deleted.
    """

    __tablename__ = "chain_countersignature"
    __table_args__ = (UniqueConstraint("receipt_id"), Index(None, "enterprise_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("chain_receipt.id"))
    signature: Mapped[bytes]
    certificate: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[Utc]
    signer: Mapped[str] = mapped_column(String(200))


class DroppedProposal(Base):
    """What takes two people and came to nothing (没有成的提议): nobody agreed, or whoever proposed it thought better of it.

    kind: of its entry in the chain. subject_id: the row whose page tells it; lecture_id: the lecture it is of, None where it is
    of none. about: what else the entry tells of what was wanted, as canonical JSON has it. withdrawn: by whoever proposed it;
    else the second person did not agree. Never changed, never deleted.
    """

    __tablename__ = "dropped_proposal"
    __table_args__ = (Index(None, "enterprise_id"), Index(None, "subject_id"), Index(None, "lecture_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    lecture_id: Mapped[UUID | None]
    about: Mapped[Json]
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_key: Mapped[str] = mapped_column(String(60))
    proposed_at: Mapped[Utc]
    reason: Mapped[str] = mapped_column(String(200))
    dropped_by: Mapped[str] = mapped_column(String(80))
    dropped_at: Mapped[Utc]
    withdrawn: Mapped[bool]

    @property
    def moved_to(self) -> datetime | None:
        """To when a time was to be corrected; None of what is not about a time."""
        at = self.about.get("moved_to")
        return datetime.fromisoformat(at) if at else None


guard(DroppedProposal)
guard(ChainCountersignature)
guard(ChainStamp)
guard(ChainReceipt)
guard(ChainEntry, emptied=("salt", "fact"))
