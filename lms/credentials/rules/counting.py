"""How minutes become 学时, and how many a day can hold: dated versions, so that what was counted stays as it was counted."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).parents[2] / "data" / "hours_counting.csv"


@dataclass(frozen=True, slots=True)
class Counting:
    """One version of the counting rule. step: what hours are rounded down to. day_warn, day_most: hours of one day above
    which they are worth a look, and above which they do not count.
    """

    version: str
    valid_from: date
    minutes_per_hour: int
    step: Decimal
    day_warn: Decimal
    day_most: Decimal

    def hours(self, minutes: int) -> Decimal:
        """学时 for so many minutes."""
        return Decimal(minutes) // (self.minutes_per_hour * self.step) * self.step


def counting_on(day: date, versions: Iterable[Counting] | None = None) -> Counting:
    """The version in force on the day of a lecture: a later one changes nothing of what was held before it."""
    known = [one for one in (versions if versions is not None else _shipped()) if one.valid_from <= day]
    return max(known, key=lambda one: one.valid_from)


def plain(hours: Decimal) -> str:
    """Hours as they are told, without needless zeros: 1, 1.5."""
    return f"{hours.normalize():f}"


@lru_cache(maxsize=1)
def _shipped() -> tuple[Counting, ...]:
    with TABLE.open(encoding="utf-8-sig", newline="") as file:
        return tuple(
            Counting(
                row["version"],
                date.fromisoformat(row["valid_from"]),
                int(row["minutes_per_hour"]),
                *(Decimal(row[name]) for name in ("step", "day_warn", "day_most")),
            )
            for row in csv.DictReader(file)
        )
