"""Who is reminded of what, and who is not any more."""

from collections import Counter
from datetime import timedelta

import pytest
from flask_babel import refresh
from sqlalchemy import delete, select, update

from lms.attendance.models import Mark, Method, Presence, PresenceStatus, Trust
from lms.attendance.service import record
from lms.campaigns.models import Duty
from lms.compliance.models import Standing
from lms.compliance.reminders import remind_of_campaigns
from lms.compliance.rules import StandingState
from lms.compliance.service import settle
from lms.core.uow import unit_of_work
from lms.lectures import service
from lms.lectures.events import QuizPlan
from lms.lectures.models import Attendee, Lecture
from lms.lectures.reminders import remind_of_drafts, remind_of_lectures
from lms.lectures.rules import Audience
from lms.notices.models import Delivery, DeliveryState, Notice
from lms.notices.sending import deliver
from lms.notices.service import tell
from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.reminders import remind_of_quizzes
from tests.compliance.scene import launch
from tests.lectures.builders import make_lecture
from tests.notices.conftest import SYSTEM, deliveries, sms
from tests.world import PHONES, change


def told(kind):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return list(uow.session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id)))


@pytest.fixture
def lecture_id(world, wall):
    """In ten days, at 09:30."""
    with unit_of_work(SYSTEM, "home") as uow:
        return make_lecture(uow, world.here, starts_at=uow.now + timedelta(days=10, minutes=-30)).id


def test_a_lecture_is_reminded_of_three_times_and_each_person_once_a_time(world, wall, lecture_id):
    per_day = []
    for _ in range(11):
        before = len(told("lecture.reminder"))
        for _hour in range(24):
            remind_of_lectures()
            wall.forward(hours=1)
        per_day.append(len(told("lecture.reminder")) - before)

    assert [number for number in per_day if number] == [5, 5, 5]
    by_person = Counter(notice.person_id for notice in told("lecture.reminder"))
    assert set(by_person.values()) == {3} and len(by_person) == 5
    titles = {notice.person_id: notice.title[:8] for notice in told("lecture.reminder")[:5]}
    assert titles[world.here.head_id] == "还有 7 天您主"
    assert titles[world.here.person_ids[1]] == "还有 7 天开讲"
    assert titles[world.here.person_ids[2]] == "还有 7 天上安"


def test_a_lecture_put_off_is_reminded_of_anew_and_its_old_notice_does_not_leave(world, wall, lecture_id, gateway):
    wall.forward(days=9)
    remind_of_lectures()
    assert len(told("lecture.reminder")) == 5
    sms(world.here, gateway)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        tell(
            uow,
            world.here.enterprise_id,
            [world.here.head_id],
            title="旧的",
            body="旧的",
            kind="lecture.notice",
            about_id=lecture_id,
        )
        [sitting] = lecture.sittings
        later = timedelta(days=9)
        slot = service.Slot(sitting.planned_starts_at + later, sitting.planned_ends_at + later, sitting.place, "", sitting.id)
        plan = service.Plan(
            title=lecture.title, campaign_id=None, lecturer_id=lecture.lecturer_id, slots=(slot,), quiz=None,
            audience=Audience.read(lecture.audience),
        )  # fmt: skip
        service.revise(uow, lecture, plan, "停电")
    [old] = [row for row in deliveries() if row.notice_id in {notice.id for notice in told("lecture.notice")}]
    assert old.state == DeliveryState.DROPPED

    for _ in range(10):
        remind_of_lectures()
        wall.forward(days=1)

    assert [notice.title[:6] for notice in told("lecture.reminder")[5::5]] == ["还有 7 天", "还有 3 天", "还有 1 天"]


