"""How a share is written and coloured."""

from __future__ import annotations

import pytest

from lms.core.shares import shade, share


@pytest.mark.parametrize(
    ("numerator", "denominator", "digits", "shown"),
    [
        pytest.param(1109, 1284, 1, "86.4%", id="one digit"),
        pytest.param(19, 20, 1, "95.0%", id="one digit beside others that have one"),
        pytest.param(113, 122, 0, "93%", id="whole"),
        pytest.param(1284, 1284, 1, "100%", id="all"),
        pytest.param(9999, 10000, 1, "99.9%", id="not all is not 100 %"),
        pytest.param(19999, 20000, 1, "99.9%", id="rounded up, not all is not 100 %"),
        pytest.param(199, 200, 0, "99%", id="not all is not 100 % without digits"),
        pytest.param(1999, 2000, 0, "99%", id="rounded up without digits, not all is not 100 %"),
        pytest.param(1, 5000, 1, "0.1%", id="one is not nothing"),
        pytest.param(1, 20000, 1, "0.1%", id="rounded down, one is not nothing"),
        pytest.param(0, 20, 1, "0%", id="nothing"),
        pytest.param(0, 0, 1, "—", id="of nothing"),
    ],
)
def test_share(numerator, denominator, digits, shown):
    assert share(numerator, denominator, digits) == shown


@pytest.mark.parametrize(
    ("numerator", "denominator", "colour"),
    [(9, 10, "c4"), (8, 10, "c3"), (79, 100, "c2"), (59, 100, "c1"), (0, 3, "c1"), (0, 0, "c0")],
)
def test_shade(numerator, denominator, colour):
    assert shade(numerator, denominator) == colour
