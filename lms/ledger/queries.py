"""Reads of a chain."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import func, select

from lms.core.uow import UnitOfWork
from lms.ledger.models import ChainEntry, ChainHead
from lms.ledger.rules import Entry, Head

AT_ONCE = 2_000


def entries(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[Entry]:
    """The chain of an enterprise from its first entry on, however long it is."""
    columns = (getattr(ChainEntry, name) for name in Entry._fields)
    wanted = select(*columns).where(ChainEntry.enterprise_id == enterprise_id).order_by(ChainEntry.seq)
    return map(Entry._make, uow.session.execute(wanted, execution_options={"yield_per": AT_ONCE}))


def head(uow: UnitOfWork, enterprise_id: UUID, *, hold: bool = False) -> Head | None:
    """The end of a chain as it is kept; None before the first entry. hold: until the end of the transaction."""
    wanted = select(ChainHead.seq, ChainHead.hash).where(ChainHead.enterprise_id == enterprise_id)
    row = uow.session.execute(wanted.with_for_update() if hold else wanted).first()
    return Head._make(row) if row else None


def length(uow: UnitOfWork, enterprise_id: UUID | None = None) -> int:
    """How many entries the chain of an enterprise says it has, or all chains together."""
    wanted = select(func.coalesce(func.sum(ChainHead.seq), 0))
    return uow.session.execute(wanted.where(ChainHead.enterprise_id == enterprise_id) if enterprise_id else wanted).scalar_one()
