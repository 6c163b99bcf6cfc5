"""Which certificates of a batch are alike but for a few lines, so that one can be cast from another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lms.credentials.rules import Piece

Slots = dict[str, tuple[str, ...]]


def slots_of(page: Mapping[str, Any]) -> Slots:
    """The lines of a page that may say something else on another: by the names that the template has for them, in runs.

    page: as the template certificate.html takes it; breaking: its first line may take two.
    """
    data = page["data"]
    slots = {"holder": (data.holder_name,), "id": (page["id_words"] + " ", "Holder")}
    for at, (_size, line) in enumerate(page["lines"]):
        if at or not page["breaking"]:
            slots[f"line-{at}"] = _runs(line)
    if page["english"]:
        slots["english"] = (page["english"],)
    return slots | {"serial": (data.serial,), "fingerprint": (page["fingerprint"],)}


def _runs(line: Sequence[Piece]) -> tuple[str, ...]:
    """Pieces as they are written without a break: each strong one is an element of its own."""
    said: list[str] = []
    before_strong = True
    for piece in line:
        if piece.strong or before_strong or not said:
            said.append(piece.text)
        else:
            said[-1] += piece.text
        before_strong = piece.strong
    return tuple(text for text in said if text)


def frame_of(page: Mapping[str, Any]) -> str:
    """What pages must have in common for one of them to be the forme of the others."""
    slots, data = slots_of(page), page["data"]
    rest = {name: said for name, said in page.items() if name not in ("data", "lines", "fingerprint", "id_words", "english")}
    lines = [
        (size, [piece.strong for piece in line], len(slots[f"line-{at}"])) if f"line-{at}" in slots else (size, line)
        for at, (size, line) in enumerate(page["lines"])
    ]
    return repr((sorted(rest.items()), lines, data.issuer_name, data.lecturer_is_head, bool(page["english"])))


def differing(said: Sequence[Slots]) -> list[Slots]:
    """Of the slots of pages those in which they do not all say the same."""
    names = [name for name, texts in said[0].items() if any(other[name] != texts for other in said[1:])]
    return [{name: own[name] for name in names} for own in said]