def test_trainers_hear_in_time_of_a_draft_that_nobody_was_told_of(world, wall):
    with unit_of_work(SYSTEM, "home") as uow:
        make_lecture(uow, world.here, state="draft", starts_at=uow.now + timedelta(days=10))

    for _ in range(11):
        remind_of_drafts()
        remind_of_drafts()
        wall.forward(days=1)

    drafts = told("lecture.draft")
    assert [(notice.title[:6], notice.person_id) for notice in drafts] == [
        (f"还有 {days} 天", world.here.person_ids[1]) for days in (7, 3, 1)
    ]  # fmt: skip


def test_reminders_leave_in_the_morning_and_not_in_the_night(world, wall, lecture_id, gateway):
    sms(world.here, gateway)
    wall.forward(days=3, hours=-10)  # midnight of the seventh day before
    remind_of_lectures()
    deliver()
    assert told("lecture.reminder") == []

    wall.forward(hours=7, minutes=30)
    remind_of_lectures()
    deliver()
    assert len(told("lecture.reminder")) == 5 and gateway.heard == []

    wall.forward(minutes=31)
    deliver()
    assert sorted(body["to"] for body in gateway.bodies()) == sorted(PHONES)


def test_a_lecture_called_off_or_on_leave_is_not_reminded_of(world, wall, lecture_id, gateway):
    sms(world.here, gateway)
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.execute(update(Attendee).where(Attendee.person_id == world.here.person_ids[4]).values(excused_reason="病假"))
    wall.forward(days=3, hours=-2, minutes=-30)  # 07:30
    remind_of_lectures()
    assert world.here.person_ids[4] not in {notice.person_id for notice in told("lecture.reminder")}

    with unit_of_work(SYSTEM, "home") as uow:
        service.cancel(uow, uow.session.get_one(Lecture, lecture_id), "台风")
    wall.forward(minutes=31)
    deliver()

    said = [body["text"].splitlines()[0] for body in gateway.bodies()]
    assert said and all("取消" in line for line in said), "the reminder that had not left was taken back"
    wall.forward(days=4)
    remind_of_lectures()
    assert len(told("lecture.reminder")) == 4


def test_who_missed_the_first_shift_is_reminded_of_the_next_and_who_came_is_not(world, wall):
    came, excused = world.here.person_ids[2], world.here.person_ids[4]
    with unit_of_work(SYSTEM, "home") as uow:
        hour, first = timedelta(hours=1), uow.now + timedelta(minutes=5)
        later = first + timedelta(days=4)
        slots = (service.Slot(first, first + hour, "一号厅", "早班"), service.Slot(later, later + hour, "二号厅", "夜班"))
        lecture = make_lecture(uow, world.here, slots=slots)
        service.open_check_in(uow, lecture)
        service.start(uow, lecture)
        record(uow, lecture.sitting, came, mark=Mark.IN, at=uow.now, method=Method.SCAN, trust=Trust.LIVE)
        uow.session.execute(update(Attendee).where(Attendee.person_id == excused).values(excused_reason="病假"))
    remind_of_lectures()
    assert told("lecture.reminder") == [], "they were told today"

    per_day = []
    for _ in range(5):
        before = len(told("lecture.reminder"))
        for _hour in range(24):
            wall.forward(hours=1)
            remind_of_lectures()
        per_day.append(len(told("lecture.reminder")) - before)

    found = told("lecture.reminder")
    assert [number for number in per_day if number] == [3, 3], "three days and one day before"
    assert {notice.person_id for notice in found} == set(world.here.person_ids) - {came, excused}
    assert all("夜班" in notice.body and "二号厅" in notice.body for notice in found)
    assert any("应到 4 人，还有 3 人没听" in notice.body for notice in found)


def test_once_a_lecture_is_over_nobody_is_asked_to_come(world, wall, gateway):
    sms(world.here, gateway)
    gateway.answer = lambda heard, before: (503, {})
    with unit_of_work(SYSTEM, "home") as uow:
        lecture_id = make_lecture(uow, world.here, state="open").id
    wall.forward(hours=1)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        service.close(uow, lecture, uow.now - timedelta(hours=1), uow.now)
    gateway.answer = lambda heard, before: (200, {"code": 0})
    before = len(gateway.heard)

    wall.forward(hours=2)
    deliver()

    assert len(gateway.heard) == before


