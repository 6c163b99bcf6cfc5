"""Several at once; and two on PostgreSQL, however slow the machine is: until the second has met the lock of the first."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from threading import Barrier, Thread
from typing import TypeVar

from flask import Flask
from sqlalchemy import text

from lms.access.actor import Actor
from lms.core.db import db
from lms.core.uow import UnitOfWork, unit_of_work

WAITS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
T = TypeVar("T")
MOST = 30.0  # seconds


def until_it_waits(other: Thread) -> None:
    """Go on once `other` waits for a lock in the database of the application, or is over."""
    end = time.monotonic() + MOST
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while other.is_alive() and not connection.scalar(WAITS):
            assert time.monotonic() < end, "it neither waits nor ends"
            time.sleep(0.01)


def at_once(acts: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """What these come to, all begun at the same moment, in the order in which they are over; where one raised, what it raised."""
    start, got = Barrier(len(acts)), list[T | Exception]()

    def run(act: Callable[[], T]) -> None:
        start.wait()
        try:
            got.append(act())
        except Exception as fault:
            got.append(fault)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def written_at_once(app: Flask, acts: Sequence[Callable[[UnitOfWork], object]]) -> list[Exception]:
    """What went wrong with these, each in a transaction of its own, all at the same moment."""

    def write(act: Callable[[UnitOfWork], object]) -> None:
        with app.app_context(), unit_of_work(Actor.system("test"), "home") as uow:
            act(uow)

    return [fault for fault in at_once([partial(write, act) for act in acts]) if fault]
