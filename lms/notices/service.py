"""Telling people something."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from lms.core.uow import UnitOfWork
from lms.notices.models import Notice


def tell(
    uow: UnitOfWork, enterprise_id: UUID, person_ids: Iterable[UUID], *, title: str, body: str, link: str | None = None
) -> None:
    """Put a message into the inbox of each person. link: a path of this product."""
    uow.session.add_all(
        Notice(enterprise_id=enterprise_id, person_id=person_id, title=title, body=body, link=link, sent_at=uow.now)
        for person_id in person_ids
    )