def test_a_quiz_is_reminded_of_until_it_is_passed(world, wall):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here, state="closed", quiz=QuizPlan(("粉尘防爆",), 1, 80))
        quiz = uow.session.scalars(select(Quiz).where(Quiz.lecture_id == lecture.id)).one()
        quiz.closes_at = uow.now + timedelta(days=4)
        for place, number, score in ((2, 1, 100), (3, 1, None), (4, 1, 0), (4, 2, 20)):  # passed, waits for marks, none left
            person_id = world.here.person_ids[place]
            uow.session.add(
                Attempt(
                    enterprise_id=world.here.enterprise_id, quiz_id=quiz.id, person_id=person_id, number=number, paper=[],
                    started_at=uow.now, deadline_at=uow.now, submitted_at=uow.now, score=score,
                    passed=None if score is None else score == 100,
                )
            )  # fmt: skip

    wall.forward(days=1)
    remind_of_quizzes()
    remind_of_quizzes()

    reminded = [notice for notice in told("quiz.reminder") if notice.link.startswith("/quizzes/")]
    assert Counter(notice.person_id for notice in reminded) == dict.fromkeys(world.here.person_ids[:2], 1)
    (trainers,) = [notice for notice in told("quiz.reminder") if notice.link.startswith("/lectures/")]
    assert trainers.person_id == world.here.person_ids[1] and "还有 4 人没通过" in trainers.title


def test_whose_shift_is_still_to_come_is_not_reminded_of_the_quiz(world, wall):
    with unit_of_work(SYSTEM, "home") as uow:
        begins = [uow.now - timedelta(hours=1), uow.now + timedelta(days=20)]
        slots = tuple(service.Slot(one, one + timedelta(hours=1), "3 号会议室") for one in begins)
        lecture = make_lecture(uow, world.here, state="closed", slots=slots, quiz=QuizPlan(("粉尘防爆",), 1, 80))
        quiz = uow.session.scalars(select(Quiz).where(Quiz.lecture_id == lecture.id)).one()
        assert lecture.closed_at is None and quiz.opens_at
        quiz.closes_at = uow.now + timedelta(days=4)
        of_it = {"enterprise_id": world.here.enterprise_id, "lecture_id": lecture.id, "person_id": world.here.person_ids[3]}
        uow.session.execute(delete(Presence).where(Presence.lecture_id == lecture.id))
        uow.session.add(Presence(**of_it, sitting_id=lecture.sittings[0].id, status=PresenceStatus.PRESENT, settled_at=uow.now))
    wall.forward(days=1)
    remind_of_quizzes()

    reminded = [notice for notice in told("quiz.reminder") if notice.link.startswith("/quizzes/")]
    assert [notice.person_id for notice in reminded] == [world.here.person_ids[3]]


def test_a_campaign_is_reminded_of_where_it_is_not_done(app, world, wall):
    with unit_of_work(SYSTEM, "home") as uow:
        launch(uow, world.here, due_on=uow.today + timedelta(days=8))
    wall.forward(days=1)

    remind_of_campaigns()
    remind_of_campaigns()

    found = told("campaign.reminder")
    assert {notice.person_id for notice in found if notice.person_id} == {world.here.head_id, world.here.person_ids[1]}
    officers = [notice for notice in found if notice.user_id]
    assert {f"user:{notice.user_id}" for notice in officers} == {world.here.officer, world.here.street_officer}
    assert all("1 家还没讲" in notice.title for notice in officers)

    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.execute(update(Standing).values(state=StandingState.LECTURED))
    wall.forward(days=4)
    remind_of_campaigns()
    assert len(told("campaign.reminder")) == len(found), "who is done is left in peace"


