"""Receipts are stamped by a third party where one is set: then nobody of here can say that they were made earlier."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from lms.core.documents.stamping import read_stamp, stamp
from lms.core.settings import settings
from lms.core.uow import UnitOfWork
from lms.ledger.models import ChainReceipt, ChainStamp

PATIENCE = timedelta(days=7)  # an older receipt stays as it is: a stamp of today would say little of that day


def authority() -> str | None:
    """The address of the time-stamp authority of the running application."""
    return settings().stamp_url


def waiting(uow: UnitOfWork, limit: int) -> list[tuple[UUID, UUID, str]]:
    """Receipts without a stamp: id, enterprise, statement; the oldest first."""
    wanted = (
        select(ChainReceipt.id, ChainReceipt.enterprise_id, ChainReceipt.statement)
        .outerjoin(ChainStamp, ChainStamp.receipt_id == ChainReceipt.id)
        .where(ChainStamp.id.is_(None), ChainReceipt.anchored_on >= uow.today - PATIENCE)
        .order_by(ChainReceipt.anchored_on, ChainReceipt.id)
    )
    return [(row.id, row.enterprise_id, row.statement) for row in uow.session.execute(wanted.limit(limit))]


def ask(statement: str) -> bytes:
    """The stamp of a receipt's statement. Raises NoStamp."""
    return stamp(authority() or "", statement.encode())


def keep(uow: UnitOfWork, receipt_id: UUID, enterprise_id: UUID, statement: str, token: bytes) -> None:
    """Keep a stamp that is of this statement; the first one counts."""
    told = read_stamp(token, statement.encode())
    there = uow.session.scalar(select(ChainStamp.id).where(ChainStamp.receipt_id == receipt_id))
    if told.fits and there is None:
        uow.session.add(
            ChainStamp(
                enterprise_id=enterprise_id, receipt_id=receipt_id, token=token, stamped_at=told.at, authority=told.by[:200]
            )
        )


def of_enterprise(uow: UnitOfWork, enterprise_id: UUID) -> dict[str, ChainStamp]:
    """The stamps of an enterprise's receipts by the statement of each."""
    rows = uow.session.execute(
        select(ChainReceipt.statement, ChainStamp)
        .join(ChainStamp, ChainStamp.receipt_id == ChainReceipt.id)
        .where(ChainReceipt.enterprise_id == enterprise_id)
    )
    return {row.statement: row.ChainStamp for row in rows}


def unfit(uow: UnitOfWork, enterprise_id: UUID) -> list[str]:
    """The statements of receipts whose stamp is not of them, or was changed."""
    return [statement for statement, one in of_enterprise(uow, enterprise_id).items() if not _fits(one.token, statement)]


def _fits(token: bytes, statement: str) -> bool:
    try:
        return read_stamp(token, statement.encode()).fits
    except ValueError:
        return False
