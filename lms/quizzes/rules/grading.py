"""What an answer is worth, and a paper in all."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

FULL, HALF, NONE = Fraction(1), Fraction(1, 2), Fraction(0)


@dataclass(frozen=True, slots=True)
class Marked:
    """One question of a paper after marking. share: 0, ½ or 1 of it was got. points: None where the bank gives none."""

    share: Fraction
    points: int | None


def mark(kind: str, answer: Sequence[str], chosen: Sequence[str]) -> Fraction:
    """The share of a question that was got: 0, ½ or 1.

    single, judge: exactly the answer. multiple: exactly the answer 1, some of it and nothing wrong ½, anything wrong 0.
    fill: any of the accepted texts, whatever the width, blanks and case. Nothing chosen is 0.
    """
    if not chosen:
        return NONE
    if kind == "fill":
        return FULL if _plain(chosen[0]) in {_plain(text) for text in answer} else NONE
    given, right = set(chosen), set(answer)
    if given == right:
        return FULL
    return HALF if kind == "multiple" and given < right else NONE


def score(marked: Iterable[Marked]) -> int:
    """Points of 100, rounded down: a pass mark is reached, never rounded up to.

    Questions weigh by their points when each of the paper has some, else all alike. Nothing asked is 0.
    """
    paper = list(marked)
    by_points = all(question.points for question in paper)
    weights = [Fraction(question.points or 0) if by_points else FULL for question in paper]
    whole = sum(weights)
    if not whole:
        return 0
    got = sum((question.share * weight for question, weight in zip(paper, weights, strict=True)), NONE)
    return floor(got * 100 / whole)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
