"""What an upgrade has to do once with the data it finds, by use cases and not by SQL: beside the pages, soon after the start."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import create_engine, select

from lms.access.actor import Actor
from lms.access.models import CatchUp
from lms.core.jobs import sweep
from lms.core.uow import UnitOfWork, unit_of_work

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


class NotAll(RuntimeError):
    """Some of it could not be done: it is tried again as a whole, and what is done already changes nothing then."""


def parts(rows: Sequence[T], at_once: int = AT_ONCE) -> Iterator[tuple[T, ...]]:
    """Rows for one transaction each."""
    for start in range(0, len(rows), at_once):
        yield tuple(rows[start : start + at_once])


def in_parts(clerk: Actor, rows: Sequence[T], do: Callable[[UnitOfWork, tuple[T, ...]], object], at_once: int = AT_ONCE) -> None:
    """Do it with all rows, some in a transaction each; a row with which it fails keeps none of the others from it.

    Raises NotAll at the end, naming the first of those.
    """
    failed: list[T] = []
    for some in parts(rows, at_once):
        if not _is_done(clerk, some, do, failed):
            failed += [one for one in some if len(some) == 1 or not _is_done(clerk, (one,), do, failed)]
    if failed:
        raise NotAll(f"{len(failed)} of {len(rows)}, first {failed[0]!r}")


def _is_done(clerk: Actor, some: tuple[T, ...], do: Callable[[UnitOfWork, tuple[T, ...]], object], failed: Sequence[T]) -> bool:
    try:
        with unit_of_work(clerk, "system") as uow:
            do(uow, some)
    except Exception:
        if len(some) == 1 and not failed:  # with thousands the reason is mostly one
            log.exception("not_caught_up", extra={"part": repr(some[0])})
        return False
    return True


def waiting(address: str) -> list[str]:
    """What of it is not done yet in the database at an address."""
    engine = create_engine(address)
    try:
        with engine.connect() as connection:
            return list(connection.scalars(select(CatchUp.name).where(CatchUp.done_at.is_(None)).order_by(CatchUp.name)))
    finally:
        engine.dispose()


@sweep
def catch_up_now() -> None:
    """Do what is due; what cannot be done is tried again, and keeps nothing else of it waiting.

    The other sweeps of this worker wait meanwhile.
    """
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
