"""How it is known that somebody was there (可信等级) stands beside every name, and every total is told apart by it."""

import io
from datetime import timedelta

import openpyxl
from sqlalchemy import select

from lms.access.service import load_actor
from lms.archives.lecture_book import lecture_book
from lms.archives.official.lectures import signed_how
from lms.attendance import service as attendance
from lms.attendance.models import Mark, Method, Trust
from lms.core.uow import unit_of_work
from lms.lectures import service as lectures
from lms.lectures.models import Attendee, Lecture
from tests.credentials.scenes import SYSTEM
from tests.lectures.builders import make_lecture
from tests.world import acting

LEVELS = {2: (Method.SCAN, Trust.LIVE, "现场"), 3: (Method.SCAN, Trust.OFFLINE, "离线"), 4: (Method.PAPER, Trust.PAPER, "纸质")}


def test_the_level_stands_beside_every_name_and_splits_every_total(world, client_as):
    here = world.here
    with unit_of_work(SYSTEM, "system") as uow:
        start = uow.now - timedelta(minutes=60)
        lecture = make_lecture(uow, here, starts_at=start, minutes=60)
        lectures.open_check_in(uow, lecture)
        lectures.start(uow, lecture)
        for place, (method, trust, _word) in LEVELS.items():
            for kind, at in ((Mark.IN, start), (Mark.OUT, uow.now)):
                attendance.record(uow, lecture.sitting, here.person_ids[place], mark=kind, at=at, method=method, trust=trust)
        trainer = acting(uow, load_actor(uow, here.trainer), "home")
        one = uow.session.scalars(select(Attendee).where(Attendee.person_id == here.person_ids[0])).one()
        attendance.enter(trainer, lecture, one, mark=Mark.IN, at=start, reason="没带手机")
        attendance.enter(trainer, lecture, one, mark=Mark.OUT, at=uow.now, reason="没带手机")
        lectures.close(uow, lecture, start, uow.now)
        lecture_id = lecture.id
    expected = {"刘洋": "现场", "孙丽": "离线", "何军": "纸质", "陈建国": "代签"}

    officer = client_as(here.officer)
    board = "".join(officer.get(f"/lectures/{lecture_id}").text.split())
    for name, word in expected.items():
        place = board.index(f">{name}<") if f">{name}<" in board else board.index(name)
        assert word in board[place : place + 1500], f"{name}: {word}"
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        [people, *_others] = lecture_book(uow, uow.session.get_one(Lecture, lecture_id)).chapters
        told = {row[0]: row[6] for row in people.rows}
    assert {name: told[name] for name in expected} == expected
    signed = openpyxl.load_workbook(io.BytesIO(officer.get(f"/lectures/{lecture_id}/forms/1.xlsx").data)).active
    rows = {row[1]: row[6] for row in signed.iter_rows(values_only=True) if isinstance(row[0], (int, float))}
    assert (rows["刘洋"], rows["孙丽"], rows["何军"], rows["陈建国"]) == (
        "手机扫码本人确认", "手机扫码，离线送达", "纸质签到表", "培训管理员登记",
    )  # fmt: skip
    said = [signed_how(*one) for one in (
        (Method.KIOSK, Trust.LIVE), (Method.SCAN, Trust.LEADER), (Method.KIOSK, Trust.OFFLINE), (Method.LEADER, Trust.LEADER),
    )]  # fmt: skip
    assert said == ["签到机点名", "手机扫码，经放行、代为登记或统一签退", "签到机点名，离线送达", "班组长手机登记"], (
        "no phone, no leader where none was"
    )
    firm = "".join(officer.get(f"/enterprises/{here.enterprise_id}").text.split())
    assert all(f">{word}<" in firm for word in expected.values())
    hours = "".join(officer.get(f"/enterprises/{here.enterprise_id}/hours").text.split())
    assert "其中现场2" in hours and 'data-label="其中现场"class="end">2<' in hours, "four people, two of them first-hand"
    file = officer.get(f"/people/{here.person_ids[4]}/file").text
    assert "纸质" in file
