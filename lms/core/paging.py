"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

SIZE = 50
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """One page of a list. number: from 1, never beyond the last. total: rows over all pages."""

    rows: list[R]
    number: int
    total: int
    pages: int


def paged(total: int, wanted: int, fetch: Callable[[int, int], Iterable[R]], size: int = SIZE) -> Page[R]:
    """The page somebody wants of a list of `total` rows, or the one nearest to it.

    wanted: whatever was asked for, from 1. fetch: (limit, offset) → rows.
    """
    pages = max(-(-total // size), 1)
    number = min(max(wanted, 1), pages)
    return Page(list(fetch(size, (number - 1) * size)), number, total, pages)
