"""Reads of a chain."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import cast as as_type
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, func, or_, select

from lms.core.uow import UnitOfWork
from lms.ledger.models import ChainEntry, ChainHead, ChainReceipt, DroppedProposal
from lms.ledger.receipts import Receipt
from lms.ledger.rules import Entry, Head, Row

AT_ONCE = 2_000
FIRST, LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)  # days that have a year of four digits


def entries(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[Entry]:
    """The chain of an enterprise from its first entry on, however long it is."""
    first, *others = Entry._fields
    assert first == "enterprise_id", "the same for all: making it of each row takes a tenth of the time"
    table = ChainEntry.__table__.c  # and so does making an object of each
    columns = (_at(uow) if name == "recorded_at" else table[name] for name in others)
    wanted = select(*columns).where(table.enterprise_id == enterprise_id).order_by(table.seq)
    rows = uow.execute(wanted.execution_options(yield_per=AT_ONCE))
    return (Entry(enterprise_id, *row) for row in rows)


def parts(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[Sequence[Row]]:
    """The same as text, AT_ONCE at a time, as rules.goes_on reads it: making the values of text takes longer than the rest."""
    table = ChainEntry.__table__.c
    at: ColumnElement[str] = cast(table.recorded_at, String)
    if uow.dialect == "postgresql":
        at = func.to_char(func.timezone("UTC", _at(uow)), "YYYY-MM-DD HH24:MI:SS.US")
    subject = func.replace(cast(table.subject_id, String), "-", "").label("subject")
    wanted = (
        select(table.seq, table.kind, subject, table.digest, table.previous, table.hash, at.label("at"), table.salt, table.fact)
        .where(table.enterprise_id == enterprise_id)
        .order_by(table.seq)
    )
    return as_type(Iterator[Sequence[Row]], uow.execute(wanted.execution_options(yield_per=AT_ONCE)).partitions())


def _at(uow: UnitOfWork) -> ColumnElement[datetime]:
    """When an entry was recorded. PostgreSQL knows years that nobody else does, and writes one BC as if it were of ours: such an
    instant is read as another, which its hash is not of.
    """
    recorded_at = ChainEntry.__table__.c.recorded_at
    if uow.dialect != "postgresql":
        return recorded_at
    return func.least(func.greatest(recorded_at, FIRST), LAST, type_=recorded_at.type)


def head(uow: UnitOfWork, enterprise_id: UUID, *, hold: bool = False) -> Head | None:
    """The end of a chain as it is kept; None before the first entry. hold: until the end of the transaction."""
    wanted = select(ChainHead.seq, ChainHead.hash).where(ChainHead.enterprise_id == enterprise_id)
    row = uow.session.execute(wanted.with_for_update() if hold else wanted).first()
    return Head._make(row) if row else None


def length(uow: UnitOfWork, enterprise_id: UUID | None = None) -> int:
    """How many entries the chain of an enterprise says it has, or all chains together."""
    wanted = select(func.coalesce(func.sum(ChainHead.seq), 0))
    return uow.session.execute(wanted.where(ChainHead.enterprise_id == enterprise_id) if enterprise_id else wanted).scalar_one()


def receipts_of(uow: UnitOfWork, enterprise_id: UUID) -> list[Receipt]:
    """The receipts of a chain, the first one first."""
    columns = (getattr(ChainReceipt, name) for name in Receipt._fields)
    wanted = select(*columns).where(ChainReceipt.enterprise_id == enterprise_id).order_by(ChainReceipt.anchored_on)
    return [Receipt._make(row) for row in uow.session.execute(wanted)]


def last_receipt(uow: UnitOfWork, enterprise_id: UUID) -> Receipt | None:
    """The latest receipt of a chain."""
    columns = (getattr(ChainReceipt, name) for name in Receipt._fields)
    wanted = select(*columns).where(ChainReceipt.enterprise_id == enterprise_id).order_by(ChainReceipt.anchored_on.desc())
    row = uow.session.execute(wanted.limit(1)).first()
    return Receipt._make(row) if row else None


def hashes_at(uow: UnitOfWork, enterprise_id: UUID, seqs: Collection[int]) -> dict[int, str]:
    """The hashes of these entries of a chain, as far as they are there."""
    wanted = select(ChainEntry.seq, ChainEntry.hash).where(ChainEntry.enterprise_id == enterprise_id, ChainEntry.seq.in_(seqs))
    return dict(uow.session.execute(wanted).all())


def to_anchor(uow: UnitOfWork, limit: int) -> list[UUID]:
    """Enterprises whose chain grew since its last receipt and has none of today."""
    last = (
        select(
            ChainReceipt.enterprise_id, func.max(ChainReceipt.seq).label("seq"), func.max(ChainReceipt.anchored_on).label("day")
        )
        .group_by(ChainReceipt.enterprise_id)
        .subquery()
    )
    wanted = (
        select(ChainHead.enterprise_id)
        .join(last, last.c.enterprise_id == ChainHead.enterprise_id, isouter=True)
        .where(ChainHead.seq > func.coalesce(last.c.seq, 0), func.coalesce(last.c.day < uow.today, True))
        .order_by(ChainHead.enterprise_id)
    )
    return list(uow.session.scalars(wanted.limit(limit)))


def dropped_of(uow: UnitOfWork, subject_id: UUID) -> list[DroppedProposal]:
    """What was proposed of a lecture or a certificate and came to nothing, the first one first; of a lecture that of its
    certificates too.
    """
    own = or_(DroppedProposal.subject_id == subject_id, DroppedProposal.lecture_id == subject_id)
    return list(uow.session.scalars(select(DroppedProposal).where(own).order_by(DroppedProposal.id)))
