import hmac
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from flask import url_for
from flask_babel import refresh
from sqlalchemy import func, select

from lms.access import tries
from lms.access.actor import Actor
from lms.access.models import User
from lms.attendance import rules, service
from lms.attendance.models import Mark, Method, PresenceStatus, Trust
from lms.attendance.queries import attendee_of
from lms.attendance.service import together
from lms.core.db import db
from lms.core.uow import UnitOfWork, unit_of_work
from lms.lectures import service as lectures
from lms.lectures.models import Attendee, Lecture
from tests.attendance.conftest import HALF_PAST_TWO, PHONES, TAILS, carried, events, identify, presences, scan, tap
from tests.attendance.test_board import statements
from tests.lectures.builders import make_lecture
from tests.waiting import at_once

SYSTEM = Actor.system("test")


def rows() -> dict[str, int]:
    """How many rows each table has."""
    with db.engine.connect() as connection:
        return {name: connection.scalar(select(func.count()).select_from(table)) for name, table in db.metadata.tables.items()}


def in_lecture(hall, act):
    with unit_of_work(SYSTEM, "home") as uow:
        return act(uow, uow.session.get_one(Lecture, hall.lecture_id))


def taps(world, hall, *numbers):
    """What the phones of these people send when their owners tap at the same moment, having scanned just now."""
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        made = [
            service.new_claim(uow, hall.sitting_id, mark=Mark.IN, method=Method.SCAN, step=1, screen="1", device_id=f"{n:024}")
            for n in numbers
        ]
    return [together.Tap(one, world.here.person_ids[n], timedelta(0)) for one, n in zip(made, numbers, strict=True)]


def write(group):
    with unit_of_work(SYSTEM, "public") as uow:
        together._write(uow, group)


def test_a_new_phone_scans_first_and_identifies_after(app, world, wall, hall):
    phone = app.test_client()
    wall.forward(seconds=8)
    path = scan(phone, hall.token())
    wall.forward(seconds=40)

    done = identify(phone, path, 2)

    for page in (done, phone.get(path)):
        assert page.status_code == 200
        assert "已签到</h1>" in page.text
        assert "刘洋" in page.text
        assert "14:30:08" in page.text
    [event] = events()
    assert (event.person_id, event.mark, event.method, event.trust) == (
        world.here.person_ids[2], Mark.IN, Method.SCAN, Trust.LIVE,
    )  # fmt: skip
    assert event.scanned_at == HALF_PAST_TWO + timedelta(seconds=8)
    assert event.recorded_at == HALF_PAST_TWO + timedelta(seconds=48)
    assert presences()[event.person_id].status == PresenceStatus.PRESENT


def test_a_known_phone_needs_one_tap(app, world, wall, hall, client_as):
    phone = client_as(world.here.employee)
    path = scan(phone, hall.token())
    page = phone.get(path)
    assert "刘洋" in page.text
    assert "不是我" in page.text
    assert events() == []

    tap(phone, path, "confirm")

    assert [event.person_id for event in events()] == [world.here.person_ids[2]]


def test_a_browser_that_is_out_by_a_changed_password_checks_nobody_in_by_itself(app, world, wall, hall, client_as):
    phone = client_as(world.here.trainer)
    assert "赵倩" in phone.get(scan(phone, hall.token())).text
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(User, UUID(world.here.trainer.partition(":")[2])).password_changed_at = uow.now

    path = scan(phone, hall.token())
    assert "赵倩" not in phone.get(path).text
    tap(phone, path, "confirm")
    assert events() == []


def test_pages_that_a_hall_shares_show_each_person_only_what_is_their_own(app, world, wall, hall):
    """What is around a name is drawn once; a name in it is never a neighbour's."""
    shown = {}
    for number, name in ((1, "赵倩"), (2, "刘洋")):
        phone = app.test_client()
        done = identify(phone, scan(phone, hall.token()), number)
        asked = phone.get(f"/s/{hall.token('out')}")
        shown[name] = done.text, asked.text

    for name, pages in shown.items():
        for text in pages:
            assert name in text
            assert not any(other in text for other in shown if other != name)


