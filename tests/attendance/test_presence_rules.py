from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.attendance.rules import Derived, Mark, Span, counting, derive, minutes_present, weakest

START = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


HELD = Span(at(0), at(60))
TRUSTS = ("live", "offline", "leader", "paper", "backfill", "imported")
marks_of_a_person = st.lists(
    st.builds(
        Mark,
        kind=st.sampled_from(["in", "out", "recheck"]),
        at=st.integers(-30, 100).map(at),
        method=st.sampled_from(["scan", "code", "trainer"]),
        trust=st.sampled_from(TRUSTS),
        for_all=st.booleans(),
    ),
    max_size=8,
)


def of(*pairs: tuple[str, float]) -> list[Mark]:
    return [Mark(kind, at(minute)) for kind, minute in pairs]


@pytest.mark.parametrize(("marks", "minutes"), [
    pytest.param(of(("in", 0), ("out", 60)), 60, id="the whole lecture"),
    pytest.param(of(("in", -9), ("out", 75)), 60, id="before and after do not count"),
    pytest.param(of(("in", 0), ("out", 10), ("in", 20), ("out", 45)), 35, id="a break is taken off"),
    pytest.param(of(("in", 0)), None, id="no check-out is not known"),
    pytest.param(of(("out", 45)), None, id="no check-in is not known"),
    pytest.param(of(("in", 0), ("out", 30), ("in", 40)), 30, id="came back and never left: what was proven stays"),
    pytest.param(of(("in", 0), ("out", 0), ("in", 1)), None, id="nothing was proven before"),
    pytest.param(of(("in", 0), ("out", 60), ("in", 61)), 60, id="the wrong code after the end does no harm"),
    pytest.param(of(("in", 0), ("in", 20), ("out", 60)), 60, id="the first of two check-ins counts"),
    pytest.param(of(("in", 10.5), ("out", 30)), 19, id="rounded down"),
    pytest.param(of(("in", 0), ("recheck", 30), ("out", 60)), 60, id="a re-check ends nothing"),
    pytest.param(of(("recheck", 30), ("out", 60)), 30, id="who was re-checked was there from then on"),
    pytest.param([], None, id="nobody came"),
    pytest.param(of(("in", 0), ("recheck", 40)), 40, id="who answered and has no check-out was there until then"),
    pytest.param(of(("in", 0), ("out", 30), ("recheck", 40)), 30, id="an answer after a check-out opens nothing unknown"),
    pytest.param(of(("in", 0), ("out", 30), ("recheck", 40), ("out", 60)), 50, id="back by the time of the answer"),
    pytest.param(of(("recheck", 20)), None, id="one answer alone is a moment, not minutes"),
    pytest.param(of(("in", -5), ("recheck", -2)), None, id="an answer before it began proves no minute"),
])  # fmt: skip
def test_minutes_present(marks, minutes):
    assert minutes_present(marks, HELD) == minutes


@pytest.mark.parametrize(("marks", "status", "late"), [
    pytest.param(of(("in", -9)), "present", 0, id="early"),
    pytest.param(of(("in", 0.9)), "present", 0, id="less than a minute is on time"),
    pytest.param(of(("in", 11)), "late", 11, id="late"),
    pytest.param(of(("in", 0), ("out", 54)), "left_early", 0, id="left early"),
    pytest.param(of(("in", 11), ("out", 40)), "left_early", 11, id="late and left early"),
    pytest.param(of(("in", 0), ("out", 56)), "present", 0, id="the door is narrow"),
])  # fmt: skip
def test_status_of_a_closed_lecture(marks, status, late):
    derived = derive(marks, HELD, closed=True, excused=False)

    assert (derived.status, derived.late_minutes) == (status, late)


def test_who_is_there_by_the_time_in_the_notice_is_not_late_although_the_lecturer_began_earlier():
    called_for = HELD.start + timedelta(minutes=6)

    on_time = derive(of(("in", 5)), HELD, closed=True, excused=False, called_for=called_for)
    after = derive(of(("in", 8)), HELD, closed=True, excused=False, called_for=called_for)

    assert [(each.status, each.late_minutes) for each in (on_time, after)] == [("present", 0), ("late", 2)]


def test_nobody_has_left_early_while_it_runs():
    assert derive(of(("in", 0), ("out", 20)), HELD, closed=False, excused=False).status == "present"


def test_who_was_excused_and_came_is_present():
    assert derive([], HELD, closed=True, excused=True).status == "excused"
    assert derive(of(("in", 0), ("out", 60)), HELD, closed=True, excused=True).status == "present"
    assert derive([], HELD, closed=True, excused=False).status == "absent"


