"""What the register says of an enterprise today stays on record before it says otherwise."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import insert, select

from lms.core.db import new_id
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, EnterprisePast
from lms.registry.service.kept import pieces


def keep(uow: UnitOfWork, enterprise_ids: Collection[UUID]) -> None:
    """To be called before any column of EnterprisePast.KEPT is set: how these enterprises have stood until yesterday.

    What changes again on the same day keeps nothing of between.
    """
    yesterday = uow.today - timedelta(days=1)
    here = (Enterprise.id, *(getattr(Enterprise, name) for name in EnterprisePast.KEPT))
    for part in pieces(sorted(set(enterprise_ids))):
        # Of two at once the second waits here, then finds the line of the first.
        uow.session.execute(
            select(Enterprise.id).where(Enterprise.id.in_(part)).order_by(Enterprise.id).with_for_update(key_share=True)
        )
        told = select(EnterprisePast.enterprise_id).where(
            EnterprisePast.enterprise_id.in_(part), EnterprisePast.until_on >= yesterday
        )
        rows = uow.session.execute(select(*here).where(Enterprise.id.in_(part), Enterprise.id.not_in(told)))
        lines = [
            {"id": new_id(), "enterprise_id": firm, "until_on": yesterday, **dict(zip(EnterprisePast.KEPT, values, strict=True))}
            for firm, *values in rows
        ]
        if lines:
            uow.session.execute(insert(EnterprisePast), lines)
