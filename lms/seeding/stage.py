"""What the scenes of the demo share: its files, its chance, and acting at another time as somebody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from random import Random

from lms.access.actor import Actor
from lms.core import clock
from lms.core.uow import UnitOfWork

SEED = 20261123  # the same demo on every machine, whatever the day


def file(name: str) -> bytes:
    """The bytes of a file in lms/data/demo."""
    return (files("lms") / "data" / "demo" / name).read_bytes()


def chance(scene: str) -> Random:
    """Chance of its own for each scene, so that a change in one leaves the others alone."""
    return Random(f"{SEED} {scene}")


@contextmanager
def acting(uow: UnitOfWork, at: datetime, actor: Actor | None = None) -> Iterator[None]:
    """Within this block the clock of the unit of work stands at `at`, and `actor` acts: the past as it would have been."""
    before = uow.now, uow.actor
    uow.now, uow.actor = at, actor or uow.actor
    try:
        yield
    finally:
        uow.now, uow.actor = before


def on_wall(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant by the clock on the wall of the enterprise."""
    return clock.at(day, time(hour, minute))


def before(uow: UnitOfWork, days: int, hour: int, minute: int = 0) -> datetime:
    """So many days before today (negative: after it), at this hour on the wall."""
    return on_wall(uow.today - timedelta(days=days), hour, minute)
