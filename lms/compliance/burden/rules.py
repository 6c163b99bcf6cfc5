"""How much of a form counts as work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

LONGEST = timedelta(minutes=30)  # a page left open over lunch is not half a day of work
NOT_TYPED = {"csrf_token", "revision", "next", "back", "page"}


def typed(fields: Iterable[tuple[str, str]]) -> int:
    """How many fields of a form were filled in; those the page fills in itself, and empty ones, left out."""
    return sum(1 for name, value in fields if name not in NOT_TYPED and value.strip())


def spent(shown_at: datetime | None, now: datetime) -> timedelta:
    """How long a form was open; nothing where it is not known, never less than nothing."""
    return min(max(now - shown_at, timedelta(0)), LONGEST) if shown_at else timedelta(0)
