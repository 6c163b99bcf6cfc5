"""What a trainer may want to ask about: facts of an attempt beyond a threshold. A signal decides nothing and blocks nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median
from uuid import UUID

LEFT, PACE, SAME = "left", "pace", "same"
LEFT_TIMES, LEFT_SECONDS = 3, 60  # left so often, or so long in all
PACE_SECONDS, PACE_QUESTIONS = 3, 5  # half of the questions faster than this, of at least so many
SAME_PERCENT, SAME_QUESTIONS, SAME_WRONG = 90, 4, 2  # so much alike, of so many asked of both, so many of them wrong alike


@dataclass(frozen=True, slots=True)
class Sat:
    """One attempt that was handed in. left: seconds away from the page, each time. first_taps: when each question was first
    answered. chosen: question → what counts, if anything. wrong: the questions of these that are not fully right."""

    attempt: UUID
    person: UUID
    device: str | None
    begun: datetime
    left: tuple[int, ...]
    first_taps: tuple[datetime, ...]
    chosen: Mapping[str, tuple[str, ...]]
    wrong: frozenset[str]


@dataclass(frozen=True, slots=True)
class Signal:
    """kind: LEFT (number: times, seconds: in all), PACE (seconds: half of the questions within so many, number: questions) or
    SAME (number: percent alike, seconds: 0, other: the person it is like)."""

    kind: str
    attempt: UUID
    person: UUID
    number: int
    seconds: float = 0
    other: UUID | None = None


def signals_of(sat: Iterable[Sat]) -> list[Signal]:
    """Everything worth a question in one quiz, in a fixed order whatever the order of the attempts."""
    attempts = sorted(sat, key=lambda one: one.attempt)
    found = [signal for one in attempts for signal in (*_left(one), *_pace(one))]
    return sorted([*found, *_same(attempts)], key=lambda one: (one.kind, one.attempt, str(one.other)))


def _left(one: Sat) -> list[Signal]:
    away = sum(one.left)
    if len(one.left) < LEFT_TIMES and away < LEFT_SECONDS:
        return []
    return [Signal(LEFT, one.attempt, one.person, len(one.left), away)]


def _pace(one: Sat) -> list[Signal]:
    """By the server's clock, from the start to the first tap and from each question's first tap to the next one's."""
    if len(one.first_taps) < PACE_QUESTIONS:
        return []
    taps = [one.begun, *sorted(one.first_taps)]
    half = median((after - before).total_seconds() for before, after in pairwise(taps))
    return [Signal(PACE, one.attempt, one.person, len(one.first_taps), round(half, 1))] if half < PACE_SECONDS else []


def _same(attempts: Sequence[Sat]) -> list[Signal]:
    """Two people on one device with the same answers, wrong ones among them."""
    on_device: dict[str, list[Sat]] = defaultdict(list)
    for one in attempts:
        if one.device:
            on_device[one.device].append(one)
    found = []
    for together in on_device.values():
        for one in together:
            for other in together:
                if one.person != other.person and (percent := alike(one, other)) is not None:
                    found.append(Signal(SAME, one.attempt, one.person, percent, other=other.person))
    return found


def alike(one: Sat, other: Sat) -> int | None:
    """Percent of the questions asked of both that were answered the same; None where that says nothing."""
    common = one.chosen.keys() & other.chosen.keys()
    same = {question for question in common if one.chosen[question] == other.chosen[question]}
    if len(common) < SAME_QUESTIONS or len(same & one.wrong & other.wrong) < SAME_WRONG:
        return None
    percent = 100 * len(same) // len(common)
    return percent if percent >= SAME_PERCENT else None
