from collections import defaultdict
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.attendance.rules.flags import Elsewhere, Seen, flags_of
from lms.attendance.rules.rechecks import EVERYBODY, SAMPLE, WINDOW, answered, drawn, moment

START = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
END = START + timedelta(hours=1)
PEOPLE = [UUID(int=n) for n in range(1, 400)]


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def seen(who: int, seconds: float, *, device: str | None = None, mark: str = "in", **more) -> Seen:
    values = {"recorded_at": at(seconds), "device": device or f"phone-{who}", **more}
    return Seen(PEOPLE[who], mark, at(seconds), **values)


def elsewhere(who: int, seconds: float, lecture: int = 1) -> Elsewhere:
    return Elsewhere(PEOPLE[who], UUID(int=lecture), at(seconds), at(seconds), "消防演练")


def kinds(events, **more) -> list[str]:
    return [flag.kind for flag in flags_of(events, opened_at=at(-600), until=END, **more)]


def test_an_honest_hall_of_three_hundred_in_one_minute_raises_nothing():
    assert kinds([seen(n, n / 5) for n in range(300)]) == []


def test_two_on_one_phone_are_flagged_with_each_other():
    found = flags_of([seen(1, 0, device="a"), seen(2, 9, device="a"), seen(3, 9)], opened_at=at(-600), until=END)

    assert {(flag.kind, flag.person_id, flag.others) for flag in found} == {
        ("same_device", PEOPLE[1], (PEOPLE[2],)),
        ("same_device", PEOPLE[2], (PEOPLE[1],)),
    }


def test_people_on_one_phone_are_one_look_and_whoever_shares_another_phone_too_is_another():
    marks = [
        seen(1, 0, device="a"),
        seen(2, 9, device="a"),
        seen(3, 20, device="b"),
        seen(4, 30, device="b"),
        seen(5, 40, device="b"),
    ]

    def looks(marks):
        found = defaultdict(set)
        for flag in flags_of(marks, opened_at=at(-600), until=END):
            found[flag.look].add(PEOPLE.index(flag.person_id))
        return sorted(map(sorted, found.values()))

    assert looks(marks) == [[1, 2], [3, 4, 5]]
    assert looks([*marks, seen(2, 50, device="b")]) == [[1], [2], [3, 4, 5]], "who shares both is looked at by themselves"
    same_three = [*marks[:3], seen(1, 50, device="b"), seen(2, 60, device="b")]
    assert looks(same_three) == [[1, 2, 3]], "three who share two phones, in whatever order they came, are one look"


def station(who: int, seconds: float, method: str, **more) -> Seen:
    """A mark of a tablet or leader's phone, which has a key and no device number."""
    values = {"recorded_at": at(seconds), "device_at": at(seconds), **more}
    return Seen(PEOPLE[who], "in", at(seconds), method=method, station=UUID(int=900), **values)


def test_a_queue_at_a_tablet_or_a_leaders_phone_is_no_burst_however_long():
    assert kinds([station(n, n * 2.5, "kiosk") for n in range(300)]) == []
    assert kinds([station(n, n * 4, "leader", trust="leader") for n in range(60)]) == []


def test_a_queue_that_was_kept_offline_is_paced_by_the_clock_of_the_tablet():
    """What comes from a clock that was ahead is put at its arrival, all at once; the people came one after the other."""
    late = [Seen(PEOPLE[n], "in", at(0), at(0), "kiosk", station=UUID(int=900), device_at=at(n * 4)) for n in range(30)]

    assert kinds(late) == []


def test_sixty_two_people_in_forty_seconds_by_two_phones_are_one_flag_of_both():
    events = [seen(n, n * 0.6, device=f"phone-{n % 2}") for n in range(62)]

    [burst] = [flag for flag in flags_of(events, opened_at=at(-600), until=END) if flag.kind == "burst"]

    assert (burst.number, burst.devices, burst.at) == (62, 2, at(0))


@pytest.mark.parametrize("method", ["kiosk", "leader"])
def test_a_station_that_takes_one_person_a_second_is_a_burst(method):
    assert kinds([station(n, n, method) for n in range(40)]) == ["burst"]


def test_what_comes_after_somebody_looked_is_not_explained_by_it():
    def flag(kind, events, **more):
        return next(one for one in flags_of(events, opened_at=at(-600), until=END, **more) if one.kind == kind)

    burst = [seen(n, n, device="a") for n in range(20)]
    future = seen(1, 3600, trust="offline", recorded_at=at(1800))
    for kind, before, after, others in (
        ("burst", burst, [*burst, *(seen(n, 900 + n, device="b") for n in range(30, 45))], ()),
        ("burst", burst, [*burst, *(seen(n, 900 + n, device="a") for n in range(30, 45))], ()),
        ("same_device", burst, [*burst, seen(50, 900, device="a")], ()),
        ("two_at_once", [seen(1, 0)], [seen(1, 0)], (elsewhere(1, 60), elsewhere(1, 900, lecture=2))),
        ("clock_off", [future], [future, seen(1, 4000, trust="offline", recorded_at=at(1900))], ()),
    ):  # fmt: skip
        first, second = flag(kind, before, elsewhere=others[:1]), flag(kind, after, elsewhere=others)

        assert first.explained_by(kind, first.subject, at(2000)) and second.explained_by(kind, second.subject, at(2000))
        assert not second.explained_by(kind, first.subject, at(9000)), kind
        assert first.explained_by(kind, second.subject, at(9000)), "what is struck later opens nothing again"
        assert len(second.subject) <= 60


