"""A code scanned while the phone had no network: its time is kept, and it counts once the trainer has confirmed the person."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.access.actor import Actor
from lms.attendance.models import HeldMark, Method, Scan, Trust
from lms.attendance.rules.codes import step_of
from lms.core.uow import unit_of_work
from lms.lectures import service as lectures
from lms.lectures.models import Attendee, Lecture
from tests.attendance.conftest import HALF_PAST_TWO, PHONES, TAILS, events, tap

SYSTEM = Actor.system("test")


def late(phone, token, waited: timedelta):
    return phone.post("/s/late", data={"token": token, "waited": str(int(waited.total_seconds()))})


def held() -> list[HeldMark]:
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return list(uow.session.scalars(select(HeldMark)))


def test_half_an_hour_without_a_network_keeps_the_step_and_waits_for_the_trainer(app, world, wall, hall, client_as):
    token = hall.token()
    wall.forward(minutes=30)
    phone = app.test_client()
    path = late(phone, token, timedelta(minutes=30)).location
    waits = tap(phone, path, "identify", phone=PHONES[2], tail=TAILS[2]).text
    assert "等培训管理员确认" in waits and "14:30:00" in waits and "15:00:00" in waits
    assert events() == []
    trainer = client_as(world.here.trainer)
    page = trainer.get(f"/sittings/{hall.sitting_id}/stations").text
    assert "刘洋" in page and "扫码时手机没有网络" in page

    [one] = held()
    wall.forward(minutes=40)
    trainer.post(f"/held/{one.id}", data={"do": "count", "note": "坐在第三排"})

    [event] = events()
    assert (event.scanned_at, event.method, event.trust, event.reason) == (
        HALF_PAST_TWO,
        Method.SCAN,
        Trust.LEADER,  # the trainer's word, not the product's own eyes
        "坐在第三排",
    )
    assert (event.step, event.entered_by) == (step_of(HALF_PAST_TWO), "赵倩")
    done = phone.get(path).text
    assert "已签到</h1>" in done and "代签" in done
    record = f"/lectures/{hall.lecture_id}/people/{world.here.person_ids[2]}"
    for page in (f"/lectures/{hall.lecture_id}", record):
        seen = trainer.get(page).text
        assert "14:30:00" in seen and "离线签的，2026-11-23 15:00:00 传到" in seen
        assert '<span class="trust leader">代签</span>' in seen and '<span class="trust offline">离线</span>' in seen
        assert re.search("赵倩 (登记|确认算数)", seen)


def test_a_picture_of_the_screen_sent_to_a_chat_is_worth_nothing_half_an_hour_later(app, wall, hall):
    token = hall.token()
    wall.forward(minutes=30)

    assert app.test_client().get(f"/s/{token}").status_code == 410
    assert late(app.test_client(), token, timedelta(seconds=20)).status_code == 410
    forged = late(app.test_client(), token, timedelta(minutes=30))
    assert forged.status_code == 303
    assert events() == []  # and whoever claims it goes to the trainer


@pytest.mark.parametrize("minutes", [61, 24 * 60])
def test_after_an_hour_a_code_proves_nothing(app, wall, hall, minutes):
    token = hall.token()
    wall.forward(minutes=minutes)

    assert late(app.test_client(), token, timedelta(minutes=minutes)).status_code in (404, 410)


@pytest.mark.parametrize("token", ["", "A" * 20, "x" * 4000, "../late"])
def test_what_is_no_code_is_refused(app, wall, hall, token):
    assert late(app.test_client(), token, timedelta(minutes=1)).status_code == 404
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalars(select(Scan)).all() == []


def test_a_lecture_closed_meanwhile_takes_what_was_scanned_before(app, wall, hall, client_as, world):
    token = hall.token()
    wall.forward(minutes=20)
    with unit_of_work(SYSTEM, "home") as uow:
        lectures.close(uow, uow.session.get_one(Lecture, hall.lecture_id), HALF_PAST_TWO, wall.at)
    wall.forward(minutes=20)
    phone = client_as(world.here.employee)

    path = late(phone, token, timedelta(minutes=40)).location
    tap(phone, path, "confirm")
    tap(phone, path, "confirm")

    assert len(held()) == 1


def test_who_was_not_on_the_list_comes_as_an_extra_when_the_trainer_confirms(app, wall, hall, client_as, world):
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.delete(uow.session.scalars(select(Attendee).where(Attendee.person_id == world.here.person_ids[2])).one())
    token = hall.token()
    wall.forward(minutes=10)
    phone = client_as(world.here.employee)
    tap(phone, late(phone, token, timedelta(minutes=10)).location, "confirm")

    [one] = held()
    client_as(world.here.trainer).post(f"/held/{one.id}", data={"do": "count"})

    assert [event.person_id for event in events()] == [world.here.person_ids[2]]
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalars(select(Attendee.is_extra).where(Attendee.person_id == world.here.person_ids[2])).all() == [
            True
        ]


def test_what_the_trainer_declined_is_told_on_the_phone(app, wall, hall, client_as, world):
    token = hall.token()
    wall.forward(minutes=10)
    phone = client_as(world.here.employee)
    path = late(phone, token, timedelta(minutes=10)).location
    tap(phone, path, "confirm")
    [one] = held()

    client_as(world.here.trainer).post(f"/held/{one.id}", data={"do": "decline", "note": "他今天在外地"})

    assert "他今天在外地" in phone.get(path).text
    assert events() == []
