"""One signal, and the little statistics that the rules share."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

NOTICE, SERIOUS = "notice", "serious"
A_LITTLE = 0.1  # of a figure
TABLE = Path(__file__).parents[3] / "data" / "signals.csv"
Limit = Mapping[str, float]
Figure = int | float | str | list[str]


@dataclass(frozen=True, slots=True)
class Signal:
    """Something to know (notice) or to look at before the lecture counts (serious), with the facts that raised it.

    Nothing follows from one by itself, and they are never added up.
    """

    code: str
    level: str
    facts: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A row of lms/data/signals.csv."""

    code: str
    name: str
    value: float
    unit: str
    why: str
    source: str


@lru_cache
def thresholds() -> tuple[Threshold, ...]:
    """Every threshold, in the order of the table, where each row names its reason and its source."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Threshold(row["code"], row["name"], float(row["value"]), row["unit"], row["why"], row["source"])
            for row in csv.DictReader(file)
        )


@lru_cache
def limits() -> Mapping[str, Limit]:
    """Signal → name of the threshold → value."""
    found: dict[str, dict[str, float]] = {}
    for row in thresholds():
        found.setdefault(row.code, {})[row.name] = row.value
    return found


def moved_little(before: Mapping[str, Figure], now: Mapping[str, Figure]) -> bool:
    """Whether facts are still what somebody explained or looked at: every figure moved by at most one or a tenth, up or down, no
    other lecture came in, and everything else is the same.
    """
    if before.keys() != now.keys():
        return False
    for name, was in before.items():
        value = now[name]
        if isinstance(was, list) and isinstance(value, list):
            if set(value) - set(was):
                return False
        elif isinstance(was, int | float) and isinstance(value, int | float):
            if abs(value - was) > max(1, A_LITTLE * abs(was)):
                return False
        elif was != value:
            return False
    return True


def level(serious: bool) -> str:
    """How a signal is shown; it has no consequence either way."""
    return SERIOUS if serious else NOTICE


def at_least(people: int, hits: int, chance: float) -> float:
    """The chance that of so many people so many or more are hit, each with the same chance and independent of the others."""
    if hits <= 0:
        return 1.0
    if hits > people or chance <= 0:
        return 0.0
    if chance >= 1:
        return 1.0
    yes, no, whole = math.log(chance), math.log1p(-chance), math.lgamma(people + 1)
    total = sum(
        math.exp(whole - math.lgamma(k + 1) - math.lgamma(people - k + 1) + k * yes + (people - k) * no)
        for k in range(hits, people + 1)
    )
    return min(1.0, total)


@dataclass(frozen=True, slots=True)
class Order:
    """How far two orders agree: tau from -1 (reversed) to 1 (the same), and the chance of as much by accident."""

    tau: float
    chance: float
    people: int


EXACT_UP_TO = 12  # people in all; beyond, the normal distribution is close enough


def agreement(groups: Iterable[Sequence[tuple[float, int]]]) -> Order:
    """Kendall's tau of (time, row) within groups, taken together; pairs at the same time say nothing.

    Source: M. G. Kendall, Biometrika 30 (1938), 81–93; variance with ties after Kendall, Rank Correlation Methods, ch. 4.
    """
    agree = pairs = people = 0
    variance, sizes = 0.0, []
    tied = False
    for group in groups:
        ordered = sorted(group)
        size = len(ordered)
        if size < 2:
            continue
        people += size
        sizes.append(size)
        variance += _spread(size)
        same: dict[float, int] = {}
        for place, (time, row) in enumerate(ordered):
            same[time] = same.get(time, 0) + 1
            for later, other in ordered[place + 1 :]:
                if later != time and other != row:
                    pairs += 1
                    agree += 1 if other > row else -1
        for count in same.values():
            if count > 1:
                tied = True
                variance -= _spread(count)
    if not pairs or variance <= 0:
        return Order(0.0, 1.0, people)
    chance = _exact(sizes, abs(agree)) if people <= EXACT_UP_TO and not tied else math.erfc(abs(agree) / math.sqrt(2 * variance))
    return Order(agree / pairs, chance, people)


def _spread(size: int) -> float:
    return size * (size - 1) * (2 * size + 5) / 18


def _exact(sizes: Sequence[int], agree: int) -> float:
    """The chance of at least so much agreement or disagreement, counting every order of every group."""
    ways = [1]
    for size in sizes:
        for people in range(2, size + 1):
            longer = [0] * (len(ways) + people - 1)
            for swaps, count in enumerate(ways):
                for more in range(people):
                    longer[swaps + more] += count
            ways = longer
    pairs = len(ways) - 1
    hits = sum(count for swaps, count in enumerate(ways) if abs(pairs - 2 * swaps) >= agree)
    return hits / sum(ways)
