"""Answers on paper: as they are written, and as somebody types them off."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from lms.quizzes.rules.body import LETTERS, Body
from lms.quizzes.rules.paper import chosen_of, shown_of
from lms.quizzes.rules.places import cells_of

RIGHT = frozenset(("√", "✓", "✔", "对", "正确", "T", "Y", "V"))
WRONG = frozenset(("×", "✗", "✘", "X", "错", "错误", "F", "N"))
NOTHING = "-"  # a pair left open
_BETWEEN = re.compile(r"[\s,，、;；.。/]+")


def typed(body: Body, order: Sequence[str], text: str) -> list[str] | None:
    """What is kept of an answer typed off a paper; [] for none, None for what cannot stand on it.

    Letters are those printed, in `order`. single, multiple: "B", "AC". judge: √ or ×. fill: the texts, ; between them.
    order: the letters in the order they were put. match: a letter for each item, - for one left open. picture: "B3 C5", the
    column's letter and the row's number. text: as it stands.
    """
    written = text.strip()
    if not written:
        return []
    if body.kind == "text":
        return chosen_of(body, order, [written])
    if body.kind == "fill":
        texts = re.split(r"[;；]", written) if len(body.blanks) > 1 else [written]
        return chosen_of(body, order, texts)
    plain = unicodedata.normalize("NFKC", written).upper()
    if body.kind == "picture":
        return _cells(body, plain)
    signs = _BETWEEN.sub("", plain)
    match body.kind:
        case "judge":
            return ["true"] if signs in RIGHT else ["false"] if signs in WRONG else None
        case "order":
            sent = [f"{letter}={place}" for place, letter in enumerate(signs, 1)]
        case "match":
            if len(signs) > len(body.prompts):
                return None
            sent = [f"{number}={letter}" for number, letter in enumerate(signs, 1) if letter != NOTHING]
        case _:
            sent = list(signs)
    return chosen_of(body, order, sent)


def _cells(body: Body, text: str) -> list[str] | None:
    if body.picture is None:
        return None
    named = {f"{LETTERS[cell.column - 1]}{cell.row}": cell.value for cell in cells_of(body.picture)}
    parts = [part for part in _BETWEEN.split(text) if part]
    return sorted({named[part] for part in parts}) if all(part in named for part in parts) else None


def as_typed(body: Body, order: Sequence[str], chosen: Sequence[str]) -> str:
    """typed() the other way round: what somebody would type for an answer that is kept."""
    shown = shown_of(body, order, chosen)
    match body.kind:
        case "fill":
            return "；".join(shown)
        case "judge":
            return "".join("√" if text == "true" else "×" for text in shown)
        case "order":
            places = sorted((text.split("=") for text in shown), key=lambda pair: int(pair[1]))
            return "".join(letter for letter, _place in places)
        case "match":
            letters = dict(text.split("=") for text in shown)
            return "".join(letters.get(str(at), NOTHING) for at in range(1, len(body.prompts) + 1)) if letters else ""
        case "picture" if body.picture is not None:
            named = {cell.value: f"{LETTERS[cell.column - 1]}{cell.row}" for cell in cells_of(body.picture)}
            return " ".join(named.get(text, "") for text in shown)
        case _:
            return "".join(shown)
