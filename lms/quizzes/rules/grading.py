"""What an answer is worth, and a paper in all.

Partial credit. Several right options: all of them 1, some of them and nothing wrong ½, anything wrong 0. This is how Chinese
safety examinations mark (a wrong option forfeits the question, leaving one out does not) in its simplest form; it makes
guessing everything worthless. A question with weights of its own keeps them. Blanks and pairs: the share that is right.
Hazards in a picture: the share found, less one for each tap that points at none, never below 0. A sequence of steps is right
or wrong: a step in the wrong place is what hurts people. Reasons and precedents: docs/adr/0010-partial-credit.md.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from lms.quizzes.rules.body import MARKED_BY_A_PERSON, Body
from lms.quizzes.rules.brought import BROUGHT
from lms.quizzes.rules.places import hits
from lms.quizzes.rules.reasons import Reason
from lms.quizzes.rules.reasons import because as _

FULL, HALF, NONE = Fraction(1), Fraction(1, 2), Fraction(0)


@dataclass(frozen=True, slots=True)
class Grade:
    """share: 0 … 1 of a question that was got; None while a person has still to mark it. reason: why, for whoever reads it; put
    into words only then.
    """

    share: Fraction | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Marked:
    """One question of a paper after marking. share: 0 … 1 of it was got. points: None where the bank gives none."""

    share: Fraction
    points: int | None


def grade(body: Body, chosen: Sequence[str]) -> Grade:
    """What an answer is worth. chosen: as rules.chosen_of() keeps it. Nothing chosen is 0, the key is 1, order never matters
    but in a sequence. The rule of each kind stands above."""
    if not any(chosen):
        return Grade(NONE, _("没有作答"))
    if body.kind in MARKED_BY_A_PERSON:
        return Grade(None, _("等待人工评分"))
    if body.by:
        return _brought(body, chosen[0])
    if body.weights:
        return _weighed(body, chosen)
    if body.kind == "multiple":
        return _several(set(chosen), set(body.answer))
    if body.kind == "fill":
        taken = [{plain(text) for text in texts} for texts in body.blanks]
        right = sum(plain(text) in texts for text, texts in zip(chosen, taken, strict=False))
        return _part(right, len(taken), _("填对 %(right)s 空，共 %(all)s 空", right=right, all=len(taken)))
    if body.kind == "match":
        right = len(set(chosen) & set(pairs(body)))
        return _part(right, len(body.prompts), _("配对 %(right)s 对，共 %(all)s 对", right=right, all=len(body.prompts)))
    if body.kind == "picture":
        return _found(body, set(chosen))
    right_now = pairs(body) if body.kind == "order" else list(body.answer)
    return Grade(FULL, _("全对")) if set(chosen) == set(right_now) else Grade(NONE, _("不对"))


def _brought(body: Body, answer: str) -> Grade:
    """As the plug-in says; without it a person has to."""
    kind = BROUGHT.get(body.by)
    percent = kind.grade(body.blanks[0][0], answer) if kind else None
    if percent is None:
        return Grade(None, _("等待人工评分"))
    if percent in (0, 100):
        return Grade(FULL, _("全对")) if percent else Grade(NONE, _("不对"))
    return Grade(Fraction(percent, 100), _("得 %(n)s%%", n=percent))


def pairs(body: Body) -> list[str]:
    """The key of a sequence, "letter=place", or of a matching question, "prompt=letter"; both from 1."""
    if body.kind == "order":
        return [f"{letter}={place}" for place, letter in enumerate(body.answer, 1)]
    return [f"{number}={letter}" for number, letter in enumerate(body.answer, 1)]


def _part(right: int, whole: int, reason: Reason) -> Grade:
    return Grade(FULL, _("全对")) if right == whole else Grade(Fraction(right, whole), reason)


def _several(given: set[str], right: set[str]) -> Grade:
    if given == right:
        return Grade(FULL, _("全对"))
    if given < right:
        return Grade(HALF, _("少选 %(n)s 项，没有错选，得一半", n=len(right - given)))
    return Grade(NONE, _("有错选，不得分"))


def _weighed(body: Body, chosen: Sequence[str]) -> Grade:
    """As the platform that a question came from says: what its options add and take away, from nothing to all."""
    if set(chosen) == set(body.answer):
        return Grade(FULL, _("全对"))
    percent = max(0, min(100, round(sum(body.weights.get(letter, 0) for letter in chosen), 2)))
    return Grade(Fraction(str(percent)) / 100, _("按原题各选项的分值，得 %(n)s%%", n=f"{percent:g}"))


def _found(body: Body, taps: set[str]) -> Grade:
    assert body.picture is not None
    picture = body.picture
    found = sum(any(hits(place, tap, picture) for tap in taps) for place in body.places)
    beside = sum(not any(hits(place, tap, picture) for place in body.places) for tap in taps)
    share = max(NONE, Fraction(found - beside, len(body.places)))
    if share == FULL:
        return Grade(FULL, _("全对"))
    return Grade(
        share, _("找到 %(found)s 处，共 %(all)s 处，点错 %(beside)s 处", found=found, all=len(body.places), beside=beside)
    )


def score(marked: Iterable[Marked]) -> int:
    """Points of 100, rounded down: a pass mark is reached, never rounded up to.

    Questions weigh by their points when each of the paper has some, else all alike. Nothing asked is 0.
    """
    paper = list(marked)
    by_points = all(question.points for question in paper)
    weights = [question.points or 0 if by_points else 1 for question in paper]
    parts = lcm(*(question.share.denominator for question in paper))  # in whole numbers, which a hall has in a tenth of the time
    shares = [question.share.numerator * parts // question.share.denominator for question in paper]
    got = sum(share * weight for share, weight in zip(shares, weights, strict=True))
    return got * 100 // (parts * sum(weights)) if any(weights) else 0


def plain(text: str) -> str:
    """A filled-in text without blanks, full-width digits and letters made half-width, and no difference between A and a."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
