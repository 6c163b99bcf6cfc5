"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask_babel import lazy_gettext as _l

from lms.core.errors import Invalid

SIZE = 50
WHOLE = 50_000  # rows of a list that are taken at once
R = TypeVar("R")


class TooLong(Invalid):
    code = "list-too-long"
    sentence = _l("名单有 %(n)s 行，一次最多导出 %(most)s 行。请先筛选，分几次导出。")


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """One page of a list. number: from 1, never beyond the last. total: rows over all pages."""

    rows: list[R]
    number: int
    total: int
    pages: int


def paged(
    total: int | Callable[[], int], wanted: int | None, fetch: Callable[[int, int], Iterable[R]], size: int = SIZE
) -> Page[R]:
    """The page somebody wants of a list of `total` rows, or the one nearest to it.

    total: where it is still being counted, a call that waits for it; the page is fetched meanwhile. wanted: whatever was asked
    for, from 1; None for the whole list on one page. fetch: (limit, offset) → rows. Raises TooLong where the whole list is
    wanted and has more than WHOLE rows.
    """
    if wanted is None:
        whole = total if isinstance(total, int) else total()
        if whole > WHOLE:
            raise TooLong(n=whole, most=WHOLE)
        return Page(list(fetch(whole, 0)) if whole else [], 1, whole, 1)
    asked = max(wanted, 1)
    if isinstance(total, int):
        number, pages = _nearest(asked, total, size)
        return Page(list(fetch(size, (number - 1) * size)), number, total, pages)
    asked = min(asked, WHOLE)  # no list has more pages, and no database counts to what somebody may type
    rows, counted = list(fetch(size, (asked - 1) * size)), total()
    number, pages = _nearest(asked, counted, size)
    return Page(rows if number == asked else list(fetch(size, (number - 1) * size)), number, counted, pages)


def _nearest(asked: int, total: int, size: int) -> tuple[int, int]:
    """(number of the page, how many there are)."""
    pages = max(-(-total // size), 1)
    return min(asked, pages), pages
