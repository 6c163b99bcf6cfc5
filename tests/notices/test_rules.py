"""When a message leaves, when it is tried again, and when one reminds."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core import clock
from lms.notices.rules import LADDER, presses, quiet, ripe_at, rung_due, tries_after

DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))


def on(hour, minute=0, day=23):
    return datetime(2026, 11, day, hour, minute, tzinfo=clock.ZONE)


MOMENTS = st.integers(0, 525_600).map(lambda minute: on(0) + timedelta(minutes=minute))  # of a year


@pytest.mark.parametrize(
    ("hour", "minute", "asleep"), [(7, 59, True), (8, 0, False), (20, 59, False), (21, 0, True), (0, 0, True)]
)
def test_the_night_is_from_nine_to_eight(hour, minute, asleep):
    assert quiet(on(hour, minute)) is asleep


@given(MOMENTS)
def test_what_is_not_urgent_leaves_at_eight_within_a_day_and_never_at_night(now):
    ripe = clock.local(ripe_at(now, urgent=False))

    assert (ripe.hour, ripe.minute) == (8, 0)
    assert timedelta(0) < ripe - now <= timedelta(days=1)
    assert not quiet(ripe)
    assert ripe_at(now, urgent=True) == now


@given(MOMENTS, MOMENTS)
def test_two_things_of_one_day_ripen_together(one, other):
    """From one morning to the next everything gets the same moment: hence one digest a day."""
    same = (clock.local(one) - timedelta(hours=8)).date() == (clock.local(other) - timedelta(hours=8)).date()

    assert (ripe_at(one, urgent=False) == ripe_at(other, urgent=False)) is same


def test_at_night_only_what_is_near_wakes_anybody():
    assert presses(on(22), on(9, day=24))
    assert not presses(on(22), on(14, day=24))
    assert presses(on(14), on(14, day=30))


def test_the_next_channel_has_its_turn_within_ten_minutes():
    waited = timedelta()
    tries = 1
    while pause := tries_after(tries, another=True):
        waited, tries = waited + pause, tries + 1

    assert tries == 3 and waited <= timedelta(minutes=10)


def test_without_another_channel_one_tries_for_about_a_day():
    waited, tries = timedelta(), 1
    while pause := tries_after(tries, another=False):
        waited, tries = waited + pause, tries + 1

    assert timedelta(hours=20) < waited < timedelta(hours=26)


@given(due_on=DAYS, told_on=DAYS, off=st.sets(st.integers(0, 70)))
def test_the_ladder_never_repeats_a_rung_nor_speaks_too_late(due_on, told_on, off):
    """Day by day, whatever days the product was off."""
    climbed, said = [], {}
    for number in range(70):
        today = date(2026, 1, 1) + timedelta(days=number)
        if number in off or today < told_on:
            continue
        rung = rung_due(today, due_on, told_on, climbed)
        if rung:
            climbed.append(rung)
            said[today] = rung

    assert len(set(climbed)) == len(climbed) and set(climbed) <= set(LADDER)
    assert climbed == sorted(climbed, reverse=True)
    for day, rung in said.items():
        assert told_on < day < due_on and (due_on - day).days <= rung


def test_the_ladder_by_the_calendar():
    due, told = date(2026, 11, 30), date(2026, 11, 1)
    said = [rung_due(due - timedelta(days=days), due, told, set()) for days in range(9, -1, -1)]

    assert said == [None, None, 7, 7, 7, 7, 3, 3, 1, None]
    assert rung_due(date(2026, 11, 23), due, date(2026, 11, 23), set()) is None, "who was told today is not reminded today"
