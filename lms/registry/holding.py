"""Taking turns: of two who do at once what a firm has one of, the second waits for the first, and then sees what it did."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise


def hold_firm(uow: UnitOfWork, enterprise_id: UUID | None) -> None:
    """Until the end of this transaction, and before anything is read that the turn is about. Rows that name the firm may still
    be written meanwhile. SQLite has one writer anyway.
    """
    uow.session.execute(select(Enterprise.id).where(Enterprise.id == enterprise_id).with_for_update(key_share=True))