def test_a_firm_with_a_date_of_its_own_is_reminded_of_that_date_and_of_no_other(app, world, wall):
    with unit_of_work(SYSTEM, "home") as uow:
        campaign = launch(uow, world.here, due_on=uow.today + timedelta(days=8), deputy_counts=True)
        own = uow.today + timedelta(days=20)
        uow.session.execute(update(Duty).values(due_on=own))
        settle(uow, campaign.id)
    wall.forward(days=1)
    remind_of_campaigns()
    assert told("campaign.reminder") == []

    wall.forward(days=12)
    remind_of_campaigns()

    found = told("campaign.reminder")
    assert {notice.person_id for notice in found} == {world.here.head_id, world.here.person_ids[1]}
    assert {notice.title for notice in found} == {"还有 7 天截止，本单位还没讲：企业主要负责人讲安全课"}
    assert {notice.body for notice in found} == {f"{own} 前由主要负责人讲一次安全课（写明原因的代讲也算），不少于 60 分钟。"}


@pytest.fixture
def hall_id(world, wall):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here, state="open")
        uow.session.execute(update(Attendee).where(Attendee.person_id == world.here.person_ids[4]).values(excused_reason="病假"))
        return lecture.id


def test_one_tap_calls_those_who_are_missing_and_nobody_else(world, wall, gateway, client_as, hall_id):
    sms(world.here, gateway)
    trainer = client_as(world.here.trainer)
    assert "提醒未到的 4 人" in trainer.get(f"/lectures/{hall_id}").text

    page = trainer.post(f"/lectures/{hall_id}/remind", follow_redirects=True).text

    assert "已提醒 4 人：陈建国、赵倩、刘洋、孙丽。" in page
    assert sorted(body["to"] for body in gateway.bodies()) == sorted(PHONES[:4])
    assert "请到场签到" in page and "已发出 4 人" in page and "赵倩" in page, "the history says who called whom when"


def test_calling_has_its_limits(world, wall, client_as, hall_id):
    trainer = client_as(world.here.trainer)

    def call():
        trainer.post(f"/lectures/{hall_id}/remind")
        return len(told("lecture.missing"))

    assert call() == 4
    assert "刚提醒过" in trainer.post(f"/lectures/{hall_id}/remind", follow_redirects=True).text
    wall.forward(minutes=11)
    assert call() == 8
    wall.forward(minutes=11)
    assert call() == 12
    wall.forward(minutes=11)
    assert call() == 12, "three times are enough"
    assert len({notice.body for notice in told("lecture.missing")}) == 3, "企业微信 keeps back what says the same"
    assert "都提醒过 3 次了，请打电话。" in trainer.get(f"/lectures/{hall_id}").text
    assert client_as(world.here.head).post(f"/lectures/{hall_id}/remind").status_code == 404


