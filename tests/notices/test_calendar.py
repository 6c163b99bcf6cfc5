"""Calendar feeds: what a calendar makes of them, and who may have them."""

import re
from datetime import date, timedelta
from uuid import UUID

import icalendar
import pytest
from sqlalchemy import select

from lms.access.models import Membership, Role
from lms.core.uow import unit_of_work
from lms.lectures import service
from lms.lectures.models import Lecture
from tests.lectures.builders import make_lecture
from tests.notices.conftest import SYSTEM
from tests.world import change


def address(client, which="own"):
    """A feed's path, from the page that shows it once."""
    page = client.post(f"/calendar/{which}")
    assert page.status_code == 200
    return re.search(r'value="http://anke\.test(/calendar/[^"]+\.ics)"', page.text).group(1)


def events(client, path):
    """The events by title, read by the library from what came over the wire."""
    answer = client.get(path)
    assert answer.status_code == 200
    calendar = icalendar.Calendar.from_ical(answer.data)
    return {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}


@pytest.fixture
def lecture_id(world):
    with unit_of_work(SYSTEM, "home") as uow:
        return make_lecture(uow, world.here, starts_at=uow.now.replace(microsecond=0) + timedelta(days=5)).id


def test_a_lecture_is_in_the_calendar_at_its_time_and_place(app, world, client_as, lecture_id):
    path = address(client_as(world.here.employee))

    (event,) = events(app.test_client(), path).values()

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        sitting = uow.session.get_one(Lecture, lecture_id).sitting
    assert event.start == sitting.planned_starts_at and event.end == sitting.planned_ends_at
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert (str(event["LOCATION"]), str(event["STATUS"]), event["SEQUENCE"]) == ("3 号会议室", "CONFIRMED", 0)
    assert str(event["URL"]) == f"http://anke.test/lectures/{lecture_id}"


def test_a_changed_and_a_cancelled_lecture_change_in_place(app, world, client_as, lecture_id):
    path = address(client_as(world.here.trainer), "enterprise")
    anybody = app.test_client()
    (first,) = events(anybody, path).values()

    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        lecture.sitting.place = "食堂"
    (moved,) = events(anybody, path).values()
    with unit_of_work(SYSTEM, "home") as uow:
        service.cancel(uow, uow.session.get_one(Lecture, lecture_id), "台风")
    (off,) = events(anybody, path).values()

    assert first["UID"] == moved["UID"] == off["UID"]
    assert [event["SEQUENCE"] for event in (first, moved, off)] == [0, 1, 2]
    assert str(moved["LOCATION"]) == "食堂"
    assert str(off["STATUS"]) == "CANCELLED" and "台风" in str(off["DESCRIPTION"])


def test_a_void_lecture_and_a_shift_that_was_not_held_are_called_what_they_are(app, world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        begins, hour = uow.now - timedelta(hours=3), timedelta(hours=1)
        slots = tuple(service.Slot(begins + n * hour, begins + (n + 1) * hour, "一号厅", f"{n}班") for n in range(2))
        lecture = make_lecture(uow, world.here, slots=slots)
        service.open_check_in(uow, lecture)
        service.close(uow, lecture, begins, begins + hour)
        service.finish(uow, lecture)
        lecture_id, title = lecture.id, lecture.title
    path, anybody = address(client_as(world.here.employee)), app.test_client()
    found = events(anybody, path)
    assert {str(event["SUMMARY"]).partition("：")[0]: str(event["STATUS"]) for event in found.values()} == {
        "安全课": "CONFIRMED", "没有举行": "CANCELLED"
    }  # fmt: skip

    with unit_of_work(SYSTEM, "home") as uow:
        service.void(uow, uow.session.get_one(Lecture, lecture_id), "签到是代签的")
    void = events(anybody, path)[f"已作废：{title}"]
    assert "签到是代签的" in str(void["DESCRIPTION"])


def test_nothing_new_is_304_and_costs_no_body(app, world, client_as, lecture_id):
    path = address(client_as(world.here.employee))
    anybody = app.test_client()
    first = anybody.get(path)

    again = anybody.get(path, headers={"If-None-Match": first.headers["ETag"]})
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Lecture, lecture_id).title = "改了"
    changed = anybody.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert changed.status_code == 200
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"


