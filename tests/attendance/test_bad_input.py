"""Every line of bad input ends in a plain sentence and a way forward, and loses nothing."""

import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from lms.access.actor import Actor
from lms.app import create_app
from lms.attendance import queries, service
from lms.core.crypto import keyring
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.lectures import service as lectures
from lms.lectures.models import Attendee, Lecture
from tests.attendance.conftest import HALF_PAST_TWO, PHONES, TAILS, Hall, carried, events, identify, presences, scan, tap
from tests.conftest import settings_for
from tests.lectures.builders import make_lecture
from tests.world import change

SYSTEM = Actor.system("test")


def test_a_code_from_yesterday_is_refused_with_what_to_do(app, wall, hall):
    token, digits = hall.token(), hall.digits()
    wall.forward(hours=23)

    answer = app.test_client().get(f"/s/{token}")

    assert answer.status_code in (404, 410)
    assert "没有记录签到" in answer.text and "投影" in answer.text
    typed = app.test_client().post("/code", data={"digits": digits}).text
    assert "数字不对" in typed and "请看投影上现在的六位数字，再输一次" in typed
    assert events() == []


def test_a_code_of_another_enterprise_leads_to_nobody_there(app, world, wall, hall):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.there, state="open")
        theirs = Hall(lecture.id, lecture.sitting.id)
    phone = app.test_client()

    answer = identify(phone, scan(phone, theirs.token()), 2)

    assert "与花名册对不上" in answer.text and "请核对一遍" in answer.text and "请培训管理员人工登记" in answer.text
    assert events() == []


def test_an_altered_code_is_refused_and_logged(app, wall, hall, caplog):
    token = hall.token()
    altered = token[:8] + ("A" if token[8] != "A" else "B") + token[9:]

    answer = app.test_client().get(f"/s/{altered}")

    assert answer.status_code == 404 and "直接扫投影上的码" in answer.text
    assert [record.message for record in caplog.records if record.message == "code_refused"]
    assert events() == []


def test_a_code_forged_for_another_session_is_refused_every_time_and_logged(app, world, wall, hall, caplog):
    """A right code of this sitting, sent under the handle of another: for one to come, and for one that is open."""
    with unit_of_work(SYSTEM, "home") as uow:
        planned = make_lecture(uow, world.here, title="明天的课").sitting.id
        running = make_lecture(uow, world.here, title="隔壁的课", state="open").sitting.id
    mine = Hall(hall.lecture_id, hall.sitting_id)

    for other in (planned, running):
        secret, step = service.secret_of(mine.sitting_id), service.codes.rules.step_of(wall.at)
        forged = service.codes.rules.token(secret, other, "in", step, 1)
        assert [app.test_client().get(f"/s/{forged}").status_code for _ in range(3)] == [404] * 3

    assert len([record for record in caplog.records if record.message == "code_refused"]) == 6
    assert events() == []


def test_a_scan_replayed_by_another_person_is_refused_and_says_what_to_do(app, world, wall, hall, client_as):
    path = scan(app.test_client(), hall.token())

    thief = tap(client_as(world.here.employee), path, "confirm")

    assert thief.status_code == 404
    assert "请用自己的手机再扫一次" in thief.text
    assert events() == []


def test_a_scan_tried_by_another_phone_or_person_is_logged_and_shown_to_the_trainer(app, world, wall, hall, client_as, caplog):
    owner = app.test_client()
    path = scan(owner, hall.token())
    claim = carried(owner.get(path))
    identify(owner, path, 2)
    thief = client_as(world.here.employee)
    thief.get("/code")  # it has a cookie of its own
    for _ in range(2):
        assert thief.post("/checkin", data={"do": "confirm", "claim": claim}).status_code == 404
    path = scan(owner, hall.token())
    claim = carried(owner.get(path))
    identify(owner, path, 3)
    assert identify(owner, path, 4).status_code == 409
    assert app.test_client().post("/checkin", data={"do": "confirm", "claim": "made-up"}).status_code == 404

    assert len([record for record in caplog.records if record.message == "claim_refused"]) == 4
    assert len(events()) == 2
    page = client_as(world.here.trainer).get(f"/lectures/{hall.lecture_id}").text
    assert page.count("这部手机拿别的手机的扫码（") == 1 and page.count("想用已经算给") == 1
    assert client_as(world.there.trainer).get(f"/lectures/{hall.lecture_id}").status_code == 404


