"""Between a question as the bank keeps it and as one person sees it.

A phone never gets the bank's letters: it is sent the letters of the order it shows, so that a letter tells nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LETTERS = "ABCDEFGH"
TRUTHS = ("true", "false")
BLANK = ""  # a taken-back answer
LONGEST_TEXT = 200  # characters of a filled-in answer


@dataclass(frozen=True, slots=True)
class Choice:
    """One option on the screen. value: what the phone sends. text: as worded, None for right and wrong."""

    value: str
    text: str | None


def choices_of(kind: str, options: Mapping[str, str], order: Sequence[str]) -> list[Choice]:
    """The options in this person's order; none for a question to fill in."""
    if kind == "judge":
        return [Choice(value, None) for value in TRUTHS]
    return [Choice(shown, options[letter]) for shown, letter in zip(LETTERS, order, strict=False)]


def chosen_of(kind: str, order: Sequence[str], sent: Sequence[str]) -> list[str] | None:
    """What the bank calls the choices a phone sent; [] for an answer taken back, None for what was not on the screen."""
    given = [text for text in dict.fromkeys(text.strip() for text in sent) if text != BLANK]
    if kind == "fill":
        return None if len(given) > 1 or any(len(text) > LONGEST_TEXT for text in given) else given
    if kind == "judge":
        known = dict(zip(TRUTHS, TRUTHS, strict=True))
    else:
        known = dict(zip(LETTERS, order, strict=False))
    if any(text not in known for text in given) or (kind != "multiple" and len(given) > 1):
        return None
    return sorted(known[text] for text in given)


def shown_of(kind: str, order: Sequence[str], chosen: Sequence[str]) -> list[str]:
    """What a phone calls these choices: chosen_of the other way round."""
    if kind in ("fill", "judge"):
        return list(chosen)
    called = dict(zip(order, LETTERS, strict=False))
    return sorted(called[letter] for letter in chosen if letter in called)
