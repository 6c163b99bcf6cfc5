"""What runs by the clock."""

from datetime import UTC, datetime

from lms.core import jobs
from tests.wall import hang

HALF_PAST_SEVEN = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # of the next day, where the enterprises are


def test_what_is_done_once_a_day_waits_for_its_hour_and_is_done_again_that_day_only_where_some_is_left(app, monkeypatch):
    monkeypatch.setattr(jobs, "_jobs", {})
    monkeypatch.setattr(jobs, "_sweeps", [])
    wall, some_left, done = hang(monkeypatch, HALF_PAST_SEVEN), [True, False, False], []

    @jobs.sweep_once("day", since=8)
    def daily():
        done.append("day")
        return some_left.pop(0)

    @jobs.sweep_once("hour")
    def hourly():
        done.append("hour")

    def minutes_pass():
        for name in jobs._sweeps * 3:
            jobs._jobs[name]()
        return [done.count(each) for each in ("day", "hour")]

    assert minutes_pass() == [0, 1]
    wall.forward(hours=1)
    assert minutes_pass() == [2, 2]
    wall.forward(hours=8)
    assert minutes_pass() == [2, 3]
    wall.forward(hours=16)
    assert minutes_pass() == [3, 4]
