"""Time that cannot have been: somebody in two lectures at once, or more hours in a day than it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Span:
    """When somebody was in a lecture. title: of it, as people know it."""

    begins: datetime
    ends: datetime
    title: str


def shared_minutes(own: Span, others: Iterable[Span]) -> tuple[int, tuple[str, ...]]:
    """Whole minutes of a span that lie in any of the others, each minute once, and the titles of those."""
    cut = sorted(
        (max(own.begins, other.begins), min(own.ends, other.ends), other.title)
        for other in others
        if other.begins < own.ends and own.begins < other.ends
    )
    total, reached = timedelta(0), own.begins
    for begins, ends, _title in cut:
        total += max(ends - max(begins, reached), timedelta(0))
        reached = max(reached, ends)
    return -(-total // MINUTE), tuple(dict.fromkeys(title for _begins, _ends, title in cut))


def full_days(days: Iterable[tuple[date, Decimal]], most: Decimal) -> list[tuple[date, Decimal]]:
    """Days that hold more hours than `most`, with how many, the latest first."""
    total: dict[date, Decimal] = {}
    for day, hours in days:
        total[day] = total.get(day, Decimal(0)) + hours
    return sorted(((day, hours) for day, hours in total.items() if hours > most), reverse=True)
