"""Chance that anybody can repeat: what a seed picks, which nobody knew before and which is kept with what it picked from."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from uuid import UUID


def new_seed() -> str:
    """128 random bits, as 32 hex digits."""
    return secrets.token_hex(16)


def picked(seed: str, pool: Collection[UUID], number: int) -> list[UUID]:
    """`number` ids of the pool, or all of a smaller one, whatever order it comes in.

    They are those with the smallest SHA-256 of "seed:id" (UTF-8, the id in its written form): no clock, no library, nothing
    to choose once the seed is known.
    """
    return sorted(set(pool), key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).hexdigest())[:number]
