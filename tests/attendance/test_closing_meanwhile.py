"""On PostgreSQL whoever checks in while the lecture is being ended with 统一签退 is checked out with all the others."""

from datetime import timedelta
from threading import Thread
from uuid import uuid4

import pytest

from lms.access.actor import Actor
from lms.attendance import service
from lms.attendance.models import KnownBy, Mark, Method, Station, StationKind
from lms.attendance.service import arrivals, stations
from lms.core.uow import unit_of_work
from lms.lectures import service as lectures
from lms.lectures.models import Lecture, Sitting
from tests.attendance.conftest import HALF_PAST_TWO, presences
from tests.waiting import until_it_waits

SYSTEM = Actor.system("test")


@pytest.fixture
def app(app_on_postgres):
    return app_on_postgres


def test_who_comes_while_everybody_is_being_checked_out_is_too_by_a_tap_a_claim_or_a_tablet(app, world, wall, hall):
    tapping, claiming, at_tablet = world.here.person_ids[2:5]
    with unit_of_work(SYSTEM, "home") as uow:
        station_id = stations.add_station(uow, uow.session.get_one(Sitting, hall.sitting_id), StationKind.KIOSK).id
        seen = {"mark": Mark.IN, "method": Method.SCAN, "step": 1, "screen": "1"}
        mine, other = (service.new_claim(uow, hall.sitting_id, **seen, device_id=f"device-{n:020}") for n in range(2))
    queued = arrivals.Sent(uuid4(), at_tablet, Mark.IN, wall.at, wall.at, 0, KnownBy.WORK_NO, "0005", None)
    wall.forward(minutes=9)

    def tap():
        with app.app_context():
            assert service.tap(mine, tapping, timedelta(0)) is not None

    def close():
        tapper = Thread(target=tap)
        with app.app_context(), unit_of_work(Actor.system("赵倩"), "home") as uow:
            lecture = uow.session.get_one(Lecture, hall.lecture_id)
            lectures.close(uow, lecture, HALF_PAST_TWO, wall.at, check_out_rest=True)
            tapper.start()
            until_it_waits(tapper)
        tapper.join()

    closer = Thread(target=close)
    with unit_of_work(SYSTEM, "home") as uow:
        there, station = service.hall_of(uow, hall.sitting_id), uow.session.get_one(Station, station_id)
        assert there.open and station.sitting.takes_check_in, "the sitting was read while it took place"
        closer.start()
        closer.join()
        service.claim(uow, there, other, claiming)
        arrivals.receive(uow, station, [queued])

    assert [presences()[one].minutes for one in (tapping, claiming, at_tablet)] == [9, 9, 9]
