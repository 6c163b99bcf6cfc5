"""The grade of an accident, and what may be said about few events."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

FEW = 20  # below so many events in either month a percentage of change would be chance
_NUMBER = re.compile(r"(\d+)(亿|万)?")


@dataclass(frozen=True, slots=True)
class Grade:
    """From where an accident is of this grade, by any one of the three. loss: 万元."""

    name: str
    deaths: int
    injured: int
    loss: int


@lru_cache(maxsize=1)
def grades() -> tuple[Grade, ...]:
    """The grades as they ship, the gravest first. Source: 国务院令第 493 号第三条, lms/data/accident_grades.csv."""
    text = (files("lms") / "data" / "accident_grades.csv").read_text(encoding="utf-8-sig")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["grade"].endswith("事故")]
    return tuple(
        Grade(row["grade"], _from(row["deaths"]), _from(row["serious_injuries"]), _from(row["direct_loss"])) for row in rows
    )


def grade_of(deaths: int, injured: int, loss: int) -> str:
    """The grade of a production accident by deaths, serious injuries (急性工业中毒 too) and direct loss in 万元."""
    return next(
        grade.name
        for grade in grades()
        if deaths >= grade.deaths > 0 or injured >= grade.injured > 0 or loss >= grade.loss > 0 or grade is grades()[-1]
    )


def percent(now: int, before: int) -> int | None:
    """By how many percent a number of events moved; None where one of them is too small to speak of one."""
    return round(abs(now - before) / before * 100) if min(now, before) >= FEW else None


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of its month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def months_before(first: date, number: int) -> date:
    """The first day of the month so many months before."""
    at = first.year * 12 + first.month - 1 - number
    return date(at // 12, at % 12 + 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Events of a span. production, other: accidents of work and of everything else; near: 险情."""

    production: int = 0
    other: int = 0
    near: int = 0
    deaths_production: int = 0
    deaths_other: int = 0
    injured_production: int = 0

    @property
    def accidents(self) -> int:
        return self.production + self.other

    def __add__(self, more: Tally) -> Tally:
        return Tally(**{name: getattr(self, name) + getattr(more, name) for name in self.__dataclass_fields__})


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum of tallies; of none, an empty one."""
    return sum(tallies, start=Tally())


def _from(text: str) -> int:
    """The lower bound in a cell: 30 of 30人以上, 5000 of 5000万元以上1亿元以下, 0 where there is only an upper one."""
    found = _NUMBER.match(text)
    if found is None or "以上" not in text:
        return 0
    return int(found[1]) * (10_000 if found[2] == "亿" else 1)


def series(months: Sequence[tuple[date, Tally]]) -> int:
    """The highest number of accidents of a month, at least 1: what a chart is drawn against."""
    return max([1, *(tally.accidents for _first, tally in months)])
