"""On PostgreSQL whoever waits for another one's step sees all that the other one did."""

import threading
from datetime import timedelta

import pytest

from lms.access.actor import Actor
from lms.core.uow import unit_of_work
from lms.lectures import rules, service
from lms.lectures.models import Lecture, LectureState, Sitting
from lms.lectures.service import feeds
from tests.lectures.builders import make_lecture
from tests.waiting import until_it_waits, written_at_once

SYSTEM = Actor.system("test")
HOUR = timedelta(hours=1)


@pytest.fixture
def app(app_on_postgres):
    return app_on_postgres


def elsewhere(app, act):
    """Somebody else does this, and commits, while the test has read and not yet held anything; returns what went wrong."""
    return written_at_once(app, [act])


def in_shifts(uow, side, opened=1):
    begins = uow.now - 3 * HOUR
    slots = tuple(
        service.Slot(begins + n * HOUR, begins + (n + 1) * HOUR, "一号厅", name) for n, name in enumerate(("早班", "中班"))
    )
    lecture = make_lecture(uow, side, slots=slots)
    for sitting in lecture.sittings[:opened]:
        service.open_check_in(uow, lecture, sitting)
    return lecture.id, [sitting.id for sitting in lecture.sittings]


def closing(lecture_id, sitting_id):
    def act(uow):
        sitting = uow.session.get_one(Sitting, sitting_id)
        ends = sitting.planned_ends_at
        service.close(uow, uow.session.get_one(Lecture, lecture_id), sitting.planned_starts_at, ends, sitting=sitting)

    return act


def test_a_lecture_of_which_a_shift_was_ended_meanwhile_is_not_called_off(app, world):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture_id, (morning, _noon) = in_shifts(uow, world.here)

    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        assert lecture.sittings[0].closed_at is None
        assert elsewhere(app, closing(lecture_id, morning)) == []
        with pytest.raises(rules.PartlyHeld):
            service.cancel(uow, lecture, "停电检修")


def test_the_last_two_shifts_ended_at_once_end_the_lecture(app, world):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture_id, (morning, noon) = in_shifts(uow, world.here, opened=2)

    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        assert [sitting.closed_at for sitting in lecture.sittings] == [None, None]
        assert elsewhere(app, closing(lecture_id, morning)) == []
        closing(lecture_id, noon)(uow)
        assert lecture.state == LectureState.CLOSED
    [fault] = elsewhere(app, closing(lecture_id, noon))
    assert isinstance(fault, rules.WrongState)


def test_two_clicks_on_one_notice_tell_once_and_two_calendars_get_one_line(app, world):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture_id = make_lecture(uow, world.here, state="draft").id
        feeds.subscribe(uow, world.here.enterprise_id, world.here.head_id)

    def publishing(uow):
        service.publish(uow, uow.session.get_one(Lecture, lecture_id))

    late: list[Exception] = []
    other = threading.Thread(target=lambda: late.extend(elsewhere(app, publishing)))
    with unit_of_work(SYSTEM, "home") as uow:
        publishing(uow)
        other.start()
        until_it_waits(other)
    other.join()
    assert [type(fault) for fault in late] == [rules.WrongState]

    together = threading.Barrier(4)

    def asking(uow):
        together.wait(10)  # each with its transaction begun
        feed = feeds.running_feed(uow, world.here.enterprise_id, world.here.head_id)
        feeds.written(uow, feed, "https://anke.example")

    assert written_at_once(app, [asking] * 4) == []
