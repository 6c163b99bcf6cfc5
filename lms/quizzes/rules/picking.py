"""Who is picked for a retest: by chance, and so that anybody can pick the same people again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from uuid import UUID


def picked(seed: str, pool: Collection[UUID], number: int) -> list[UUID]:
    """`number` people of the pool, or all of a smaller one, whatever order it comes in.

    They are those with the smallest SHA-256 of "seed:id" (UTF-8, the id in its written form): no clock, no library, nothing
    to choose once the seed is known.
    """
    return sorted(set(pool), key=lambda person: hashlib.sha256(f"{seed}:{person}".encode()).hexdigest())[:number]