def test_a_tap_without_the_claim_of_the_page_records_nothing(app, world, wall, hall, client_as):
    """Another site can make a phone post, with all its cookies; what it cannot know is the claim in the form."""
    phone = client_as(world.here.employee)
    path = scan(phone, hall.token())

    assert phone.post(path, data={"do": "confirm"}).status_code == 404

    assert events() == []


def squeezed(page):
    return "".join(page.split())


def test_a_script_that_sends_the_tap_gets_only_what_changes_and_where_to_read_it_again(app, world, wall, hall, client_as):
    phone = client_as(world.here.employee)
    claim = carried(phone.get(f"/s/{hall.token()}"))

    part = phone.post("/checkin", data={"do": "confirm", "claim": claim}, headers={"X-Part": "main"})

    assert "<title>已签到" in part.text and "刘洋" in part.text and "<head" not in part.text.replace("<header", "")
    assert part.headers["Content-Location"] == "/checkin"
    assert squeezed(part.text[part.text.index("<main") :]) in squeezed(phone.get("/checkin").text)


def test_a_page_between_scan_and_check_in_begins_no_session(app, world, wall, hall):
    phone = app.test_client()

    scan(phone, hall.token())

    assert phone.get_cookie("anke_session") is None


def test_a_phone_that_identified_is_remembered(app, world, wall, hall):
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)
    wall.forward(minutes=50)

    path = scan(phone, hall.token("out"))

    assert "刘洋" in phone.get(path).text
    tap(phone, path, "confirm")
    assert "50 分钟" in phone.get(path).text
    assert [event.mark for event in events()] == [Mark.IN, Mark.OUT]


@pytest.mark.parametrize(("minutes", "seconds", "taken"), [(9, 59, True), (10, 0, True), (10, 1, False)])
def test_a_slow_sign_in_costs_nothing_for_ten_minutes(app, world, wall, hall, minutes, seconds, taken):
    phone = app.test_client()
    path = scan(phone, hall.token())
    wall.forward(minutes=minutes, seconds=seconds)

    answer = identify(phone, path, 2)

    if taken:
        assert [event.scanned_at for event in events()] == [HALF_PAST_TWO]
        assert presences()[world.here.person_ids[2]].late_minutes == 0
    else:
        assert answer.status_code == 410
        assert "10 分钟内没有确认身份" in answer.text
        assert events() == []
        assert phone.get(path).status_code == 410


def test_a_code_older_than_thirty_seconds_is_refused_and_says_what_to_do(app, wall, hall):
    token = hall.token()
    wall.forward(seconds=29)
    assert app.test_client().get(f"/s/{token}").status_code == 200
    wall.forward(seconds=1)

    answer = app.test_client().get(f"/s/{token}")

    assert answer.status_code == 410
    assert "再扫一次投影上的新码" in answer.text
    assert "没有签到" in answer.text


def test_a_forged_code_records_nothing(app, wall, hall):
    for forged in ("A" * 20, "A" * 36, hall.token()[:-1] + "~", hall.token()[::-1]):
        answer = app.test_client().get("/s/" + forged)
        assert answer.status_code == 404
        assert "请直接扫投影上的码" in answer.text
        assert not [cookie for cookie in answer.headers.getlist("Set-Cookie") if "anke_claim" in cookie]


def test_the_code_of_a_lecture_that_is_not_open_is_refused(app, world, wall, hall):
    token = hall.token()
    in_lecture(hall, lambda uow, lecture: lectures.cancel(uow, lecture, "停电"))

    assert app.test_client().get(f"/s/{token}").status_code == 410

    with unit_of_work(SYSTEM, "home") as uow:
        planned = make_lecture(uow, world.here, state="notified").sitting.id
    hall.sitting_id = planned
    answer = app.test_client().get(f"/s/{hall.token()}")
    assert answer.status_code == 410
    assert "没有开放签到" in answer.text and "请找培训管理员补登" in answer.text


def test_a_scan_belongs_to_the_phone_that_made_it(app, world, wall, hall, client_as):
    claim = carried(app.test_client().get(f"/s/{hall.token()}"))

    thief = client_as(world.here.employee)
    thief.get("/code")  # it has a cookie of its own
    answers = [thief.get("/checkin"), thief.post("/checkin", data={"do": "confirm", "claim": claim})]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert all("请用自己的手机再扫一次" in answer.text for answer in answers)
    assert events() == []


