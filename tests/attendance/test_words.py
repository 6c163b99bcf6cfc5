"""What is kept as a word of ours is told in words of whoever reads."""

import pytest

from lms.attendance import words
from lms.attendance.models import Mark, Method, PresenceStatus, Trust, Why


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        (Mark, words.MARK_WORDS),
        (Method, words.METHOD_WORDS),
        (PresenceStatus, words.STATUS_WORDS),
        (Trust, words.TRUST_WORDS),
        (Why, words.WHY_WORDS),
    ],
)
def test_every_word_that_is_kept_is_called_something(stored, told):
    assert set(told) == {one.value for one in stored}
