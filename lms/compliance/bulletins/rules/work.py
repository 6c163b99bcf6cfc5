"""What a bulletin tells besides: how check-ins are known, signals that were looked into, lectures that officers sat in on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from lms.compliance.bulletins.rules.frozen import Firm, Frozen, SatIn, Signal

SIGNALS: dict[str, Callable[[Signal, Frozen], bool]] = {  # what is counted of signals, each with its names
    "raised": lambda one, frozen: frozen.starts_on <= one.raised_on <= frozen.day,
    "settled": lambda one, frozen: one.closed_on is not None and frozen.starts_on <= one.closed_on <= frozen.day,
    "waiting": lambda one, _frozen: one.closed_on is None,
}
FOUND, OWED = "found", "owed"  # lists of sitting in: what was handed in, and what is still to be


@dataclass(frozen=True, slots=True, kw_only=True)
class Sat:
    """number: comments that were handed in. officers: (id, name, their number), the most first. dimensions: (place among
    Frozen.dimensions, title, comments in which something of it was ticked, ((code, words, how often it was ticked), …)).
    owed: names of enterprises whose lecture is over and whose comment is still to come.
    """

    number: int
    lectures: int
    firms: int
    officers: tuple[tuple[str, str, int], ...]
    dimensions: tuple[tuple[int, str, int, tuple[tuple[str, str, int], ...]], ...]
    owed: tuple[str, ...]


def known_by(frozen: Frozen) -> tuple[tuple[str, str, int], ...]:
    """(code, word, check-ins) of every way in which some are known; nothing where the data do not tell."""
    sums: Counter[str] = Counter()
    for firm in frozen.firms:
        sums.update(firm.known or {})
    return tuple((code, word, sums[code]) for code, word in frozen.trusts if sums[code])


def firms_known_by(frozen: Frozen, trust: str) -> list[Firm]:
    """The enterprises behind such a number, the most first; trust "": behind all of them."""

    def number(firm: Firm) -> int:
        known = firm.known or {}
        return known.get(trust, 0) if trust else sum(known.values())

    return sorted((firm for firm in frozen.firms if number(firm)), key=lambda firm: (-number(firm), firm.name, firm.id))


def signals(frozen: Frozen, name: str) -> list[Signal]:
    """The signals behind a figure, the oldest first."""
    met = SIGNALS[name]
    found = [one for one in frozen.signals or () if met(one, frozen)]
    return sorted(found, key=lambda one: (one.raised_on, one.name, one.lecture_id, one.what))


def sat_in(frozen: Frozen, name: str, officer: str = "", dimension: int | None = None, fact: str = "") -> list[SatIn]:
    """The comments behind a figure, or (OWED) those that are still to come; the latest first. dimension, fact: those in which
    something of the one, or the other, was ticked.
    """
    codes = {code for code, _words in frozen.dimensions[dimension].facts} if dimension is not None else set()
    found = [
        one
        for one in frozen.sat_in or ()
        if (one.found_on is not None) == (name == FOUND)
        and officer in ("", one.officer_id)
        and (dimension is None or codes.intersection(one.facts))
        and (not fact or fact in one.facts)
    ]
    return sorted(
        found, key=lambda one: (date.max - (one.found_on or one.held_on or date.min), one.name, one.lecture_id, one.officer)
    )


def sat(frozen: Frozen) -> Sat | None:
    """The figures of sitting in, in one pass over what was handed in; None where the data do not tell."""
    if frozen.sat_in is None:
        return None
    found = [one for one in frozen.sat_in if one.found_on]
    ticked: Counter[str] = Counter()
    names: dict[str, str] = {}
    by: Counter[str] = Counter()
    for one in found:
        ticked.update(set(one.facts))
        by[one.officer_id] += 1
        names[one.officer_id] = one.officer
    dimensions = tuple(
        (
            at,
            side.title,
            sum(any(code in one.facts for code, _words in side.facts) for one in found),
            tuple((code, words, ticked[code]) for code, words in side.facts),
        )
        for at, side in enumerate(frozen.dimensions)
    )
    return Sat(
        number=len(found),
        lectures=len({one.lecture_id for one in found}),
        firms=len({one.firm_id for one in found}),
        officers=tuple(
            (key, names[key], number) for key, number in sorted(by.items(), key=lambda one: (-one[1], names[one[0]], one[0]))
        ),
        dimensions=dimensions,
        owed=tuple(dict.fromkeys(one.name for one in sat_in(frozen, OWED))),
    )
