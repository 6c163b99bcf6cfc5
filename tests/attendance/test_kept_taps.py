"""A tap on the check-in page that waited for a network counts when it was made in time."""

import html
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from lms.attendance.models import PresenceStatus, Trust
from tests.attendance.conftest import HALF_PAST_TWO, PHONES, TAILS, events, presences, scan, tap
from tests.attendance.letters import seal


def identify(phone, path, who, waited):
    return tap(phone, path, "identify", phone=PHONES[who], tail=TAILS[who], waited=waited)


def test_what_was_tapped_in_time_counts_half_an_hour_later_and_says_so(app, world, wall, hall):
    phone = app.test_client()
    path = scan(phone, hall.token())
    wall.forward(minutes=31)

    answer = identify(phone, path, 2, waited=30 * 60)

    assert answer.status_code == 200
    [event] = events()
    assert event.scanned_at == HALF_PAST_TWO
    assert event.recorded_at == HALF_PAST_TWO + timedelta(minutes=31)
    assert event.trust == Trust.OFFLINE
    assert presences()[world.here.person_ids[2]].status == PresenceStatus.PRESENT
    page = phone.get(path).text
    assert "2026-11-23 14:30:00" in page and "2026-11-23 15:01:00" in page and "离线" in page


def test_what_was_typed_is_kept_sealed_for_the_server_and_is_worth_nothing_beside_another_scan(app, wall, hall):
    """Whoever takes the phone reads no number in its storage, and whoever copies the letter is nobody by it."""
    phone, other = app.test_client(), app.test_client()
    scan(phone, hall.token())
    box = re.search(r'data-box="([^"]+)"', phone.get("/checkin").text)[1]
    fields = {"claim": phone.get_cookie("anke_claim").value, "do": "identify", "phone": PHONES[2], "tail": TAILS[2]}
    letter = seal(urlencode(fields), html.unescape(box))
    path = scan(other, hall.token())

    assert "请填写手机号" in tap(other, path, "identify", sealed=letter).text
    assert "请填写手机号" in tap(phone, path, "identify", sealed=letter[:-8] + "AAAAAAA=").text
    assert events() == []
    assert "已签到" in tap(phone, path, "identify", sealed=letter, waited="60").text
    assert len(events()) == 1


def test_a_short_wait_is_as_good_as_none(app, wall, hall):
    phone = app.test_client()
    path = scan(phone, hall.token())
    wall.forward(minutes=5)

    identify(phone, path, 2, waited=4 * 60)

    assert [event.trust for event in events()] == [Trust.LIVE]


@pytest.mark.parametrize(
    ("minutes", "waited"),
    [
        pytest.param(31, "", id="nothing was kept"),
        pytest.param(31, "0", id="no wait"),
        pytest.param(31, "1200", id="tapped after ten minutes"),
        pytest.param(31, "-1860", id="negative"),
        pytest.param(31, "9" * 40, id="for ever"),
        pytest.param(31, "１８６０", id="no digits of ours"),
        pytest.param(26 * 60, str(26 * 3600), id="a day late"),
    ],
)
def test_what_was_not_tapped_in_time_does_not(app, wall, hall, minutes, waited):
    phone = app.test_client()
    path = scan(phone, hall.token())
    wall.forward(minutes=minutes)

    assert identify(phone, path, 2, waited).status_code == 410
    assert events() == []


def test_a_known_phone_that_lost_the_network_and_came_as_an_extra(app, world, wall, hall, client_as):
    from sqlalchemy import delete

    from lms.access.actor import Actor
    from lms.core.uow import unit_of_work
    from lms.lectures.models import Attendee

    with unit_of_work(Actor.system("test"), "home") as uow:
        uow.session.execute(delete(Attendee).where(Attendee.person_id == world.here.person_ids[2]))
    phone = client_as(world.here.employee)
    path = scan(phone, hall.token())
    wall.forward(minutes=31)

    tap(phone, path, "extra", waited="1800")

    assert [event.trust for event in events()] == [Trust.OFFLINE]
