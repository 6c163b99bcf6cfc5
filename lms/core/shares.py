"""A part of a whole as pages and documents show it: one way of writing it, one way of colouring it."""

from __future__ import annotations


def share(numerator: int, denominator: int, digits: int = 1) -> str:
    """86.4%, 95.0%, and 100% or 0% only of all or none: never while one is missing or there; an em dash of nothing."""
    if not denominator:
        return "—"
    shown, step = round(numerator * 100 / denominator, digits), 10.0**-digits
    if numerator < denominator and shown >= 100:
        shown = 100 - step
    elif numerator > 0 and shown <= 0:
        shown = step
    return f"{shown:.{digits if 0 < shown < 100 else 0}f}%"


def shade(numerator: int, denominator: int) -> str:
    """The colour of a matrix cell, c4 (90 % and more) … c1 (below 60 %), c0 where there is nothing. By the exact share."""
    if not denominator:
        return "c0"
    percent = numerator * 100 / denominator
    return "c4" if percent >= 90 else "c3" if percent >= 80 else "c2" if percent >= 60 else "c1"
