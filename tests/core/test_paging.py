"""A list a page at a time."""

from __future__ import annotations

import pytest

from lms.core.paging import paged


@pytest.mark.parametrize(
    ("total", "wanted", "number", "pages", "rows"),
    [
        pytest.param(7, 1, 1, 3, [0, 1, 2], id="the first"),
        pytest.param(7, 3, 3, 3, [6], id="the last is shorter"),
        pytest.param(6, 2, 2, 2, [3, 4, 5], id="the last is full"),
        pytest.param(7, 10**30, 3, 3, [6], id="beyond the last"),
        pytest.param(7, -4, 1, 3, [0, 1, 2], id="before the first"),
        pytest.param(0, 2, 1, 1, [], id="an empty list has a page"),
    ],
)
def test_paged(total, wanted, number, pages, rows):
    def fetch(limit, offset):
        assert offset < 2**63, "no database counts so far"
        return range(total)[offset : offset + limit]

    for counted in (total, lambda: total):  # known before, or counted meanwhile
        page = paged(counted, wanted, fetch, size=3)

        assert (page.number, page.pages, page.total, page.rows) == (number, pages, total, rows)
