"""What is asked of a person now, and how far it is: one cycle (学时周期) after another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Generic, TypeVar

from lms.credentials.rules.hours import initial_hours, required_hours

YEARLY, INITIAL = "yearly", "initial"
NEW_FOR = timedelta(days=365)
L = TypeVar("L")


@dataclass(frozen=True, slots=True)
class Cycle:
    """What is asked of one person between two days. kind: yearly (再培训, a calendar year) or initial (岗前、初次培训, from the
    first day on). required: None where no rule names a number. rule_id: of training_hours.csv, "" where it has no row.
    """

    kind: str
    category: str
    starts_on: date
    ends_on: date
    required: Decimal | None
    rule_id: str
    article: str


def cycle_on(category: str, industry: str, hired_on: date | None, day: date) -> Cycle:
    """What is asked of somebody on a day. Who was hired within a year is asked for the initial training instead.

    The rule is the one in force on the first day of the cycle: a later one asks nothing of a cycle that has begun.
    """
    if hired_on is not None and hired_on <= day < hired_on + NEW_FOR:
        asked = initial_hours(category, industry, hired_on)
        if asked is not None:
            until = hired_on + NEW_FOR - timedelta(days=1)
            return Cycle(INITIAL, category, hired_on, until, asked.hours, asked.rule_id, asked.article)
    first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    asked = required_hours(category, industry, first)
    return Cycle(
        YEARLY, category, first, last,
        asked.hours if asked else None, asked.rule_id if asked else "", asked.article if asked else "",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Closing(Generic[L]):
    """How a gap is closed by what is planned. by: the lecture with which it is; left: what is missing all the same."""

    by: L | None
    left: Decimal


def closing(missing: Decimal, planned: Iterable[tuple[L, Decimal]]) -> Closing[L]:
    """With which of the planned lectures, in order, the missing hours are reached. planned: lecture and its hours each."""
    left = missing
    for lecture, hours in planned:
        if left <= 0:
            break
        left -= hours
        if left <= 0:
            return Closing(lecture, Decimal(0))
    return Closing(None, max(left, Decimal(0)))