def test_trust_is_the_weakest():
    assert weakest(["live", "leader", "offline"]) == "leader"
    assert weakest([]) is None


@given(marks_of_a_person, st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_the_marks_does_not_matter(marks, random, closed):
    shuffled = list(marks)
    random.shuffle(shuffled)

    assert derive(shuffled, HELD, closed=closed, excused=False) == derive(marks, HELD, closed=closed, excused=False)


@given(marks_of_a_person, st.data())
def test_a_mark_that_arrives_twice_changes_nothing(marks, data):
    if not marks:
        return
    again = data.draw(st.sampled_from(marks))

    assert derive([*marks, again], HELD, closed=True, excused=False) == derive(marks, HELD, closed=True, excused=False)


@given(marks_of_a_person, st.lists(st.integers(0, 60).map(at), max_size=3))
def test_an_answered_recheck_never_takes_minutes_away_and_a_missed_one_is_no_mark_at_all(marks, answers):
    before = minutes_present(marks, HELD)

    after = minutes_present([*marks, *(Mark("recheck", answer) for answer in answers)], HELD)

    assert (after or 0) >= (before or 0)


@given(marks_of_a_person, st.integers(1, 58), st.integers(1, 40))
def test_one_check_in_more_never_takes_minutes_away(marks, left, later):
    before, again = [*(mark for mark in marks if mark.at <= at(left)), *of(("in", 0), ("out", left))], left + later

    assert (minutes_present([*before, Mark("in", at(again))], HELD) or 0) >= (minutes_present(before, HELD) or 0)


@given(marks_of_a_person, st.sampled_from([60, 70]))
def test_checking_everybody_out_changes_nothing_for_whoever_had_left_and_is_the_end_for_whoever_had_not(marks, ends):
    own = [mark for mark in marks if not mark.for_all]
    before = derive(own, HELD, closed=True, excused=False)

    after = derive([*own, Mark("out", at(ends), "trainer", "leader", for_all=True)], HELD, closed=True, excused=False)

    if before.last_out_at is not None:
        assert after == before
    elif before.first_in_at is not None and all(mark.at <= HELD.end for mark in own):
        assert (after.last_out_at, after.at_least, after.trust) == (at(ends), False, weakest([before.trust, "leader"]))


def test_whoever_has_nothing_but_a_check_out_has_not_come():
    for closed in (False, True):
        only_out = derive(of(("out", 59)), HELD, closed=closed, excused=False)
        assert (only_out.status, only_out.first_in_at, only_out.last_out_at, only_out.minutes) == ("absent", None, at(59), None)
    assert derive(of(("out", 59)), HELD, closed=True, excused=True).status == "excused"


@given(marks_of_a_person)
def test_minutes_without_a_check_out_are_called_at_least(marks):
    derived = derive(marks, HELD, closed=True, excused=False)

    assert derived.at_least == (derived.minutes is not None and derived.last_out_at is None)
    if derived.at_least:
        assert derived.status != "left_early"


@given(st.lists(st.none() | st.integers(0, 60), min_size=1, max_size=4))
def test_of_several_sittings_the_longest_counts_and_only_one(minutes):
    each = [Derived("present", minutes=known) for known in minutes]

    chosen = each[counting(each)].minutes

    assert chosen == max((known for known in minutes if known is not None), default=None)


close_together = marks_of_a_person.map(
    lambda marks: [replace(mark, at=at((mark.at - START).total_seconds() // 1500 * 25)) for mark in marks]
)
held_in_shifts = st.lists(  # each as long as it really was, one that ended after a minute too, with what was seen of somebody
    st.tuples(st.integers(-5, 30), st.integers(1, 90), close_together).map(
        lambda told: (Span(at(told[0]), at(told[0] + told[1])), told[2])
    ),
    min_size=1,
    max_size=3,
)


@given(held_in_shifts, st.booleans(), st.booleans(), st.none() | st.integers(-10, 20).map(at), st.randoms(use_true_random=False))
def test_in_any_shifts_however_short_and_on_leave_order_and_repeats_change_nothing_and_minutes_never_exceed_the_shift(
    shifts, closed, excused, called_for, random
):
    def each(order):
        return [derive(order(marks), held, closed=closed, excused=excused, called_for=called_for) for held, marks in shifts]

    plainly = each(list)

    assert each(lambda marks: random.sample(marks + marks, 2 * len(marks))) == plainly
    for (held, _marks), one in zip(shifts, plainly, strict=True):
        assert one.minutes is None or 0 <= one.minutes <= (held.end - held.start) // timedelta(minutes=1)
    chosen = plainly[counting(plainly)]
    assert all(one.minutes is None or (chosen.minutes or 0) >= one.minutes for one in plainly), "a person counts once"
