"""What is kept how long and why, as data; and whether somebody can be forgotten yet."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parents[2] / "data" / "retention.csv"


@dataclass(frozen=True, slots=True)
class Kept:
    """A kind of data. years: after leaving; None: it names nobody and stays. erased: whether it goes when a person is forgotten,
    else it stays without saying whose it was. sure: whether a text of law was read that says so.
    """

    code: str
    label: str
    years: int | None
    erased: bool
    why: str
    basis: str
    sure: bool

    def until(self, left_on: date | None) -> date | None:
        """The last day it has to be kept; None while that is not known, because the person is still here, or never ends."""
        if left_on is None or self.years is None:
            return None
        try:
            return left_on.replace(year=left_on.year + self.years)
        except ValueError:  # 29 February
            return date(left_on.year + self.years, 3, 1)

    def due(self, left_on: date | None, today: date) -> bool:
        """Whether its time is over."""
        until = self.until(left_on)
        return until is not None and until < today


@cache
def retention() -> Sequence[Kept]:
    """Every kind of lms/data/retention.csv, where each row names its source."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Kept(
                row["code"], row["label"], int(row["years"]) if row["years"] else None, row["erased"] == "是", row["why"],
                row["basis"], row["confidence"] == "verified",
            )
            for row in csv.DictReader(lines)
        )  # fmt: skip


def still_kept(left_on: date | None, today: date) -> list[Kept]:
    """What may not be erased yet; empty when a person can be forgotten."""
    return [kept for kept in retention() if kept.years is not None and not kept.due(left_on, today)]


def refusal(kept: Sequence[Kept], left_on: date | None) -> str:
    """Why somebody cannot be forgotten yet: what is still kept, until when, by which rule. kept: of still_kept, not empty."""
    longest = max(kept, key=lambda one: one.years or 0)
    until = longest.until(left_on)
    when = f"要留存到 {until.isoformat()}（离开本单位满 {longest.years} 年）" if until else "在册期间要留存"
    after = "" if until else f"，离开本单位满 {longest.years} 年后可以删除"
    return f"现在不能删除：{'、'.join(one.label for one in kept)}{when}{after}。依据：{longest.basis}。"