def test_the_call_is_to_the_shifts_that_take_check_ins_and_in_the_language_of_the_source(world, wall, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        hour = timedelta(hours=1)
        slots = tuple(
            service.Slot(uow.now + n * hour, uow.now + (n + 1) * hour, f"{n} 号厅", name)
            for n, name in enumerate(("早班", "夜班"))
        )
        lecture = make_lecture(uow, world.here, slots=slots, state="open")
        lecture_id = lecture.id
    wall.forward(hours=2)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        service.close(uow, lecture, uow.now - 2 * hour, uow.now - hour)
    trainer = client_as(world.here.trainer)
    trainer.set_cookie("anke_locale", "en")
    refresh()
    trainer.post(f"/lectures/{lecture_id}/remind")
    assert told("lecture.missing") == [], "between two shifts there is nowhere to come to"
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        service.open_check_in(uow, lecture, lecture.sittings[1])

    trainer.post(f"/lectures/{lecture_id}/remind")

    [body] = {notice.body for notice in told("lecture.missing")}
    assert "地点：夜班 1 号厅。" in body and "早班" not in body


def test_the_board_has_one_button_that_says_why_it_cannot_be_pressed(world, wall, client_as, hall_id):
    trainer, path = client_as(world.here.trainer), f"/lectures/{hall_id}/board"
    button = 'id="remind-missing"'
    whole = trainer.get(f"/lectures/{hall_id}").text
    assert whole.count("提醒未到的") == 1 and f"{button}>" in whole and '<form id="remind"' in whole
    assert "提醒未到的" not in client_as(world.here.officer).get(f"/lectures/{hall_id}").text

    trainer.post(f"/lectures/{hall_id}/remind")

    seen = trainer.get(path)
    assert f"{button} disabled" in seen.text and "10:00 刚提醒过，10:10 以后可以再提醒。" in seen.text
    known = {"If-None-Match": seen.headers["ETag"]}
    assert trainer.get(path, headers=known).status_code == 304
    wall.forward(minutes=10)
    again = trainer.get(path, headers=known)
    assert again.status_code == 200 and f"{button}>" in again.text, "the board says by itself that it is possible again"


def test_whoever_was_not_reached_is_listed_by_name_within_ten_minutes(world, wall, gateway, client_as):
    """The gateway refuses one number for good, is down for another, and one has no phone at all."""
    sms(world.here, gateway)
    change(world.here.person_ids[4], phone=None)

    def answer(heard, before):
        to = heard.json()["to"]
        return (503, {}) if to == PHONES[3] else (200, {"code": 9}) if to == PHONES[2] else (200, {"code": 0})

    gateway.answer = answer
    with unit_of_work(SYSTEM, "home") as uow:
        lecture_id = make_lecture(uow, world.here, starts_at=uow.now + timedelta(days=5)).id
    trainer = client_as(world.here.trainer)
    page = trainer.get(f"/lectures/{lecture_id}").text
    assert page.count("已发出 1 人") == 2, "the lecturer, who is told apart, and one of the people"
    assert "发送中 2 人" in page and "1 人未送达" in page

    for _ in range(5):
        wall.forward(minutes=2, seconds=1)
        deliver()

    page = trainer.get(f"/lectures/{lecture_id}").text
    assert page.count("已发出 1 人") == 2 and "3 人未送达" in page and "发送中" not in page
    names = trainer.get(f"/lectures/{lecture_id}/told").text
    for name, why in (("刘洋", "没有接收"), ("孙丽", "503"), ("何军", "没有可用的联系方式")):
        assert name in names and why in names
    assert "陈建国" not in names.split("未送达")[-1]
    trainer.set_cookie("anke_locale", "en")
    refresh()
    english = trainer.get(f"/lectures/{lecture_id}/told").text
    trainer.delete_cookie("anke_locale")
    refresh()
    for why in ("The SMS gateway did not take it", "The SMS gateway answered 503", "No usable contact on the roster"):
        assert why in english
    with unit_of_work(SYSTEM, "home") as uow:  # as a former version wrote it down
        uow.session.execute(update(Delivery).values(why="短信平台没有接收：停机"))
    assert "短信平台没有接收：停机" in trainer.get(f"/lectures/{lecture_id}/told").text
    assert "199****0610" in names and PHONES[2] not in names

    gateway.answer = lambda heard, before: (200, {"code": 0})
    trainer.post(f"/lectures/{lecture_id}/told/again")
    wall.forward(hours=1)
    deliver()
    assert "1 人未送达" in trainer.get(f"/lectures/{lecture_id}").text


def test_a_bureau_sees_how_many_but_not_who(world, wall, gateway, client_as):
    sms(world.here, gateway)
    change(world.here.person_ids[4], phone=None)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture_id = make_lecture(uow, world.here, starts_at=uow.now + timedelta(days=5)).id
    officer = client_as(world.here.officer)

    assert "1 人未送达" in officer.get(f"/lectures/{lecture_id}").text
    assert officer.get(f"/lectures/{lecture_id}/told").status_code == 404