def test_a_claim_is_worth_what_we_signed_and_nothing_else(app, world, wall, hall, client_as):
    phone = client_as(world.here.employee)
    claim = carried(phone.get(f"/s/{hall.token()}"))

    for at in range(0, len(claim) - 1, 7):
        other = claim[:at] + ("A" if claim[at] != "A" else "B") + claim[at + 1 :]
        assert phone.post("/checkin", data={"do": "confirm", "claim": other}).status_code == 404
    assert events() == []
    assert phone.post("/checkin", data={"do": "confirm", "claim": claim}).status_code == 200


def test_scanning_writes_nothing_until_somebody_says_who_they_are(app, world, wall, hall):
    """One live code must not be able to fill the database."""
    before = rows()
    for _ in range(20):
        app.test_client().get(f"/s/{hall.token()}")

    assert rows() == before


def test_a_page_that_is_loaded_again_is_the_same_scan_however_old_its_code(app, world, wall, hall, client_as):
    phone = client_as(world.here.employee)
    address = f"/s/{hall.token()}"
    claim = carried(phone.get(address))
    wall.forward(minutes=5)
    assert app.test_client().get(address).status_code == 410

    again = phone.get(address)
    phone.post("/checkin", data={"do": "confirm", "claim": claim})

    assert carried(again) == claim
    assert "已签到</h1>" in phone.get(address).text
    assert [event.scanned_at for event in events()] == [HALF_PAST_TWO]


def test_a_phone_chooses_its_language_on_the_page_it_is_on_and_keeps_its_scan(app, world, wall, hall):
    phone, code = app.test_client(), f"/s/{hall.token()}"
    app.test_client().get(code)  # in Chinese
    assert 'action="/locale/en"' in phone.get(code).text

    back = phone.post("/locale/en", headers={"Referer": f"http://localhost{code}"}).location
    wall.forward(minutes=2)
    refresh()  # the requests of a test share a context, which remembers the language
    page = phone.get(back).text

    assert back == code and '<html lang="en"' in page and "确认签到" not in page and 'action="/locale/zh"' in page
    identify(phone, "/checkin", 2)
    assert [event.person_id for event in events()] == [world.here.person_ids[2]]


def test_a_phone_that_is_passed_on_at_once_scans_anew(app, world, wall, hall, client_as):
    phone = client_as(world.here.employee)
    address = f"/s/{hall.token()}"
    first = carried(phone.get(address))
    phone.post("/checkin", data={"do": "confirm", "claim": first})

    identify(phone, scan(phone, hall.token()), 3)

    assert [event.person_id for event in events()] == world.here.person_ids[2:4]
    assert len({event.device_id for event in events()}) == 1


def test_two_tabs_each_carry_their_own_scan(app, world, wall, hall, client_as):
    phone = client_as(world.here.employee)
    came = carried(phone.get(f"/s/{hall.token()}"))
    wall.forward(minutes=8)
    left = carried(phone.get(f"/s/{hall.token('out')}"))

    phone.post("/checkin", data={"do": "confirm", "claim": came})
    phone.post("/checkin", data={"do": "confirm", "claim": left})

    assert [(event.mark, event.scanned_at) for event in sorted(events(), key=lambda event: event.scanned_at)] == [
        (Mark.IN, HALF_PAST_TWO), (Mark.OUT, HALF_PAST_TWO + timedelta(minutes=8)),
    ]  # fmt: skip


def test_a_phone_without_cookies_is_told_so(app, wall, hall):
    phone = app.test_client(use_cookies=False)
    claim = carried(phone.get(f"/s/{hall.token()}"))

    answer = phone.post("/checkin", data={"do": "identify", "claim": claim, "phone": PHONES[2], "tail": TAILS[2]})

    assert answer.status_code == 404
    assert "浏览器没有保存 Cookie" in answer.text


def test_a_scan_is_claimed_once(app, world, wall, hall):
    phone = app.test_client()
    path = scan(phone, hall.token())
    claim = carried(phone.get(path))
    identify(phone, path, 2)

    again = phone.post(path, data={"do": "confirm", "claim": claim})
    other = identify(phone, path, 3)

    assert again.status_code == 200 and "已签到</h1>" in again.text
    assert other.status_code == 409
    assert "每个人签到都要自己再扫一次" in other.text
    assert len(events()) == 1


