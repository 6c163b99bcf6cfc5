"""Climbing a reminder ladder once: each rung by one worker, and never twice."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.notices.models import Reminded

FROM_HOUR = 7  # reminders are written an hour before the digest leaves


def awake(uow: UnitOfWork) -> bool:
    """Whether it is late enough in the day to write reminders."""
    return clock.local(uow.now).hour >= FROM_HOUR


def climbed(uow: UnitOfWork, about_ids: Iterable[UUID], kind: str) -> dict[UUID, set[int]]:
    """The rungs that were climbed already."""
    found: dict[UUID, set[int]] = {}
    for about_id, rung in uow.session.execute(
        select(Reminded.about_id, Reminded.rung).where(Reminded.about_id.in_(list(about_ids)), Reminded.kind == kind)
    ):
        found.setdefault(about_id, set()).add(rung)
    return found


def climb(uow: UnitOfWork, about_id: UUID, kind: str, rung: int) -> bool:
    """Take a rung; False when another worker has it."""
    try:
        with uow.session.begin_nested():
            uow.session.add(Reminded(about_id=about_id, kind=kind, rung=rung, at=uow.now))
    except IntegrityError:
        return False
    return True


def hurries(uow: UnitOfWork, rung: int) -> bool:
    """Whether a reminder is urgent: the last one, when this morning's digest has left without it."""
    return rung == 1 and clock.local(uow.now).hour >= 8
