"""Which questions a person gets, and in what order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from random import Random
from typing import TypeVar

Q = TypeVar("Q")


def draw(rng: Random, pool: Sequence[Q], seen: Collection[Q], count: int) -> list[Q]:
    """`count` different questions of the pool in random order; all of them where the pool is smaller.

    seen: questions this person was asked before. They come only when the others are used up, so a retake is as new as the
    bank allows.
    """
    fresh = [question for question in pool if question not in seen]
    known = [question for question in pool if question in seen]
    drawn = rng.sample(fresh, min(count, len(fresh)))
    drawn += rng.sample(known, min(count - len(drawn), len(known)))
    rng.shuffle(drawn)
    return drawn


def lay_out(rng: Random, letters: Iterable[str]) -> list[str]:
    """The letters of a question's options in the order one person sees them."""
    order = list(letters)
    rng.shuffle(order)
    return order
