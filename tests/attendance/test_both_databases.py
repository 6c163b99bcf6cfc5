"""The same hall on SQLite and on PostgreSQL: many hands at once, and what follows from them."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from lms.access.actor import Actor
from lms.access.tries import Wait, check_tries, note_wrong_try
from lms.attendance import queries, service
from lms.attendance.models import (
    AttendanceEvent,
    FlagResolution,
    HandMark,
    HeldMark,
    KnownBy,
    Mark,
    Method,
    Recheck,
    SignSheet,
    Station,
    StationKind,
    Visitor,
)
from lms.attendance.rules.flags import SAME_DEVICE
from lms.attendance.service import OneAtATime, arrivals, stations
from lms.attendance.service.late import hold_late_scan
from lms.core.uow import unit_of_work
from lms.lectures import queries as lecture_queries
from lms.lectures import service as lectures
from lms.lectures.models import Attendee, Lecture, Sitting
from lms.ledger.service import verify
from tests.attendance.conftest import HALF_PAST_TWO, events, presences
from tests.waiting import at_once, written_at_once

SYSTEM = Actor.system("test")


@pytest.fixture
def app(app_on_either):
    return app_on_either


def scans(hall, number):
    with unit_of_work(SYSTEM, "home") as uow:
        return [
            service.new_claim(
                uow, hall.sitting_id, mark=Mark.IN, method=Method.SCAN, step=1, screen="1", device_id=f"device-{n:020}"
            )
            for n in range(number)
        ]


def claiming(made, person_id):
    def act(uow):
        service.claim(uow, service.hall_of(uow, made.sitting_id, must_be_open=False), made, person_id)

    return act


def test_one_scan_claimed_by_many_hands_is_one_event(app, world, wall, hall):
    [made] = scans(hall, 1)

    faults = written_at_once(app, [claiming(made, world.here.person_ids[2])] * 8)

    assert faults == []
    assert len(events()) == 1
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert verify(uow, world.here.enterprise_id).whole


def taps_at_once(app, taps):
    """What comes back to each of many phones that tap at the same moment, every one three times."""

    def tap(made, person_id):
        with app.app_context():
            recorded = service.tap(made, person_id, timedelta(0))
            return made.id, person_id, recorded and recorded.person_id

    return at_once([partial(tap, *one) for one in taps * 3])


def test_a_hall_that_taps_at_once_and_again_is_recorded_once_each_with_its_chain(app, world, wall, hall):
    people = world.here.person_ids[1:]
    taps = list(zip(scans(hall, len(people)), people, strict=True))

    got = taps_at_once(app, taps)

    assert sorted(got) == sorted((made.id, person_id, person_id) for made, person_id in taps * 3)
    assert sorted((event.claim_id, event.person_id) for event in events()) == sorted((made.id, who) for made, who in taps)
    assert {person_id for person_id, row in presences().items() if row.first_in_at} == set(people)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert verify(uow, world.here.enterprise_id).whole


def test_one_scan_tapped_for_two_people_is_of_one_and_refused_to_the_other(app, world, wall, hall):
    [made], people = scans(hall, 1), world.here.person_ids[2:4]

    got = taps_at_once(app, [(made, person_id) for person_id in people])

    [event] = events()
    assert {(asked, told) for _id, asked, told in got} == {
        (person_id, person_id if person_id == event.person_id else None) for person_id in people
    }


def test_a_tap_of_somebody_not_on_the_list_or_of_another_firm_records_nothing(app, world, wall, hall):
    [first, second] = scans(hall, 2)

    assert service.tap(first, world.there.person_ids[2], timedelta(0)) is None
    assert service.tap(second, uuid4(), timedelta(0)) is None
    assert events() == []


def test_several_scans_of_one_person_at_once_are_all_kept_and_give_one_presence(app, world, wall, hall):
    person_id = world.here.person_ids[2]

    faults = written_at_once(app, [claiming(made, person_id) for made in scans(hall, 8)])

    assert faults == []
    assert len(events()) == 8
    assert presences()[person_id].first_in_at == HALF_PAST_TWO


def test_a_claim_that_meets_the_closing_is_not_lost(app, world, wall, hall):
    people = world.here.person_ids[:4]
    claims = scans(hall, 4)
    wall.forward(minutes=9)

    def closing(uow):
        lectures.close(uow, uow.session.get_one(Lecture, hall.lecture_id), HALF_PAST_TWO, wall.at, check_out_rest=False)

    faults = written_at_once(app, [closing, *(claiming(made, who) for made, who in zip(claims, people, strict=True))])

    assert faults == []
    assert {who for who, row in presences().items() if row.first_in_at} == set(people)
    assert len(presences()) == 5


def test_the_pages_ask_in_words_both_understand(app, world, wall, hall):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        sitting = queries.sitting_with_lecture(uow, hall.sitting_id)
        assert queries.board(uow, sitting.lecture).counts.absent == 5
        assert queries.tally(uow, sitting, Mark.IN, names=True).waiting == 5
        assert queries.sittings_opened_lately(uow) == [hall.sitting_id]
        assert [row.expected for row in lecture_queries.listed(uow, past=False).rows] == [5]
        assert lecture_queries.listed(uow, past=True).rows == [] and lecture_queries.listed(uow, past=True).total == 0


def test_what_is_sent_twice_at_the_same_moment_is_there_once_and_nobody_sees_a_fault(app, world, wall, hall):
    [visiting, late, unlisted, *shared] = scans(hall, 5)
    guest, first, second = world.here.person_ids[2:5]
    for made, person_id in zip(shared, (first, second), strict=True):
        assert written_at_once(app, [claiming(replace(made, device_id="one phone"), person_id)]) == []
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.delete(uow.session.scalars(select(Attendee).where(Attendee.person_id == guest)).one())

    def in_hall(act):
        return lambda uow: act(uow, service.hall_of(uow, hall.sitting_id))

    def visit(uow, here):
        scan = service.keep(uow, here, visiting)
        service.visit(uow, queries.sitting_with_lecture(uow, here.id), "王强", "湘江消防", scan)

    def ask(uow, here):
        with suppress(OneAtATime):
            service.ask_now(uow, queries.sitting_with_lecture(uow, here.id), 100)

    acts = {
        Visitor: visit,
        HeldMark: lambda uow, here: hold_late_scan(uow, here, late, first),
        Attendee: lambda uow, here: service.come_as_extra(uow, here, unlisted, guest),
        FlagResolution: lambda uow, here: service.resolve(
            uow, uow.session.get_one(Lecture, here.lecture_id), SAME_DEVICE, str(second)
        ),
        Recheck: ask,
        AttendanceEvent: lambda uow, here: service.answer(uow, uow.session.scalars(select(Recheck)).one(), first),
        SignSheet: lambda uow, here: service.make_sheet(uow, uow.session.get_one(Sitting, here.id)),
        HandMark: lambda uow, here: service.key_in(
            uow, uow.session.scalars(select(SignSheet)).one(), {1}, (), in_at=HALF_PAST_TWO, out_at=None
        ),
    }
    there = {}
    for model, act in acts.items():
        before = number(model)
        faults = written_at_once(app, [in_hall(act)] * 4)
        there[model.__name__] = (faults, number(model) - before)

    once = {model.__name__: ([], 1) for model in acts}
    assert there == once | {"FlagResolution": ([], 2)}, "a line for each of the two on the phone"
    assert {whose for *_tap, whose in taps_at_once(app, [(visiting, second)])} == {None}, "it made a visitor"
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert verify(uow, world.here.enterprise_id).whole


def number(model):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return uow.session.scalar(select(func.count(model.id)))


def test_two_queues_with_the_same_people_in_another_order_wait_for_each_other_and_count_once(app, world, wall, hall):
    with unit_of_work(SYSTEM, "home") as uow:
        sitting = uow.session.get_one(Sitting, hall.sitting_id)
        station_ids = [stations.add_station(uow, sitting, StationKind.KIOSK).id for _ in range(2)]

    def queue(people):
        """In at one after the other, then out."""
        return [
            arrivals.Sent(uuid4(), person, mark, wall.at, wall.at + timedelta(seconds=n), 0, KnownBy.WORK_NO, number, None)
            for mark, later in ((Mark.IN, 0), (Mark.OUT, 10))
            for n, (number, person) in enumerate(people, later)
        ]

    people = [(f"{n + 1:04}", person) for n, person in enumerate(world.here.person_ids)]
    queues = [queue(people), queue(people[::-1])]
    wall.forward(minutes=30)

    def sending(station_id, marks):
        return lambda uow: arrivals.receive(uow, uow.session.get_one(Station, station_id), marks)

    faults = written_at_once(app, [sending(*one) for one in list(zip(station_ids, queues, strict=True)) * 3])

    assert faults == []
    assert sorted(str(event.sent_id) for event in events()) == sorted(str(one.sent_id) for marks in queues for one in marks)


def test_guesses_that_arrive_together_are_counted_one_after_the_other(app, wall):
    waited = []

    def guess(uow):
        try:
            check_tries(uow, "code:a phone")
            note_wrong_try(uow, "code:a phone")
        except Wait:
            waited.append(1)

    faults = written_at_once(app, [guess] * 20)

    assert faults == []
    assert len(waited) == 15