def test_who_is_not_on_the_list_is_offered_to_come_and_is_flagged(app, world, wall, hall):
    who = world.here.person_ids[2]
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.delete(uow.session.scalars(select(Attendee).where(Attendee.person_id == who)).one())
    phone = app.test_client()
    path = scan(phone, hall.token())
    identify(phone, path, 2)
    assert "我也参加了" in phone.get(path).text

    tap(phone, path, "extra")

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        found = queries.flags(uow, uow.session.get_one(Lecture, hall.lecture_id))
    assert [(flag.kind, flag.person_id) for flag in found] == [("not_on_list", who)]


def test_who_left_the_firm_is_told_since_when_and_whom_to_ask(app, world, wall, hall):
    change(world.here.person_ids[2], left_on=HALF_PAST_TWO.date().replace(day=20))
    phone = app.test_client()

    answer = identify(phone, scan(phone, hall.token()), 2)

    assert "2026-11-20 已登记离开本单位" in answer.text
    assert "请培训管理员恢复在册" in answer.text
    assert events() == []


def test_who_leaves_today_still_checks_in_today(app, world, wall, hall):
    change(world.here.person_ids[2], left_on=HALF_PAST_TWO.date())
    phone = app.test_client()

    identify(phone, scan(phone, hall.token()), 2)

    assert [event.person_id for event in events()] == [world.here.person_ids[2]]


def test_only_who_has_the_phone_and_the_number_learns_that_somebody_left(app, world, wall, hall):
    change(world.here.person_ids[2], left_on=HALF_PAST_TWO.date().replace(day=20))
    phone = app.test_client()

    answer = tap(phone, scan(phone, hall.token()), "identify", phone=PHONES[2], tail="0000")

    assert "离开" not in answer.text


def test_two_people_with_the_same_name_are_told_apart_everywhere(app, world, wall, hall, client_as):
    change(world.here.person_ids[3], name="刘洋")
    phone = app.test_client()

    identify(phone, scan(phone, hall.token()), 3)

    assert [event.person_id for event in events()] == [world.here.person_ids[3]]
    page = client_as(world.here.trainer).get(f"/lectures/{hall.lecture_id}").text
    assert "0003" in page and "0004" in page
    assert "工号" in client_as(world.here.trainer).get(f"/lectures/{hall.lecture_id}/people/{world.here.person_ids[3]}").text


def test_two_people_with_one_phone_and_the_same_last_four_are_taken_for_neither(app, world, wall, hall):
    change(
        world.here.person_ids[3], phone=PHONES[2], phone_hash=keyring().fingerprint(PHONES[2]),
        id_number="110101199001018441", id_number_hash=keyring().fingerprint("110101199001018441"),
    )  # fmt: skip
    phone = app.test_client()

    answer = identify(phone, scan(phone, hall.token()), 2)

    assert "请培训管理员人工登记" in answer.text
    assert events() == []


def test_a_phone_number_changed_since_is_said_changed_by_the_trainer_and_works(app, world, wall, hall, client_as):
    phone, new = app.test_client(), "19906030699"
    path = scan(phone, hall.token())
    refused = tap(phone, path, "identify", phone=new, tail=TAILS[2])
    assert "换过手机号的，请培训管理员" in refused.text

    client_as(world.here.trainer).post(f"/people/{world.here.person_ids[2]}/phone", data={"phone": new})
    tap(phone, path, "identify", phone=new, tail=TAILS[2])

    assert [event.scanned_at for event in events()] == [HALF_PAST_TWO]