def test_lines_are_folded_and_ended_as_the_standard_has_it(app, world, client_as, lecture_id):
    """RFC 5545 §3.1, checked on the bytes: CR LF ends every line, none is longer than 75 octets, none splits a character."""
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Lecture, lecture_id).title = "粉尘防爆，有限空间；" * 11
    body = app.test_client().get(address(client_as(world.here.employee))).data

    lines = body.split(b"\r\n")
    assert lines[-1] == b"" and b"\n" not in b"".join(lines) and b"\r" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()
    unfolded = re.sub(rb"\r\n[ \t]", b"", body).decode().split("\r\n")
    assert unfolded[0] == "BEGIN:VCALENDAR" and unfolded[-2] == "END:VCALENDAR"
    summary = next(line for line in unfolded if line.startswith("SUMMARY:"))
    assert summary == "SUMMARY:安全课：" + "粉尘防爆，有限空间；" * 11
    zone = unfolded[unfolded.index("BEGIN:VTIMEZONE") : unfolded.index("END:VTIMEZONE")]
    assert "TZID:Asia/Shanghai" in zone and "TZOFFSETTO:+0800" in zone
    for needed in ("VERSION:2.0", "PRODID:-//anke//lectures//ZH"):
        assert unfolded.count(needed) == 1


def test_an_address_that_was_revoked_or_replaced_or_guessed_is_dead(app, world, client_as, lecture_id):
    me, anybody = client_as(world.here.employee), app.test_client()
    old = address(me)
    new = address(me)
    assert anybody.get(old).status_code == 404
    assert anybody.get(new).status_code == 200

    me.post("/calendar/own/revoke")

    assert anybody.get(new).status_code == 404
    assert anybody.get("/calendar/aaaa.ics").status_code == 404


def test_the_secret_is_not_in_the_database_and_shown_once(app, world, client_as, lecture_id):
    from lms.core.db import db

    me = client_as(world.here.employee)
    secret = address(me).removeprefix("/calendar/").removesuffix(".ics")

    assert secret not in me.get("/calendar").text
    with db.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT * FROM calendar_feed").all()
    assert secret not in repr(kept)


def test_a_person_has_own_lectures_only_and_loses_them_when_leaving(app, world, client_as, lecture_id):
    path = address(client_as(world.here.employee))
    with unit_of_work(SYSTEM, "home") as uow:
        make_lecture(uow, world.there, title="别家的课")
        make_lecture(uow, world.here, title="还是草稿", state="draft")
    anybody = app.test_client()
    assert len(events(anybody, path)) == 1

    change(world.here.person_ids[2], left_on=date(2026, 1, 1))

    assert anybody.get(path).status_code == 404


def test_a_feed_of_the_enterprise_ends_with_the_membership_of_whoever_made_it(app, world, client_as, lecture_id):
    path, anybody = address(client_as(world.here.trainer), "enterprise"), app.test_client()
    assert len(events(anybody, path)) == 1

    with unit_of_work(SYSTEM, "home") as uow:
        user_id = UUID(world.here.trainer.removeprefix("user:"))
        for row in uow.session.scalars(select(Membership).where(Membership.user_id == user_id, Membership.role == Role.TRAINER)):
            row.ends_on = uow.today - timedelta(days=1)

    assert anybody.get(path).status_code == 404


def test_an_employee_gets_no_feed_of_the_whole_enterprise(world, client_as):
    assert client_as(world.here.employee).post("/calendar/enterprise").status_code == 404
    assert client_as(world.here.officer).get("/calendar").status_code == 404
