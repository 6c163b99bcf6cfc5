"""When our own keys change. Platforms keep what they fetched for a while, so a key is published before it signs and after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

RENEWED = timedelta(days=90)
SHOWN_BEFORE = timedelta(days=1)
SHOWN_AFTER = timedelta(days=30)


def signing(made: Sequence[datetime], now: datetime) -> int:
    """Which of the keys signs, by the times they were made, the oldest first: the newest that was published for a day, else
    the oldest. Raises ValueError for none.
    """
    if not made:
        raise ValueError("no key")
    known = [place for place, at in enumerate(made) if now - at >= SHOWN_BEFORE]
    return known[-1] if known else 0


def needs_another(made: Sequence[datetime], now: datetime) -> bool:
    """Whether the newest key is old enough for a next one; `made` has the oldest first."""
    return not made or now - made[-1] >= RENEWED


def outlived(made: Sequence[datetime], now: datetime) -> int:
    """How many of the oldest are published no longer: another has signed in their place for so long."""
    return sum(1 for later in made[1:] if now - later >= SHOWN_BEFORE + SHOWN_AFTER)
