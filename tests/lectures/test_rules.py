from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core import clock
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


HOUR = timedelta(hours=1)
HEAD, DEPUTY, WORKER, OTHER = (uuid4() for _ in range(4))


def test_a_lecture_is_very_long_when_it_outlasts_a_working_day():
    assert rules.very_long([at(9, length=8)]) == []
    assert [(clash.at, clash.minutes) for clash in rules.very_long([at(9), at(9, length=11.5)])] == [(NOW + HOUR * 9, 690)]


def at(hour, place="食堂", length=1):
    return rules.Slot(NOW + HOUR * hour, NOW + HOUR * (hour + length), place)


def other(*slots, lecturer=DEPUTY, people=()):
    return rules.Other("另一堂", lecturer, slots, frozenset(people))


@pytest.mark.parametrize(("planned", "there", "kinds"), [
    pytest.param([at(9)], other(at(10, "食堂")), [], id="one after the other"),
    pytest.param([at(9)], other(at(9.5, "车间"), lecturer=HEAD), ["lecturer"], id="one lecturer cannot be twice"),
    pytest.param([at(9, "3 号 会议室")], other(at(9.5, "3号会议室")), ["place"], id="one room, however it is written"),
    pytest.param([at(9)], other(at(9.5, "车间"), people=[WORKER, OTHER]), ["people"], id="somebody expected at both"),
    pytest.param([at(9), at(17)], other(at(9.5, "车间"), people=[WORKER]), [], id="who can come to another shift is free"),
    pytest.param([at(9), at(9.5, "车间")], other(at(20)), ["own"], id="two sittings of one lecture at once"),
])  # fmt: skip
def test_what_a_plan_clashes_with(planned, there, kinds):
    found = rules.clashes(planned, HEAD, {WORKER}, [there])

    assert [clash.kind for clash in found] == kinds
    assert [clash.people for clash in found if clash.kind == "people"] == [1] * kinds.count("people")


@pytest.mark.parametrize(("every", "times", "day"), [
    ("weekly", 2, "2026-02-14"), ("monthly", 1, "2026-02-28"), ("monthly", 2, "2026-03-31"), ("monthly", 12, "2027-01-31"),
])  # fmt: skip
def test_on_which_day_a_lecture_is_given_again(every, times, day):
    assert f"{rules.again(datetime(2026, 1, 31, 9, tzinfo=UTC), every, times):%Y-%m-%d %H}" == f"{day} 09"


@given(
    st.lists(st.sampled_from(["a", "b", "none"]), max_size=2), st.lists(st.sampled_from(["焊工", "电工"]), max_size=2),
    st.lists(st.sampled_from(["早班", "夜班"]), max_size=2), st.booleans(),
)  # fmt: skip
def test_narrowing_never_asks_somebody_new_and_a_name_always_does(departments, posts, shifts, named):
    wide = rules.Audience(tuple(departments), (), (), (str(WORKER),) if named else ())
    narrow = replace(wide, posts=tuple(posts), shifts=tuple(shifts))

    assert rules.Audience.read(narrow.as_json()) == narrow
    assert narrow.asks(WORKER, None, "焊工", "早班") or not named
    if departments and narrow.asks(OTHER, None, "焊工", "早班"):
        assert wide.asks(OTHER, None, "焊工", "早班")


@pytest.mark.parametrize("minutes", [(-60, -90), (-60, -60), (-30, 1), (-13 * 60, 0)])
def test_times_that_cannot_be(minutes):
    start, end = (NOW + timedelta(minutes=each) for each in minutes)

    with pytest.raises(rules.NotAsHeld):
        rules.check_held(start, end, NOW)


@pytest.mark.parametrize(("started", "planned", "now", "offered"), [
    pytest.param("23 20:03", ("23 20:00", "23 21:00"), "24 07:30", "23 21:00", id="nobody closed it that evening"),
    pytest.param("23 20:03", ("23 20:00", "23 21:00"), "23 23:30", "23 23:30", id="the same day"),
    pytest.param("23 23:05", ("23 23:00", "24 00:00"), "24 00:20", "24 00:20", id="a night shift closed in time"),
    pytest.param("23 23:05", ("23 23:00", "24 01:00"), "24 07:30", "24 01:00", id="a night shift that nobody closed"),
    pytest.param("23 23:20", ("23 22:00", "23 23:00"), "24 00:30", "24 00:30", id="begun late, over midnight"),
    pytest.param("23 23:20", ("23 22:00", "23 23:00"), "24 07:30", "24 00:20", id="begun late, and forgotten"),
])  # fmt: skip
def test_which_end_is_offered_when_a_sitting_is_closed(started, planned, now, offered):
    start, begins, ends, at, end = (
        datetime.strptime(f"2026-11-{each}", "%Y-%m-%d %H:%M").replace(tzinfo=clock.ZONE)
        for each in (started, *planned, now, offered)
    )

    assert rules.end_offered(start, begins, ends, at) == end
