"""Somebody who cannot come to a lecture asks to be on leave on their own page; it is leave once another agrees."""

import re
from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import select

from lms.core.uow import unit_of_work
from lms.ledger.service import verify
from lms.notices.models import Notice
from lms.registry.models import Person
from lms.registry.privacy.service import erase
from tests.attendance.test_leave import SYSTEM, entries, reason_of
from tests.lectures.builders import TITLE, make_lecture

ASKED = {"kind": "事假", "reason": "孩子住院"}


class ToCome(NamedTuple):
    lecture_id: UUID


@pytest.fixture
def to_come(world):
    """A lecture that people have been told of, with 刘洋 expected."""
    with unit_of_work(SYSTEM, "home") as uow:
        return ToCome(make_lecture(uow, world.here, state="notified").id)


def told(kind):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return list(uow.session.scalars(select(Notice.title).where(Notice.kind == kind).order_by(Notice.id)))


def status_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_who_cannot_come_asks_and_is_expected_until_the_trainer_agrees_with_one_tap(world, to_come, client_as):
    own, trainer, who = client_as(world.here.employee), client_as(world.here.trainer), world.here.person_ids[2]
    page = f"/lectures/{to_come.lecture_id}"
    assert "来不了，申请请假" in own.get(page).text

    done = own.post(f"{page}/own-leave", data=ASKED, follow_redirects=True).text
    assert "确认以前仍算应到" in done and "已登记“事假：孩子住院”，等确认" in done and "来不了，申请请假" not in done
    assert reason_of(to_come, who) is None and entries() == [], "nothing is leave by one's own word"
    assert told("lecture.leave-asked") == [f"刘洋申请请假：{TITLE}"] * 2, "the trainer and the head, and no inbox says why"

    seen = trainer.get(page)
    assert re.search(r"刘洋 0003 请假（待定）", status_of(seen)) and "孩子住院" in seen.text and "本人申请" in seen.text
    [decide] = set(re.findall(rf'action="({page}/leave/{who})"', seen.text))
    agreed = trainer.post(decide, data={"do": "confirm", "back": "lecture"})
    assert agreed.headers["Location"] == page

    assert reason_of(to_come, who) == "事假：孩子住院" and entries() == ["leave.given"]
    assert told("lecture.leave") == [f"请假已确认：{TITLE}"]
    assert "请假（待定）" not in trainer.get(page).text and "已确认请假" in own.get(page).text
    assert "不用再申请" in own.post(f"{page}/own-leave", data=ASKED, follow_redirects=True).text
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert verify(uow, world.here.enterprise_id).whole


def test_who_is_declined_reads_why_and_may_ask_again_or_withdraw(world, to_come, client_as):
    own, trainer, who = client_as(world.here.employee), client_as(world.here.trainer), world.here.person_ids[2]
    page = f"/lectures/{to_come.lecture_id}"
    own.post(f"{page}/own-leave", data=ASKED)
    trainer.post(f"{page}/leave/{who}", data={"do": "refuse", "reason": "当天要交接班"})

    after = own.get(page).text
    assert "当天要交接班" in after and "来不了，申请请假" in after
    assert told("lecture.leave") == [f"请假没有同意：{TITLE}"]

    own.post(f"{page}/own-leave", data={"kind": "病假"})
    assert "撤回，我能来" in own.get(page).text
    assert "请按时来听课" in own.post(f"{page}/own-leave/withdraw", follow_redirects=True).text
    assert reason_of(to_come, who) is None and entries() == ["leave.refused", "leave.refused"]
    assert "请假（待定）" not in trainer.get(page).text


def test_nobody_agrees_to_their_own_and_nobody_withdraws_what_another_wrote_down(world, to_come, client_as):
    page, trainer, own = f"/lectures/{to_come.lecture_id}", client_as(world.here.trainer), client_as(world.here.employee)
    herself = world.here.person_ids[1]
    assert "确认以前仍算应到" in trainer.post(f"{page}/own-leave", data=ASKED, follow_redirects=True).text
    trainer.post(f"{page}/leave/{herself}", data={"do": "confirm"})
    assert reason_of(to_come, herself) is None, "the trainer is expected as well"

    assert "没有等您确认的请假" in own.post(f"{page}/own-leave/withdraw", follow_redirects=True).text
    assert client_as(world.there.employee).post(f"{page}/own-leave", data=ASKED).status_code == 404


def test_leave_that_waited_for_a_lecture_called_off_is_asked_of_nobody_any_more(world, to_come, client_as):
    own, trainer, page = client_as(world.here.employee), client_as(world.here.trainer), f"/lectures/{to_come.lecture_id}"
    own.post(f"{page}/own-leave", data=ASKED)
    assert "请假等确认" in trainer.get(page).text
    trainer.post(f"{page}/cancel", data={"reason": "停电检修"})

    assert "请假等确认" not in trainer.get(page).text and "撤回，我能来" not in own.get(page).text


def test_once_the_lecture_has_begun_nobody_asks_any_more(world, hall, client_as):
    own = client_as(world.here.employee)

    assert "来不了，申请请假" not in own.get(f"/lectures/{hall.lecture_id}").text
    late = own.post(f"/lectures/{hall.lecture_id}/own-leave", data=ASKED, follow_redirects=True)
    assert "课已经开始" in late.text and entries() == []


def test_of_whoever_is_forgotten_by_law_no_inbox_says_that_they_asked(world, to_come, client_as):
    client_as(world.here.employee).post(f"/lectures/{to_come.lecture_id}/own-leave", data=ASKED)
    with unit_of_work(SYSTEM, "home") as uow:
        assert set(told("lecture.leave-asked")) == {f"刘洋申请请假：{TITLE}"}
        erase(uow, uow.session.get_one(Person, world.here.person_ids[2]))

    assert not any("刘洋" in title for title in told("lecture.leave-asked"))


def test_whoever_told_the_trainer_by_word_is_put_on_leave_from_the_list_of_a_lecture_to_come(world, to_come, client_as):
    trainer, head, who = client_as(world.here.trainer), client_as(world.here.head), world.here.person_ids[2]
    page = f"/lectures/{to_come.lecture_id}"
    assert f"{page}/attendance/" not in head.get(page).text, "who cannot write it down is led nowhere"
    [way] = re.findall(rf'href="({page}/attendance/{who})">刘洋', trainer.get(page).text)

    form = trainer.get(way).text
    assert "没带手机" not in form and "签到已经结束" not in form, "nobody can come to what has not begun"
    trainer.post(f"{page}/excuse/{who}", data=ASKED)
    assert reason_of(to_come, who) == "事假：孩子住院"
    assert status_of(trainer.get(page)).count("请假 1 人") == 2, "over the list, and at the department while it is folded"