def test_sent_again_long_after_it_is_still_the_same_check_in(app, world, wall, hall, client_as):
    phone = client_as(world.here.employee)
    claim = carried(phone.get(f"/s/{hall.token()}"))
    phone.post("/checkin", data={"do": "confirm", "claim": claim})
    wall.forward(minutes=40)

    again = phone.post("/checkin", data={"do": "confirm", "claim": claim})

    assert again.status_code == 200 and "14:30:00" in again.text
    assert len(events()) == 1


def test_a_code_of_yesterday_and_one_of_another_enterprise(app, world, wall, hall, client_as):
    yesterday = hall.token()
    with unit_of_work(SYSTEM, "home") as uow:
        theirs = make_lecture(uow, world.there, state="open").sitting.id
    elsewhere = rules.token(service.secret_of(theirs), theirs, "in", rules.step_of(wall.at), 1)
    wrong_hall = client_as(world.here.employee).get(f"/s/{elsewhere}")
    wall.forward(days=1)
    old = client_as(world.here.employee).get(f"/s/{yesterday}")

    assert wrong_hall.status_code == 200
    assert "鸿和平机械" in wrong_hall.text and 'name="phone"' in wrong_hall.text and "刘洋" not in wrong_hall.text
    assert old.status_code == 404 and "请直接扫投影上的码" in old.text
    assert events() == []


def test_success_is_said_only_of_what_is_in_the_database(app, world, wall, hall, monkeypatch):
    """B3: the page after the tap reads the event back; without one, whether its commit failed or was lost, it is no success."""
    phone = app.test_client()
    path = scan(phone, hall.token())

    page = phone.get(path)

    assert "已签到</h1>" not in page.text
    assert 'name="phone"' in page.text

    def fails(_uow):
        raise OSError("no space left on the disk")

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    commit = UnitOfWork._finish
    for broken in (fails, UnitOfWork.rollback):
        monkeypatch.setattr(UnitOfWork, "_finish", lambda uow, broken=broken: (broken if uow._write else commit)(uow))
        answer = identify(phone, path, 2)
        assert answer.status_code == 500 and "已签到" not in answer.text
    monkeypatch.setattr(UnitOfWork, "_finish", commit)
    assert events() == []
    assert "已签到</h1>" in identify(phone, path, 2).text
    assert [event.person_id for event in events()] == [world.here.person_ids[2]]


def test_a_second_scan_says_since_when(app, world, wall, hall):
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)
    wall.forward(minutes=12)
    path = scan(phone, hall.token())

    tap(phone, path, "confirm")

    assert "14:30 已签到" in phone.get(path).text
    assert presences()[world.here.person_ids[2]].late_minutes == 0


def test_wrong_digits_of_the_id_number_record_nothing_and_keep_what_was_typed(app, wall, hall):
    phone = app.test_client()
    path = scan(phone, hall.token())

    page = tap(phone, path, "identify", phone="199 0603 0610", tail="0000")

    assert "对不上" in page.text
    assert 'value="19906030610"' in page.text
    assert events() == []


def test_five_wrong_identifications_wait_a_minute(app, wall, hall):
    phone = app.test_client()
    path = scan(phone, hall.token())
    for _ in range(5):
        tap(phone, path, "identify", phone=PHONES[2], tail="0000")

    assert "过 60 秒再试" in identify(phone, path, 2).text
    assert events() == []
    wall.forward(seconds=61)
    assert identify(phone, path, 2).status_code == 200
    assert len(events()) == 1


def test_a_phone_number_cannot_be_tried_through_from_many_devices(app, wall, hall):
    for _ in range(10):
        device = app.test_client()
        tap(device, scan(device, hall.token()), "identify", phone=PHONES[2], tail="0000")

    last = app.test_client()

    assert "再试" in identify(last, scan(last, hall.token()), 2).text
    assert events() == []