def test_a_second_mark_in_the_same_other_lecture_is_nothing_new():
    first, again = (
        flags_of([seen(1, 0)], opened_at=at(-600), until=END, elsewhere=marks)
        for marks in ([elsewhere(1, 60)], [elsewhere(1, 60), elsewhere(1, 900)])
    )

    assert first == again


@pytest.mark.parametrize(("minute", "flagged"), [(-1, False), (0, True), (30, True), (59, True), (61, False)])
def test_a_check_in_elsewhere_counts_only_while_somebody_is_here(minute, flagged):
    there = [elsewhere(1, minute * 60)]

    assert ("two_at_once" in kinds([seen(1, 0)], elsewhere=there)) is flagged
    assert "two_at_once" not in kinds([seen(2, 0)], elsewhere=there)


def test_who_checked_out_may_go_to_the_next_lecture():
    here = [seen(1, 0), seen(1, 1800, mark="out")]

    assert kinds(here, elsewhere=[elsewhere(1, 2000)]) == []


@pytest.mark.parametrize(("seconds", "arrived", "flagged"), [
    pytest.param(0, 1800, False, id="half an hour without a network is what offline is for"),
    pytest.param(3600, 1800, True, id="from the future"),
    pytest.param(-3600, 1800, True, id="before check-in was open"),
    pytest.param(1830, 1800, False, id="half a minute is no matter"),
])  # fmt: skip
def test_an_offline_phone_whose_clock_is_far_off_is_flagged(seconds, arrived, flagged):
    event = seen(1, seconds, trust="offline", recorded_at=at(arrived))

    assert ("clock_off" in kinds([event])) is flagged


def test_an_extra_and_a_missed_recheck_are_named():
    assert kinds([], extras=[PEOPLE[1]], missed={PEOPLE[2]: [at(0)]}) == ["missed_recheck", "not_on_list"]


@given(
    st.lists(
        st.builds(
            seen,
            st.integers(0, 5),
            st.integers(0, 90),
            device=st.sampled_from(["a", "b", "c"]),
            method=st.sampled_from(["scan", "code", "kiosk"]),
        ),
        max_size=30,
    ),
    st.randoms(use_true_random=False),
)
def test_order_and_repetition_of_events_change_no_flag(events, random):
    again = [*events, *events[:3]]
    random.shuffle(again)

    assert flags_of(again, opened_at=at(0), until=END) == flags_of(events, opened_at=at(0), until=END)


@given(st.sets(st.integers(0, 398)), st.binary(min_size=8, max_size=8).map(bytes.hex), st.randoms(use_true_random=False))
def test_a_sample_is_a_tenth_rounded_up_of_those_present_whatever_their_order(numbers, seed, random):
    people = [PEOPLE[n] for n in sorted(numbers)]
    shuffled = list(people)
    random.shuffle(shuffled)

    sample = drawn(people, SAMPLE, seed)

    assert len(sample) == -(-len(people) // 10)
    assert set(sample) <= set(people)
    assert drawn(shuffled, SAMPLE, seed) == sample
    assert set(drawn(people, EVERYBODY, seed)) == set(people)


@given(st.binary(min_size=1, max_size=16).map(bytes.hex))
def test_the_random_moment_lies_between_a_third_and_two_thirds_of_the_time_there_is(seed):
    assert at(1200) <= moment(START, END, seed) <= at(2400)
    assert moment(END, START, seed) == END


def test_the_window_has_both_its_ends():
    assert answered([at(0)], at(0), at(0) + WINDOW)
    assert answered([at(180)], at(0), at(0) + WINDOW)
    assert not answered([at(-1), at(181)], at(0), at(0) + WINDOW)


@pytest.mark.parametrize(("seconds", "flagged"), [(60, []), (-600, ["clock_off"]), (600, ["clock_off"])])
def test_a_tablet_with_a_wrong_clock_is_flagged_once_however_many_sign_on_it(seconds, flagged):
    marks = [seen(n, n * 10, method="kiosk", station=PEOPLE[0], clock_offset=seconds) for n in range(1, 5)]

    found = flags_of(marks, opened_at=at(-600), until=END)

    assert [flag.kind for flag in found] == flagged
    assert [(flag.subject, flag.person_id, flag.number) for flag in found] == [(str(PEOPLE[0]), None, 10)] * len(flagged)
