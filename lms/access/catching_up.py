"""What an upgrade has to do once with the data it finds, by use cases and not by SQL: beside the pages, soon after the start."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import CatchUp
from lms.core.jobs import sweep
from lms.core.uow import unit_of_work

T = TypeVar("T")
Work = Callable[[], None]
CLERK = Actor.system("access.catching_up")
AGAIN = timedelta(hours=1)  # after a fault, or where a worker was killed; nobody else begins it meanwhile
AT_ONCE = 200  # rows of one transaction: on SQLite everybody else waits for it
log = logging.getLogger(__name__)
_works: dict[str, Work] = {}


def catch_up(work: Work) -> Work:
    """Register what a migration may want done once, by its name. It may be called again, and has transactions of its own."""
    _works[work.__name__] = work
    return work


def parts(rows: Sequence[T]) -> Iterator[tuple[T, ...]]:
    """Rows for one transaction each."""
    for start in range(0, len(rows), AT_ONCE):
        yield tuple(rows[start : start + AT_ONCE])


@sweep
def catch_up_now() -> None:
    """Do what is due; what cannot be done is tried again, and keeps nothing else waiting."""
    with unit_of_work(CLERK, "system", write=False) as uow:
        due = uow.session.scalars(select(CatchUp.name).where(CatchUp.done_at.is_(None), CatchUp.due_at <= uow.now)).all()
    for name in sorted(due):
        with unit_of_work(CLERK, "system") as uow:
            row = uow.session.get_one(CatchUp, name, with_for_update=True)
            if row.done_at is not None or row.due_at > uow.now:
                continue
            row.due_at = uow.now + AGAIN
        try:
            _works[name]()
        except Exception:  # of one that fails the others are still done
            log.exception("not_caught_up", extra={"work": name})
            continue
        with unit_of_work(CLERK, "system") as uow:
            uow.session.get_one(CatchUp, name).done_at = uow.now
