"""What many ask to be written at the same moment is written in one transaction (group commit).

While one transaction is being written, whoever comes waits; the first of them then writes for all who wait. A hall that checks
in at once pays for a few transactions instead of hundreds, and nobody waits longer than without it. After DeWitt et al.,
"Implementation techniques for main memory database systems" (SIGMOD 1984), §3.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Generic, TypeVar

from flask import current_app

from lms.core.uow import UnitOfWork, unit_of_work

Wish = TypeVar("Wish")
Result = TypeVar("Result")
log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Asked(Generic[Wish, Result]):
    wish: Wish
    result: Result | None = None
    settled: bool = False


@dataclass(slots=True)
class _Queue:
    """Who waits, of one application. turn: of the one who writes for all."""

    waiting: deque[_Asked[Any, Any]] = field(default_factory=deque)
    turn: Lock = field(default_factory=Lock)


class Together(Generic[Wish, Result]):
    """A use case for many at once.

    write: gets a unit of work and the wishes in the order in which they came; it returns for each what `read` needs, or None
    for one that it leaves alone, of which it has written nothing. read: gets another unit of work once all is safe, and what
    was returned, without the None; it returns the results. Without it what was returned is the results.
    """

    def __init__(
        self,
        actor: Any,
        verb: str,
        write: Callable[[UnitOfWork, Sequence[Wish]], Sequence[Any]],
        read: Callable[[UnitOfWork, Sequence[Any]], Sequence[Result]] | None = None,
    ) -> None:
        self._actor, self._verb, self._write, self._read = actor, verb, write, read

    def do(self, wish: Wish) -> Result | None:
        """Have a wish written with those of others; None when it was left alone, or when they could not be written together:
        then it is to be written by itself, which says why it cannot be.
        """
        queue: _Queue = current_app.extensions.setdefault(f"together-{id(self)}", _Queue())
        mine: _Asked[Wish, Result] = _Asked(wish)
        queue.waiting.append(mine)
        with queue.turn:
            if not mine.settled:
                self._settle(queue)
        return mine.result

    def _settle(self, queue: _Queue) -> None:
        """Settle all who wait. Whatever goes wrong, nobody waits for it any more: each then comes by itself and is told."""
        taken: list[_Asked[Wish, Result]] = []
        try:
            with unit_of_work(self._actor, self._verb) as uow:
                taken = _all(queue)  # only now: some have come while we waited for our turn to write
                written = self._write(uow, [asked.wish for asked in taken])
            done = [(asked, each) for asked, each in zip(taken, written, strict=True) if each is not None]
            results = self._read_back([each for _asked, each in done])
            for (asked, _each), result in zip(done, results, strict=True):
                asked.result = result
        except Exception:
            log.exception("not_written_together", extra={"together": len(taken)})
        finally:
            for asked in taken or _all(queue):
                asked.settled = True

    def _read_back(self, written: Sequence[Any]) -> Sequence[Result]:
        if self._read is None:
            return written
        with unit_of_work(self._actor, self._verb, write=False) as uow:
            return self._read(uow, written)


def _all(queue: _Queue) -> list[_Asked[Any, Any]]:
    """Those who wait, no more than the process has threads; whoever comes after this waits for the next turn."""
    taken = []
    while queue.waiting:
        taken.append(queue.waiting.popleft())
    return taken
