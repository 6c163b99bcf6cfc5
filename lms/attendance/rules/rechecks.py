"""Who is asked in the middle of a lecture, when, and who has answered (在场复核)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from lms.core.chance import picked

# Three minutes: a phone comes out of a pocket, is unlocked and finds the page; whoever misses it is only flagged, so a
# longer window costs nothing and a shorter one flags honest people.
WINDOW = timedelta(minutes=3)
SAMPLE, EVERYBODY = 10, 100  # percent
EARLIEST, LATEST = 1 / 3, 2 / 3  # of the time there is: not while people still come, nor while they already leave


def drawn(people: Collection[UUID], percent: int, seed: str) -> list[UUID]:
    """Who is asked: `percent` of these people rounded up, at least one where there is anybody.

    The same people and seed give the same sample in whatever order the people come.
    """
    return picked(seed, people, -(-len(people) * percent // 100))


def moment(starts_at: datetime, ends_at: datetime, seed: str) -> datetime:
    """A random moment between EARLIEST and LATEST of the time from one to the other; the first when there is none. seed: hex
    digits.
    """
    chance = int.from_bytes(hashlib.sha256(bytes.fromhex(seed)).digest()[:8], "big") / 2**64
    left = max(ends_at - starts_at, timedelta())
    return starts_at + left * (EARLIEST + (LATEST - EARLIEST) * chance)


def answered(at: Iterable[datetime], opens_at: datetime, until: datetime) -> bool:
    """Whether one of a person's re-check marks falls into the window, both ends included."""
    return any(opens_at <= one <= until for one in at)