def test_nobody_of_another_enterprise_can_check_in(app, world, wall, hall, client_as):
    stranger = client_as(world.there.employee)
    path = scan(stranger, hall.token())

    page = stranger.get(path)
    tap(stranger, path, "confirm")
    tap(stranger, path, "extra")
    answer = tap(stranger, path, "identify", phone=str(int(PHONES[2]) + 1), tail=TAILS[2])

    assert 'name="phone"' in page.text
    assert "对不上" in answer.text
    assert events() == []


def test_who_is_not_on_the_list_is_told_so_and_may_come_as_an_extra(app, world, wall, hall, client_as):
    me = world.here.person_ids[2]
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.delete(uow.session.scalar(select(Attendee).where(Attendee.person_id == me)))
    phone = client_as(world.here.employee)
    path = scan(phone, hall.token())

    tap(phone, path, "confirm")
    assert events() == []
    page = phone.get(path)
    assert "您不在这堂课的应到名单上" in page.text
    assert "我也参加了" in page.text
    tap(phone, path, "extra")

    assert "名单外" in phone.get(path).text
    assert [event.person_id for event in events()] == [me]
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalar(select(Attendee.is_extra).where(Attendee.person_id == me))


def test_the_scan_counts_even_when_the_lecture_closes_before_the_sign_in(app, world, wall, hall):
    phone = app.test_client()
    wall.forward(minutes=30)
    path = scan(phone, hall.token())
    wall.forward(minutes=5)
    in_lecture(hall, lambda uow, lecture: lectures.close(uow, lecture, HALF_PAST_TWO, wall.at))

    identify(phone, path, 2)

    presence = presences()[world.here.person_ids[2]]
    assert (presence.status, presence.late_minutes) == (PresenceStatus.LATE, 30)


def test_whose_scan_arrives_after_everybody_was_checked_out_is_checked_out_too(app, world, wall, hall, client_as):
    """Also where nobody was in yet when the lecture ended; whose checking out was corrected since stays as it was corrected."""
    known, stranger, again = client_as(world.here.employee), app.test_client(), app.test_client()
    paths, at_once = [scan(phone, hall.token()) for phone in (known, stranger, again)], taps(world, hall, 0, 1)
    wall.forward(minutes=5)
    with unit_of_work(Actor.system("赵倩"), "home") as uow:
        lectures.close(uow, uow.session.get_one(Lecture, hall.lecture_id), HALF_PAST_TWO, wall.at, check_out_rest=True)
    assert events() == []
    wall.forward(minutes=2)

    tap(known, paths[0], "confirm")
    identify(stranger, paths[1], 3)
    write(at_once)

    people = world.here.person_ids[:4]
    assert [(presences()[one].minutes, presences()[one].trust) for one in people] == [(5, Trust.LEADER)] * 4
    outs = [event for event in events() if event.mark is Mark.OUT]
    assert {(event.person_id, event.entered_by) for event in outs} == {(one, "赵倩") for one in people}
    out_of = next(event for event in outs if event.person_id == people[3])
    client_as(world.here.trainer).post(f"/marks/{out_of.id}/correct", data={"what": "void", "reason": "没有待到散会"})
    identify(again, paths[2], 3)
    assert presences()[people[3]].minutes is None


def test_fifty_confirmations_at_once_give_one_event(app, world, wall, hall, client_as):
    first = client_as(world.here.employee)
    claim = carried(first.get(f"/s/{hall.token()}"))
    device = first.get_cookie("anke_device").value

    def confirm():
        with app.app_context():
            phone = client_as(world.here.employee)
            phone.set_cookie("anke_device", device)
            return phone.post("/checkin", data={"do": "confirm", "claim": claim}).status_code

    assert at_once([confirm] * 50) == [200] * 50
    assert len(events()) == 1


def test_a_group_of_taps_is_written_by_nine_statements_and_ends_the_leave_of_whoever_is_in_it(world, wall, hall):
    """A hall taps hundreds of times in a minute: of each group that is written together, every statement is waited for by all."""
    on_leave = world.here.person_ids[3]
    in_lecture(hall, lambda uow, lecture: service.excuse(uow, lecture, attendee_of(uow, lecture.id, on_leave), "病假"))

    assert statements(lambda: write(taps(world, hall, 1, 2, 4)), "INSERT", "UPDATE") == 9
    write(taps(world, hall, 0, 3))
    assert {row.status for row in presences().values()} == {PresenceStatus.PRESENT}
    assert in_lecture(hall, lambda uow, lecture: attendee_of(uow, lecture.id, on_leave).excused_reason) is None