def test_a_session_closed_while_somebody_signs_in_still_counts_the_scan(app, world, wall, hall):
    phone = app.test_client()
    path = scan(phone, hall.token())
    wall.forward(minutes=5)
    with unit_of_work(SYSTEM, "home") as uow:
        lectures.close(uow, uow.session.get_one(Lecture, hall.lecture_id), HALF_PAST_TWO, wall.at)

    identify(phone, path, 2)

    assert "已签到" in phone.get(path).text
    assert presences()[world.here.person_ids[2]].first_in_at == HALF_PAST_TWO


@pytest.mark.parametrize("said", ["这堂课已取消", "这堂课已作废"])
def test_a_lecture_called_off_while_somebody_signs_in_records_nobody_and_says_so(app, world, wall, hall, client_as, said):
    phone, known = app.test_client(), client_as(world.here.employee)
    path = scan(phone, hall.token())
    scan(known, hall.token())
    wall.forward(minutes=5)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, hall.lecture_id)
        if "取消" in said:
            lectures.cancel(uow, lecture, "停电检修")
        else:
            lectures.close(uow, lecture, HALF_PAST_TWO, wall.at)
            lectures.void(uow, lecture, "主讲人冒名")

    for answer in (identify(phone, path, 2), tap(known, path, "confirm"), known.get(path), phone.get("/checkin/visitor")):
        assert answer.status_code == 410
        assert said in answer.text
    assert events() == []


def test_a_server_that_starts_again_in_the_middle_loses_nothing(app, tmp_path, world, wall, hall):
    """Who was told so before is checked in and goes on with the same phone; the scan before, the sign-in after; and the code on
    the wall goes on being true.
    """
    phone, known = app.test_client(), app.test_client()
    assert "已签到" in identify(known, scan(known, hall.token()), 4).text
    of_known = {name: known.get_cookie(name).value for name in ("anke_device", "anke_claim", "anke_session", "anke_remember")}
    path, token = scan(phone, hall.token()), hall.token()
    cookies = {name: phone.get_cookie(name).value for name in ("anke_device", "anke_claim")}
    db.engine.dispose()
    folder = tmp_path / "again"
    folder.mkdir()
    kept = app.extensions["settings"].data_dir
    for name in ("anke.sqlite3", "anke.sqlite3-wal"):
        if (kept / name).exists():
            shutil.copy(kept / name, folder / name)

    restarted = create_app(settings_for(folder))
    restarted.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with restarted.app_context():
        again = restarted.test_client()
        for name in cookies:
            again.set_cookie(name, cookies[name])
        identify(again, path, 2)
        assert "已签到" in again.get(path).text
        assert [event.scanned_at for event in events()] == [HALF_PAST_TWO, HALF_PAST_TWO]
        other = restarted.test_client()
        identify(other, scan(other, token), 3)
        known = restarted.test_client()
        for name in of_known:
            known.set_cookie(name, of_known[name])
        assert "已签到" in known.get(path).text
        wall.forward(minutes=60)
        assert "已签退" in tap(known, scan(known, hall.token("out")), "confirm").text
        assert len(events()) == 4 and presences()[world.here.person_ids[4]].minutes == 60
        db.engine.dispose()


def test_nothing_asks_for_a_camera_or_a_place(app, wall, hall):
    """Neither is a gate, so no page may even ask; the browser is told so, and no script has the words."""
    policy = app.test_client().get(f"/s/{hall.token()}").headers["Permissions-Policy"]

    assert "geolocation=()" in policy
    assert "camera=()" in policy
    asking = re.compile(r"getUserMedia|geolocation|mediaDevices|navigator\.permissions")
    scripts = [*Path("lms/static/js").rglob("*.js"), *Path("lms/templates").rglob("*.html")]
    assert [str(path) for path in scripts if asking.search(path.read_text(encoding="utf-8"))] == []
    assert 'capture="' not in app.test_client().get("/code").text


@pytest.mark.parametrize("forged", ["not-a-scan", "00000000-0000-0000-0000-000000000000"])
def test_a_made_up_check_in_page_is_a_plain_refusal(app, wall, hall, forged):
    answer = app.test_client().get(f"/checkin/{forged}")

    assert answer.status_code == 404
    assert "Traceback" not in answer.text
