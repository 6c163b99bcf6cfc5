"""The reminder ladder: seven, three and one day before."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

LADDER = (7, 3, 1)


def rung_due(today: date, due_on: date, told_on: date, climbed: Collection[int]) -> int | None:
    """The rung to climb today: 7, 3 or 1; None when there is none.

    told_on: the day people heard of it first; a rung of that day or before is none, they know. climbed: rungs that were
    climbed already. A rung that was missed, because the product was off, is made up for unless a lower one is due.
    """
    reached = [rung for rung in LADDER if due_on - timedelta(days=rung) <= today < due_on]
    if not reached:
        return None
    rung = min(reached)
    return rung if rung not in climbed and told_on < due_on - timedelta(days=rung) else None
