from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.core import clock
from lms.core.clock import after_working_days, working_days


def test_five_working_days_are_a_week() -> None:
    monday, friday, sunday = date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 29)
    assert working_days(monday, monday) == 0 and working_days(monday, date(2026, 11, 30)) == 5
    assert working_days(friday, sunday) == 0 and after_working_days(sunday, 5) == date(2026, 12, 4)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 30))
def test_an_answer_is_due_on_the_first_day_by_which_so_many_working_days_have_passed(since: date, number: int) -> None:
    due = after_working_days(since, number)
    assert working_days(since, due) == number
    assert due.weekday() < 5


def test_an_instant_is_told_by_the_clock_on_the_wall_and_to_programs_in_utc() -> None:
    late = datetime(2026, 11, 23, 16, 30, 8, tzinfo=UTC)
    told = (clock.hour(late), clock.near(late), clock.moment(late), clock.span(late, late + timedelta(hours=1)))
    assert told == ("00:30", "11-24 00:30", "2026-11-24 00:30", "2026-11-24 00:30–01:30")
    assert clock.utc(clock.local(late)) == "2026-11-23T16:30:08Z"
    assert clock.at(date(2026, 11, 24), time(0, 30)) == clock.to_minute(late)
