"""Between a question as the bank keeps it and as one person sees it.

A phone never gets the bank's letters: it is sent the letters of the order it shows, so that a letter tells nothing.

What is kept of an answer, by kind: single, multiple, judge – the bank's letters or truth; fill – a text for each blank;
order – "letter=place"; match – "prompt=letter"; picture – "x,y"; text – the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.quizzes.rules.body import LETTERS, Body
from lms.quizzes.rules.grading import pairs
from lms.quizzes.rules.places import COLUMNS, MOST_ROWS, Picture, Place, hits, point_of, tap_at

TRUTHS = ("true", "false")
BLANK = ""  # a taken-back answer
LONGEST_TEXT = 200  # characters of a filled-in blank
LONGEST_ESSAY = 2_000  # characters of a text marked by a person
MOST_TAPS = COLUMNS * MOST_ROWS
ASKED_IN_ORDER = frozenset(("order", "match"))


@dataclass(frozen=True, slots=True)
class Choice:
    """One option on the screen. value: what the phone sends. text: as worded, None for right and wrong."""

    value: str
    text: str | None


def choices_of(body: Body, order: Sequence[str]) -> list[Choice]:
    """The options in this person's order; none where there is nothing to choose from."""
    if body.kind == "judge":
        return [Choice(value, None) for value in TRUTHS]
    return [Choice(shown, body.options[letter]) for shown, letter in zip(LETTERS, order, strict=False)]


def longest(kind: str) -> int:
    """Characters that one text of an answer may have."""
    return LONGEST_ESSAY if kind == "text" else LONGEST_TEXT


def chosen_of(body: Body, order: Sequence[str], sent: Sequence[str]) -> list[str] | None:
    """What is kept of the choices a phone sent; [] for an answer taken back, None for what was not on the screen."""
    texts = [text.strip() for text in sent]
    if any(len(text) > longest(body.kind) for text in texts):
        return None
    if body.kind == "fill":
        return _filled(texts, len(body.blanks))
    given = [text for text in dict.fromkeys(texts) if text != BLANK]
    if body.kind == "text":
        return None if len(given) > 1 else given
    if body.kind == "picture":
        return None if len(given) > MOST_TAPS or any(point_of(text) is None for text in given) else sorted(given)
    called = _called(body, order)
    if any(text not in called for text in given) or (body.kind in ("single", "judge") and len(given) > 1):
        return None
    if body.kind in ASKED_IN_ORDER and len({text.partition("=")[0] for text in given}) < len(given):
        return None
    return sorted(called[text] for text in given)


def _filled(texts: list[str], blanks: int) -> list[str] | None:
    """A text for each blank, however few a phone sent; all of them empty is an answer taken back."""
    if len(texts) > blanks:
        return None
    return [*texts, *[BLANK] * (blanks - len(texts))] if any(texts) else []


def _called(body: Body, order: Sequence[str]) -> Mapping[str, str]:
    """What a phone may send → what the bank calls it."""
    letters = dict(zip(LETTERS, order, strict=False))
    if body.kind == "judge":
        return dict(zip(TRUTHS, TRUTHS, strict=True))
    if body.kind == "order":
        return {f"{shown}={at}": f"{letter}={at}" for shown, letter in letters.items() for at in range(1, len(letters) + 1)}
    if body.kind == "match":
        numbers = range(1, len(body.prompts) + 1)
        return {f"{number}={shown}": f"{number}={letter}" for number in numbers for shown, letter in letters.items()}
    return letters


def shown_of(body: Body, order: Sequence[str], chosen: Sequence[str]) -> list[str]:
    """What a phone calls these choices: chosen_of the other way round."""
    if body.kind in ("fill", "judge", "picture", "text"):
        return list(chosen)
    called = {kept: sent for sent, kept in _called(body, order).items()}
    return sorted(called[kept] for kept in chosen if kept in called)


def key_of(body: Body) -> list[str]:
    """A right answer as one that is kept: what grade() gives 1. Empty for a text marked by a person."""
    match body.kind:
        case "fill":
            return [texts[0] for texts in body.blanks]
        case "order" | "match":
            return sorted(pairs(body))
        case "picture" if body.picture is not None:
            return [_tap_on(place, body.picture) for place in body.places]
        case "text":
            return []
        case _:
            return list(body.answer)


def _tap_on(place: Place, picture: Picture) -> str:
    """A tap on a corner that points at the place; the tip of a spike without any width does not."""
    taps = [tap_at(*point) for point in place.points]
    return next((tap for tap in taps if hits(place, tap, picture)), taps[0])
