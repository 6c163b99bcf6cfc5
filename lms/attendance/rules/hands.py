"""How many marks of a lecture may be entered for others without a second person (人工登记)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

ALONE_PERCENT = 10


def alone(expected: int) -> int:
    """For how many of the expected people marks may be entered without a second person, by however many; at least for one."""
    return max(expected * ALONE_PERCENT // 100, 1)


def waits(person_id: UUID, expected: int, entered: Collection[UUID], waiting: Collection[UUID], *, own: bool = False) -> bool:
    """Whether a further mark of this person waits for a second person before it counts.

    entered: everybody with a mark by hand in this lecture. waiting: those of them whose marks still wait. own: it is of
    whoever enters it, and nobody vouches for themselves.
    """
    if own or person_id in entered:
        return own or person_id in waiting
    return len(set(entered) - set(waiting)) >= alone(expected)
