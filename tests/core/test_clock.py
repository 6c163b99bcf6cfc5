import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import lms
from lms.core import clock
from lms.core.workdays import after_working_days, is_working, longer_than, working_days


def test_five_working_days_are_a_week() -> None:
    monday, friday, sunday = date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 29)
    assert working_days(monday, monday) == 0 and working_days(monday, date(2026, 11, 30)) == 5
    assert working_days(friday, sunday) == 0 and after_working_days(sunday, 5) == date(2026, 12, 4)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 30))
def test_an_answer_is_due_on_the_first_day_by_which_so_many_working_days_have_passed(since: date, number: int) -> None:
    due = after_working_days(since, number)
    assert working_days(since, due) == number
    assert is_working(due)


def test_an_instant_is_told_by_the_clock_on_the_wall_and_to_programs_in_utc() -> None:
    late = datetime(2026, 11, 23, 16, 30, 8, tzinfo=UTC)
    told = (clock.hour(late), clock.near(late), clock.moment(late), clock.span(late, late + timedelta(hours=1)))
    assert told == ("00:30", "11-24 00:30", "2026-11-24 00:30", "2026-11-24 00:30–01:30")
    assert clock.utc(clock.local(late)) == "2026-11-23T16:30:08Z"
    assert clock.at(date(2026, 11, 24), time(0, 30)) == clock.to_minute(late)


def test_public_holidays_are_no_working_days_and_the_weekends_that_make_up_for_them_are() -> None:
    before, after = date(2026, 9, 30), date(2026, 10, 13)
    assert after_working_days(before, 5) == after  # 8, 9, Saturday the 10th, 12, 13 October
    assert working_days(before, date(2026, 10, 7)) == 0 and longer_than(after, 4) == date(2026, 10, 7)
    assert after_working_days(date(2026, 2, 13), 2) == date(2026, 2, 24)  # Saturday the 14th, and nine days off
    assert after_working_days(date(2025, 1, 25), 1) == date(2025, 1, 26)  # a Sunday


def test_from_one_day_to_another_is_written_in_one_way_on_every_page() -> None:
    first = date(2026, 11, 23)
    assert clock.days(first, date(2026, 12, 4)) == "2026-11-23 至 2026-12-04"
    assert (clock.days(first, first), clock.days(first, None)) == ("2026-11-23", "2026-11-23 至今")

    by_hand = re.compile(r"\| day(?:\s*\}\}|\s*,).{0,60}(?:[—–~至到]|\bto=).{0,60}\| day\b")
    pages = Path(lms.__file__).with_name("templates").rglob("*.html")
    assert [page.name for page in pages if any(by_hand.search(line) for line in page.read_text().splitlines())] == []
