"""What a quiz says about its questions, and about what a group did not understand.

Fewer than 20 who were asked: counts and nothing else, for a share of so few says nothing and may name somebody. Fewer than
30: no discrimination either, its error is then larger than what it tells (a correlation of 0.36 may be chance with 30).
Discrimination is the corrected item-total correlation: of a question with what the same people got of the rest of their
papers. Source: Ebel and Frisbie, Essentials of Educational Measurement, chapter 13.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import median

FEW, ENOUGH = 20, 30
SUSPECT = Fraction(60, 100)
NOT_UNDERSTOOD = Fraction(70, 100)  # a topic of which less was got is worth another lecture


@dataclass(frozen=True, slots=True)
class Response:
    """One person's answer to one question. share: 0 … 1 of it was got. rest: 0 … 1 of the rest of their paper; None without one.
    chosen: as kept. seconds: until the answer came; None when there was none."""

    share: Fraction
    rest: Fraction | None
    chosen: tuple[str, ...]
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question. facility: 0 … 1 of it that was got on average, None below 20. discrimination: -1 … 1, None below 30 and where
    everybody got the same. wrong: (option, how often), the most chosen first, below 20 too. suspect: the wrong option that more
    than 60 % chose. seconds: half took less."""

    asked: int
    right: int
    facility: Fraction | None
    discrimination: float | None
    wrong: tuple[tuple[str, int], ...]
    suspect: str
    seconds: float | None

    @property
    def told(self) -> bool:
        """Whether enough were asked for more than counts."""
        return self.asked >= FEW


def item_of(responses: Sequence[Response], key: Iterable[str]) -> Item:
    """What these answers, one of each person, say about a question. key: as kept; what else was chosen is wrong."""
    right_ones = set(key)
    wrong = Counter(one for response in responses for one in response.chosen if one and one not in right_ones)
    asked, told = len(responses), len(responses) >= FEW
    listed = tuple(sorted(wrong.items(), key=lambda item: (-item[1], item[0])))
    taken = [response.seconds for response in responses if response.seconds is not None]
    return Item(
        asked,
        sum(response.share == 1 for response in responses),
        sum((response.share for response in responses), Fraction(0)) / asked if told else None,
        discrimination(responses),
        listed,
        listed[0][0] if told and listed and listed[0][1] > SUSPECT * asked else "",
        median(taken) if told and taken else None,
    )


def discrimination(responses: Sequence[Response]) -> float | None:
    """The correlation of what was got of a question with what the same people got of the rest; None below 30 people."""
    pairs = [(float(one.share), float(one.rest)) for one in responses if one.rest is not None]
    if len(pairs) < ENOUGH:
        return None
    xs, ys = zip(*pairs, strict=True)
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    x_spread, y_spread = sum((x - x_mean) ** 2 for x in xs), sum((y - y_mean) ** 2 for y in ys)
    if x_spread < 1e-12 or y_spread < 1e-12:
        return None
    together = sum((x - x_mean) * (y - y_mean) for x, y in pairs)
    return max(-1.0, min(1.0, together / sqrt(x_spread * y_spread)))


def rests(shares: Sequence[Fraction]) -> list[Fraction | None]:
    """For each question of one paper what was got of the others, on average."""
    whole, others = sum(shares, Fraction(0)), len(shares) - 1
    return [(whole - share) / others if others else None for share in shares]


def not_understood(facilities: Iterable[tuple[str, int, Fraction]]) -> list[str]:
    """The topics worth another lecture, the least understood first. facilities: (topic, people asked, 0 … 1 got)."""
    low = [(got, topic) for topic, asked, got in facilities if asked >= FEW and got < NOT_UNDERSTOOD]
    return [topic for _got, topic in sorted(low)]
