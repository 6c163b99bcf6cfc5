"""A question as it is written into the cells of a row: what kinds.body_of() reads, the other way round."""

from __future__ import annotations

from lms.quizzes.rules.body import Body
from lms.quizzes.rules.importing.kinds import KINDS

TRUTHS = {"true": "对", "false": "错"}  # in files, and the same for everybody


def written(body: Body) -> dict[str, str]:
    """{"kind", "A" … "H", "answer"} of a question, empty cells left out. A picture cannot be written."""
    if body.by:
        return {"kind": body.label, "answer": body.blanks[0][0]}
    cells = {"kind": KINDS[body.kind][0]} | body.options
    match body.kind:
        case "single" | "multiple":
            cells["answer"] = "".join(body.answer)
        case "judge":
            cells["answer"] = TRUTHS[body.answer[0]]
        case "fill":
            cells["answer"] = "；".join(map(_accepted, body.blanks))
        case "match":
            cells |= _pairs(body)
        case "text":
            cells["answer"] = body.guide
    return {name: text for name, text in cells.items() if text}


def _accepted(texts: tuple[str, ...]) -> str:
    """The texts of a blank; a bar at the end keeps a single one from being cut at its slash."""
    joined = "|".join(texts)
    return f"{joined}|" if len(texts) == 1 and any(mark in joined for mark in "/／;；") else joined


def _pairs(body: Body) -> dict[str, str]:
    """A pair in each cell, then the texts on the right that belong to none."""
    pairs = [f"{prompt} => {body.options[letter]}" for prompt, letter in zip(body.prompts, body.answer, strict=True)]
    others = [text for letter, text in body.options.items() if letter not in body.answer]
    return dict(zip("ABCDEFGH", [*pairs, *others], strict=False))
