"""What is kept as a word of ours is told in words of whoever reads."""

import pytest
from flask_babel import force_locale

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


def test_a_kind_of_leave_is_read_in_english_and_what_somebody_wrote_as_they_wrote_it(app):
    with app.test_request_context(), force_locale("en"):
        words = app.jinja_env.filters["leave_said"]
        assert (words("病假"), words("送孩子上学")) == ("Sick leave", "送孩子上学")
    with app.test_request_context(), force_locale("zh"):
        assert words("公假") == "公假"