def test_six_digits_stand_in_for_the_code(app, world, wall, hall, client_as):
    phone = client_as(world.here.employee)
    digits = hall.digits()

    answer = phone.post("/code", data={"digits": f"{digits[:3]} {digits[3:]}"})
    tap(phone, answer.location, "confirm")

    [event] = events()
    assert (event.method, event.trust) == (Method.CODE, Trust.LIVE)


def test_five_wrong_codes_wait_sixty_seconds(app, wall, hall):
    phone = app.test_client()
    phone.get("/code")
    wrong = f"{(int(hall.digits()) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert "数字不对" in phone.post("/code", data={"digits": wrong}).text

    assert "60 秒" in phone.post("/code", data={"digits": hall.digits()}).text
    wall.forward(seconds=61)
    assert phone.post("/code", data={"digits": hall.digits()}).status_code == 303


def wrong_digits(hall):
    return f"{(int(hall.digits()) + 1) % 1_000_000:06}"


def test_who_guesses_codes_without_keeping_the_cookie_waits_and_keeps_no_newcomer_waiting(app, wall, hall):
    """An address is shared by a hall: whoever opened the page has our cookie, and is not counted with those who have none."""
    for _ in range(60):
        app.test_client().post("/code", data={"digits": wrong_digits(hall)})
    honest = app.test_client()
    honest.get("/code")

    assert "再试" in app.test_client().post("/code", data={"digits": hall.digits()}).text
    assert honest.post("/code", data={"digits": hall.digits()}).status_code == 303
    wall.forward(seconds=61)
    assert app.test_client().post("/code", data={"digits": hall.digits()}).status_code == 303


def test_who_takes_a_new_cookie_for_each_guess_is_stopped_far_above_what_a_hall_mistypes(app, wall, hall, monkeypatch):
    most, wait = tries.LIMITS["crowd"]
    assert most >= 0.25 * 2000, "a quarter of 2,000 people in one minute"
    monkeypatch.setitem(tries.LIMITS, "crowd", (20, wait))

    def come(digits):
        phone = app.test_client()
        phone.get("/code")
        return phone.post("/code", data={"digits": digits})

    for _ in range(25):
        assert come(hall.digits()).status_code == 303, "right digits count against nobody"
    for _ in range(20):
        assert "数字不对" in come(wrong_digits(hall)).text

    assert "再试" in come(hall.digits()).text
    wall.forward(seconds=61)
    assert come(hall.digits()).status_code == 303


def test_old_digits_are_refused(app, wall, hall):
    digits = hall.digits()
    wall.forward(seconds=31)

    assert "数字不对" in app.test_client().post("/code", data={"digits": digits}).text


def test_the_device_cookie_is_random_and_kept_for_two_years(app, wall, hall):
    phone = app.test_client()
    header = phone.get(f"/s/{hall.token()}").headers.getlist("Set-Cookie")[0]

    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Max-Age=63072000" in header
    first = phone.get_cookie("anke_device").value
    phone.get(f"/s/{hall.token()}")
    assert phone.get_cookie("anke_device").value == first
    with app.test_request_context():
        assert url_for("attendance.scan", token="x") == "/s/x"


def test_a_code_is_judged_by_our_key_alone_and_in_the_same_way_right_or_wrong(app, wall, hall, monkeypatch):
    """No database, and every comparison in constant time: neither the time nor the load of an answer tells of the code."""
    compared = []
    same = hmac.compare_digest
    monkeypatch.setattr(rules.codes.hmac, "compare_digest", lambda one, other: compared.append(1) or same(one, other))
    right = hall.token()
    wall.forward(seconds=20)

    def judge(token):
        compared.clear()
        with suppress(service.CodeForged, service.CodeExpired):
            service.read_code(token, wall.at)
        return len(compared)

    number = judge(right)
    assert number > 0
    assert judge(right[:-12] + right[-12:].swapcase()) >= number, "a forged one is compared no less"
    assert statements(lambda: judge(right)) == 0
    forged = app.test_client()
    assert statements(lambda: forged.get(f"/s/{right.swapcase()}")) == 0
