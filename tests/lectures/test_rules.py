from datetime import UTC, datetime, timedelta

import pytest

from lms.lectures import rules

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(("state", "wanted"), [
    ("draft", "notified"), ("draft", "cancelled"), ("notified", "open"), ("notified", "cancelled"),
    ("open", "closed"), ("open", "cancelled"),
])  # fmt: skip
def test_what_may_happen(state, wanted):
    rules.check_step(state, wanted)


@pytest.mark.parametrize(("state", "wanted"), [
    ("draft", "open"), ("draft", "closed"), ("notified", "closed"), ("notified", "notified"), ("open", "notified"),
    ("closed", "closed"), ("closed", "cancelled"), ("closed", "open"), ("cancelled", "open"), ("cancelled", "notified"),
])  # fmt: skip
def test_what_may_not_happen(state, wanted):
    with pytest.raises(rules.WrongState):
        rules.check_step(state, wanted)


@pytest.mark.parametrize("minutes", [(-60, -90), (-60, -60), (-30, 1), (-13 * 60, 0)])
def test_times_that_cannot_be(minutes):
    start, end = (NOW + timedelta(minutes=each) for each in minutes)

    with pytest.raises(rules.NotAsHeld):
        rules.check_held(start, end, NOW)
