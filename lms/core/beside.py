"""A read that goes on beside the page that asks for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache
from typing import TypeVar

from lms.core.uow import UnitOfWork, unit_of_work

T = TypeVar("T")
AT_ONCE = 2  # in a process; each takes a connection besides those of the pages
_threads = ThreadPoolExecutor(AT_ONCE, "beside")


def beside(uow: UnitOfWork, read: Callable[[UnitOfWork], T]) -> Callable[[], T]:
    """Begin read(one like `uow` that cannot write) on a connection of its own and go on; what is returned waits for the answer.

    For a page that only reads. What has not begun by then is read in `uow` itself: where the machine is busy, nothing waits for
    its turn. The answer must hold no objects of a session, and is not of the same moment as what `uow` reads.
    """

    def read_apart() -> T:
        with unit_of_work(uow.actor, uow.verb, write=False) as other:
            other.now = uow.now
            return read(other)

    begun = _threads.submit(copy_context().run, read_apart)
    return cache(lambda: read(uow) if begun.cancel() else begun.result())
