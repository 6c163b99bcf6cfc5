"""Climbing a reminder ladder once: each rung by one worker, and never twice."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from lms.access.actor import Actor
from lms.core import clock
from lms.core.uow import UnitOfWork, unit_of_work
from lms.notices.models import Reminded
from lms.notices.rules import rung_due

FROM_HOUR = 7  # reminders are written an hour before the digest leaves
log = logging.getLogger(__name__)


def write_due(
    clerk: Actor, due: Callable[[UnitOfWork], list[tuple[UUID, int]]], remind: Callable[[UnitOfWork, UUID, int], None]
) -> None:
    """Write the reminders that are due now, each in a transaction of its own. due: what, and at which rung."""
    with unit_of_work(clerk, "system", write=False) as uow:
        found = due(uow) if clock.local(uow.now).hour >= FROM_HOUR else []
    for about_id, rung in found:
        try:
            with unit_of_work(clerk, "system") as uow:
                remind(uow, about_id, rung)
        except Exception:  # a fault with one must not keep the others from being reminded of; it is tried again
            log.exception("not_reminded", extra={"clerk": clerk.name, "about_id": str(about_id)})


def rungs_due(uow: UnitOfWork, kind: str, spans: Mapping[UUID, tuple[date, date]]) -> list[tuple[UUID, int]]:
    """Which of these are to be reminded of today, and at which rung. spans: known since, due on."""
    done = _climbed(uow, spans, kind)
    rungs = [
        (about_id, rung_due(uow.today, due_on, since_on, done.get(about_id, set())))
        for about_id, (since_on, due_on) in spans.items()
    ]
    return [(about_id, rung) for about_id, rung in rungs if rung]


def _climbed(uow: UnitOfWork, about_ids: Iterable[UUID], kind: str) -> dict[UUID, set[int]]:
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


def forget_rungs(uow: UnitOfWork, about_ids: Collection[UUID], kinds: Collection[str]) -> None:
    """What is on another day now is reminded of anew, whatever was climbed for the old one."""
    climbed = delete(Reminded).where(Reminded.about_id.in_(about_ids), Reminded.kind.in_(kinds))
    uow.session.execute(climbed.execution_options(synchronize_session=False))


def hurries(uow: UnitOfWork, rung: int) -> bool:
    """Whether a reminder is urgent: the last one, when this morning's digest has left without it."""
    return rung == 1 and clock.local(uow.now).hour >= 8
