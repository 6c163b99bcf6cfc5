import csv
import re
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import Membership, Role, User
from lms.attendance import queries, service
from lms.attendance.models import AttendanceEvent, Correction, Dispute, HandMark, Mark, PresenceStatus, counts
from lms.attendance.rules.hands import alone, waits
from lms.attendance.service.presence import FarFromSitting
from lms.core import clock, workdays
from lms.core.uow import unit_of_work
from lms.credentials.models import Completion, HoursLine
from lms.lectures import service as lectures
from lms.lectures.models import Lecture
from lms.lectures.rules import WrongSitting
from lms.ledger.service import verify
from lms.notices.models import Notice
from tests.attendance.conftest import HALF_PAST_TWO, events, fill, identify, presences, scan, tap
from tests.lectures.builders import make_lecture
from tests.world import LONG_AGO

SYSTEM = Actor.system("test")


def enter(client, hall, person_id, *, mark="in", at=""):
    return client.post(
        f"/lectures/{hall.lecture_id}/attendance/{person_id}", data={"mark": mark, "at": at, "reason": "没有带手机"}
    )


def rows(model):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return list(uow.session.scalars(select(model).order_by(model.id)))


def close(hall, wall, **more):
    with unit_of_work(SYSTEM, "home") as uow:
        lectures.close(uow, uow.session.get_one(Lecture, hall.lecture_id), HALF_PAST_TWO, wall.at, **more)


def second_trainer(world) -> str:
    with unit_of_work(SYSTEM, "home") as uow:
        user = User(username="second", name="李静", password_hash="not a password", created_at=uow.now)
        user.memberships.append(Membership(role=Role.TRAINER, starts_on=LONG_AGO, enterprise_id=world.here.enterprise_id))
        uow.session.add(user)
        uow.session.flush()
        return f"user:{user.id}"


@pytest.mark.parametrize(("expected", "free"), [(100, 10), (103, 10), (9, 1), (5, 1), (0, 1), (20, 2)])
def test_a_tenth_of_the_list_may_be_entered_alone_and_always_one(expected, free):
    assert alone(expected) == free


@given(st.integers(0, 300), st.lists(st.integers(0, 400), max_size=60))
def test_never_more_people_than_allowed_count_without_a_second_person(expected, order):
    entered: dict[UUID, bool] = {}
    for number in order:
        person_id = UUID(int=number)
        waiting = {who for who, waits_ in entered.items() if waits_}
        answer = waits(person_id, expected, entered, waiting)
        assert entered.setdefault(person_id, answer) == answer

    assert sum(not waits_ for waits_ in entered.values()) <= alone(expected)


def test_the_eleventh_of_a_hundred_is_stored_and_counts_only_after_a_second_person(app, world, wall, hall, client_as):
    people = fill(world, hall, 100)
    trainer = client_as(world.here.trainer)
    for person_id in people[:11]:
        enter(trainer, hall, person_id)

    assert len(events()) == 11
    statuses = [presences()[person_id].status for person_id in people[:11]]
    assert statuses == [PresenceStatus.PRESENT] * 10 + [PresenceStatus.ABSENT]
    page = trainer.get(f"/lectures/{hall.lecture_id}").text
    assert "待第二人确认" in page
    [waiting] = [mark for mark in rows(HandMark) if mark.waits]
    refused = trainer.post(f"/hand-marks/{waiting.id}", data={"do": "confirm"}, follow_redirects=True)
    assert "要由另一个人来确认" in refused.text
    assert presences()[people[10]].status == PresenceStatus.ABSENT

    client_as(second_trainer(world)).post(f"/hand-marks/{waiting.id}", data={"do": "confirm"})

    assert presences()[people[10]].status == PresenceStatus.PRESENT
    assert "李静 已确认" in trainer.get(f"/lectures/{hall.lecture_id}/hand-marks").text


@pytest.mark.parametrize("who", ["head", "officer", "street_officer"])
def test_head_and_officer_may_be_the_second_person_and_the_head_is_called(app, world, wall, hall, client_as, who):
    trainer = client_as(world.here.trainer)
    for person_id in world.here.person_ids[2:5]:
        enter(trainer, hall, person_id)
    calls = [notice for notice in rows(Notice) if "人工登记等您确认" in notice.title]
    assert [notice.person_id for notice in calls] == [world.here.head_id]

    second = client_as(getattr(world.here, who))
    assert "确认属实" in second.get(f"/lectures/{hall.lecture_id}/hand-marks").text
    for mark in rows(HandMark)[1:]:
        second.post(f"/hand-marks/{mark.id}", data={"do": "confirm"})

    assert [presences()[person_id].status for person_id in world.here.person_ids[2:5]] == [PresenceStatus.PRESENT] * 3


def test_nobody_confirms_a_mark_of_their_own_and_strangers_do_not_find_it(app, world, wall, hall, client_as):
    trainer = client_as(world.here.trainer)
    for person_id in (world.here.person_ids[4], world.here.head_id):
        enter(trainer, hall, person_id)
    [waiting] = [mark for mark in rows(HandMark) if mark.waits]

    client_as(world.here.head).post(f"/hand-marks/{waiting.id}", data={"do": "confirm"})

    assert presences()[world.here.head_id].status == PresenceStatus.ABSENT
    assert client_as(world.there.trainer).post(f"/hand-marks/{waiting.id}", data={"do": "confirm"}).status_code == 404


def test_nobody_vouches_for_the_own_attendance(app, world, wall, hall, client_as):
    who, trainer, head = world.here.person_ids[1], client_as(world.here.trainer), client_as(world.here.head)
    phone = app.test_client()
    wall.forward(minutes=20)
    identify(phone, scan(phone, hall.token()), 1)
    path = f"/marks/{events()[0].id}/correct"

    entered = enter(trainer, hall, who, mark="out")
    corrected = trainer.post(path, data={"what": "time", "at": "14:30", "reason": "到得更早"})
    enter(trainer, hall, world.here.person_ids[3])

    assert "您本人的" in trainer.get(entered.location).text and corrected.status_code == 303
    assert (presences()[who].late_minutes, presences()[who].last_out_at) == (20, None)
    assert presences()[world.here.person_ids[3]].first_in_at == wall.at, "what is one's own is not of the tenth"
    void = trainer.post(
        f"/marks/{next(e.id for e in events() if e.mark == Mark.OUT)}/correct", data={"what": "void", "reason": "x"}
    )
    assert void.status_code == 422 and "自己的签到记录不能自己作废" in void.text
    with unit_of_work(SYSTEM, "home") as uow:
        raised = service.dispute(uow, uow.session.get_one(Lecture, hall.lecture_id), who, "我没有迟到")
    said = trainer.post(f"/disputes/{raised.id}", data={"answer": "属实"}, follow_redirects=True).text
    assert "要由另一位培训管理员答复" in said and rows(Dispute)[0].answered_at is None
    confirm_all(head, hall)()
    assert (presences()[who].first_in_at, presences()[who].last_out_at) == (HALF_PAST_TWO, wall.at)


def test_what_was_refused_is_not_confirmed_afterwards_and_the_head_is_called_for_the_next(app, world, wall, hall, client_as):
    trainer, head = client_as(world.here.trainer), client_as(world.here.head)
    for person_id in world.here.person_ids[2:4]:
        enter(trainer, hall, person_id)
    [waiting] = [mark for mark in rows(HandMark) if mark.waits]
    head.post(f"/hand-marks/{waiting.id}", data={"do": "refuse", "reason": "当天不在厂里"})

    late = client_as(world.here.officer).post(f"/hand-marks/{waiting.id}", data={"do": "confirm"}, follow_redirects=True)
    for person_id in world.here.person_ids[3:5]:
        enter(trainer, hall, person_id)

    assert "这一条已经有人处理过了" in late.text and not any(mark.confirmed_at for mark in rows(HandMark))
    assert [mark.waits for mark in rows(HandMark)] == [False, True, True, True], "whoever was refused waits again"
    assert sum("人工登记等您确认" in notice.title for notice in rows(Notice)) == 2


def test_what_the_second_person_cannot_confirm_is_struck_with_the_reason(app, world, wall, hall, client_as):
    trainer, head = client_as(world.here.trainer), client_as(world.here.head)
    for person_id in world.here.person_ids[3:5]:
        enter(trainer, hall, person_id)
    [waiting] = [mark for mark in rows(HandMark) if mark.waits]
    assert "为什么不能确认" in head.post(f"/hand-marks/{waiting.id}", data={"do": "refuse"}, follow_redirects=True).text

    head.post(f"/hand-marks/{waiting.id}", data={"do": "refuse", "reason": "当天不在厂里"})

    [correction] = rows(Correction)
    assert (correction.event_id, correction.reason, correction.signed_by) == (waiting.event_id, "当天不在厂里", "陈建国")
    assert presences()[world.here.person_ids[4]].status == PresenceStatus.ABSENT
    assert "已划掉" in trainer.get(f"/lectures/{hall.lecture_id}/hand-marks").text


def test_a_correction_is_no_way_round_the_second_person(app, world, wall, hall, client_as):
    trainer, head = client_as(world.here.trainer), client_as(world.here.head)
    for person_id in world.here.person_ids[3:5]:
        enter(trainer, hall, person_id)
    [waiting] = [mark for mark in rows(HandMark) if mark.waits]
    wall.forward(minutes=5)

    trainer.post(f"/marks/{waiting.event_id}/correct", data={"what": "time", "at": "14:31", "reason": "填错时间"})

    assert presences()[world.here.person_ids[4]].status == PresenceStatus.ABSENT
    right = rows(HandMark)[-1]
    head.post(f"/hand-marks/{right.id}", data={"do": "confirm"})
    assert presences()[world.here.person_ids[4]].first_in_at == HALF_PAST_TWO + timedelta(minutes=1)


def standings(listed):
    """Of a list of marks as CSV, whether each counts."""
    return sorted(row[7] for row in csv.reader(listed.splitlines()) if len(row) > 7 and row[3] in ("签到", "签退"))


@pytest.mark.parametrize("decided", ["confirm", "refuse"])
def test_another_time_for_a_mark_of_a_phone_waits_too_and_the_phones_time_stands_until_it_is_confirmed(
    app, world, wall, hall, client_as, decided
):
    who, trainer, head = world.here.person_ids[2], client_as(world.here.trainer), client_as(world.here.head)
    wall.forward(minutes=20)
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)
    enter(trainer, hall, world.here.person_ids[4])
    scanned = events()[0]

    answer = trainer.post(
        f"/marks/{scanned.id}/correct", data={"what": "time", "at": "14:30", "reason": "到得更早"}, follow_redirects=True
    )

    assert "要第二个人确认后才算数" in answer.text
    assert "原来的时间仍算数" in answer.text and "<del>" not in answer.text
    assert (presences()[who].first_in_at, presences()[who].late_minutes) == (scanned.scanned_at, 20)
    [waiting] = [mark for mark in rows(HandMark) if mark.pending]
    again = trainer.post(f"/marks/{waiting.event_id}/correct", data={"what": "void", "reason": "时间填错了"})
    assert "还在等第二个人确认" in again.text and len(rows(Correction)) == 1
    stands, listed = "更正待第二人确认，先按这条算", f"/enterprises/{world.here.enterprise_id}/marks"
    assert standings(trainer.get(f"{listed}?as=csv").text) == sorted(["待第二人确认", stands, "算数"])
    assert all(f">{word}<" in trainer.get(listed).text for word in ("待第二人确认", stands))
    head.post(f"/hand-marks/{waiting.id}", data={"do": decided, "reason": "门卫看见他 14:50 才到"})
    struck = ["已划掉"] if decided == "confirm" else ["已划掉", "已划掉"]
    assert standings(trainer.get(f"{listed}?as=csv").text) == sorted([*struck, "算数", "算数"])
    if decided == "confirm":
        assert (presences()[who].first_in_at, presences()[who].late_minutes) == (HALF_PAST_TWO, 0)
        assert "<del>" in trainer.get(f"/lectures/{hall.lecture_id}/people/{who}").text
    else:
        assert (presences()[who].first_in_at, presences()[who].late_minutes) == (scanned.scanned_at, 20)
        assert [mark.entered_key for mark in rows(HandMark)][-1] == world.here.head


def test_naming_one_after_the_other_as_the_lecturer_is_no_way_round_either(app, world, wall, hall, client_as):
    trainer = client_as(world.here.trainer)
    for name in ("刘洋", "孙丽", "何军"):
        data = {"person_id": "other", "other": name, "step": "start", "reason": "负责人出差"}
        assert trainer.post(f"/sittings/{hall.sitting_id}/lecturer", data=data).status_code == 303

    assert [mark.waits for mark in rows(HandMark)] == [False, True, True]


def test_checking_everybody_out_at_the_end_is_no_mark_by_hand_and_names_whom_it_concerns(app, world, wall, hall, client_as):
    for who in (2, 3, 4):
        phone = app.test_client()
        identify(phone, scan(phone, hall.token()), who)
    wall.forward(minutes=60)
    asked = client_as(world.here.trainer).get(f"/sittings/{hall.sitting_id}/close").text
    assert "现在有 3 人没签退" in asked and "刘洋" in asked.partition("现在有 3 人没签退")[2]

    close(hall, wall, check_out_rest=True)

    assert rows(HandMark) == []
    assert [presences()[world.here.person_ids[who]].minutes for who in (2, 3, 4)] == [60, 60, 60]


def test_a_check_out_told_after_the_end_stands_above_the_one_for_all(app, world, wall, hall):
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)
    wall.forward(minutes=58)
    path = scan(phone, hall.token("out"))
    wall.forward(minutes=2)
    close(hall, wall, check_out_rest=True)
    wall.forward(minutes=3)

    tap(phone, path, "confirm")

    found = presences()[world.here.person_ids[2]]
    assert (found.last_out_at, found.minutes, found.trust.value) == (HALF_PAST_TWO + timedelta(minutes=58), 58, "live")


def confirm_all(client, hall):
    """Read the list of what waits, and confirm what it shows; in between act."""
    path = f"/lectures/{hall.lecture_id}/hand-marks"
    shown = re.findall(r'name="mark" value="([^"]+)"', client.get(path).text)
    return lambda: client.post(path, data={"mark": shown}, follow_redirects=True).text


def test_who_waits_for_a_second_person_is_checked_out_with_the_rest_and_counts_once_confirmed(app, world, wall, hall, client_as):
    trainer, head = client_as(world.here.trainer), client_as(world.here.head)
    *_others, alone, waits = world.here.person_ids
    for who in (alone, waits):
        enter(trainer, hall, who)
    wall.forward(minutes=60)

    close(hall, wall, check_out_rest=True)

    assert presences()[alone].minutes == 60 and presences()[waits].status == PresenceStatus.ABSENT
    confirm_all(head, hall)()
    assert (presences()[waits].minutes, presences()[waits].status) == (60, PresenceStatus.PRESENT)


@pytest.mark.parametrize("by", ["second person", "trainer"])
def test_who_is_said_not_to_have_come_is_not_there_by_having_left(app, world, wall, hall, client_as, by):
    trainer, head = client_as(world.here.trainer), client_as(world.here.head)
    for who in world.here.person_ids[2:]:
        enter(trainer, hall, who)
    wall.forward(minutes=60)
    close(hall, wall, check_out_rest=True)
    *_others, came = rows(HandMark)[:3]

    if by == "trainer":
        trainer.post(f"/marks/{came.event_id}/correct", data={"what": "void", "reason": "当天不在厂里"})
    else:
        head.post(f"/hand-marks/{came.id}", data={"do": "refuse", "reason": "当天不在厂里"})
    confirm_all(head, hall)()

    assert [presences()[who].status for who in world.here.person_ids[2:]] == [
        PresenceStatus.PRESENT, PresenceStatus.PRESENT, PresenceStatus.ABSENT,
    ]  # fmt: skip
    assert [(line.person_id, line.replaced_by_id, line.reason) for line in rows(Correction)] == [
        (came.person_id, None, "当天不在厂里")
    ] * 2
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert verify(uow, world.here.enterprise_id).whole


@pytest.mark.parametrize("by", ["second person", "trainer"])
def test_a_leaving_by_phone_stays_when_the_coming_is_struck(app, world, wall, hall, client_as, by):
    trainer, head, phone = client_as(world.here.trainer), client_as(world.here.head), app.test_client()
    who = world.here.person_ids[2]
    for each in (world.here.person_ids[4], who):
        enter(trainer, hall, each)
    wall.forward(minutes=60)
    identify(phone, scan(phone, hall.token("out")), 2)
    left = events()[-1]
    trainer.post(f"/marks/{left.id}/correct", data={"what": "time", "at": "15:20", "reason": "提前走的"})
    came = next(mark for mark in rows(HandMark) if mark.person_id == who)

    if by == "trainer":
        answer = trainer.post(f"/marks/{came.event_id}/correct", data={"what": "void", "reason": "当天不在厂里"})
    else:
        answer = head.post(f"/hand-marks/{came.id}", data={"do": "refuse", "reason": "当天不在厂里"})

    assert answer.status_code == 303
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        own = select(AttendanceEvent.id).where(AttendanceEvent.person_id == who)
        assert uow.session.scalars(own.where(counts())).all() == [left.id]


def test_all_confirmed_are_those_that_were_on_the_page_and_none_entered_since(app, world, wall, hall, client_as):
    trainer, head = client_as(world.here.trainer), client_as(world.here.head)
    for who in world.here.person_ids[1:4]:
        enter(trainer, hall, who)
    confirm = confirm_all(head, hall)
    enter(trainer, hall, world.here.person_ids[4])

    said = confirm()

    assert "已确认 2 条" in said
    assert [mark.person_id for mark in rows(HandMark) if mark.pending] == [world.here.person_ids[4]]


@pytest.fixture
def nights(world, wall):
    """A lecture in two shifts that go over midnight, three days apart; the first is over, check-in of the second is open."""
    wall.at = datetime(2026, 11, 23, 23, 20, tzinfo=clock.ZONE)
    begins = [wall.at + timedelta(days=3 * n, minutes=10) for n in range(2)]
    slots = tuple(lectures.Slot(at, at + timedelta(hours=1), "3 号会议室", name) for at, name in zip(begins, "甲乙", strict=True))
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here, slots=slots)
        lectures.open_check_in(uow, lecture)
    wall.forward(minutes=70)
    with unit_of_work(SYSTEM, "home") as uow:
        lectures.close(uow, uow.session.get_one(Lecture, lecture.id), begins[0], wall.at)
    wall.forward(days=3)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, lecture.id)
        lectures.open_check_in(uow, lecture, lecture.sittings[1])
        return SimpleNamespace(lecture_id=lecture.id, sittings=list(lecture.sittings), begins=begins)


def test_nobody_has_come_to_a_shift_that_was_never_opened(world, wall, client_as):
    trainer, who = client_as(world.here.trainer), world.here.person_ids[2]
    begins = [wall.at + timedelta(hours=5 * n) for n in range(2)]
    slots = tuple(lectures.Slot(at, at + timedelta(hours=1), "3 号会议室", name) for at, name in zip(begins, "早夜", strict=True))
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here, slots=slots, state="open")
        sheet = service.make_sheet(uow, lecture.sittings[1])
    wall.forward(hours=1)
    close(SimpleNamespace(lecture_id=lecture.id), wall)
    wall.forward(hours=3, minutes=30)

    now = trainer.post(f"/lectures/{lecture.id}/attendance/{who}", data={"mark": "in", "reason": "没有带手机"})

    assert now.status_code == 422 and "请填写当时的时间" in now.text, "never in the shift that has not begun, however near it is"
    wall.forward(hours=2)
    for word in ("还没开始签到", "没有举行"):
        board = f"/lectures/{lecture.id}/attendance/{who}?sitting={lecture.sittings[1].id}"
        by_hand = trainer.post(board, data={"mark": "in", "at": "19:30", "reason": "没有带手机"})
        keyed = trainer.post(f"/sheets/{sheet.id}", data={"day": "2026-11-23", "in_at": "19:30", "typed_in": "3"})
        assert (by_hand.status_code, keyed.status_code) == (422, 422) and word in by_hand.text and word in keyed.text
        with unit_of_work(SYSTEM, "home") as uow:
            again = uow.session.get_one(Lecture, lecture.id)
            with pytest.raises(WrongSitting):
                service.take_in(uow, again.sittings[1], [(who, Mark.IN, begins[1])], "门禁")
            if again.state == "open":
                lectures.finish(uow, again)
    assert events() == []


def test_a_mark_by_hand_after_the_end_says_its_hour_and_is_of_its_sitting_whichever_way_it_comes(
    app, world, wall, hall, client_as
):
    held(app, world, wall, hall)
    trainer, who = client_as(world.here.trainer), world.here.person_ids[3]
    form = trainer.get(f"/lectures/{hall.lecture_id}/attendance/{who}").text
    assert "签到已经结束，必须填当时的时间。" in form and "选“其他”的必须填。" in form and "选填" not in form
    without = enter(trainer, hall, who, mark="out")
    assert without.status_code == 422 and "请填写当时的时间" in without.text
    assert "（选填）" not in without.text.split('for="at"')[1].split("</label>")[0], (
        "the page asks for what it refuses to do without"
    )
    wall.forward(hours=18)
    morning_after = enter(trainer, hall, who, at="14:35")
    assert (morning_after.status_code, events()[-1].scanned_at) == (303, HALF_PAST_TWO + timedelta(minutes=5))
    wall.forward(days=21)

    with unit_of_work(Actor("user", "赵倩", (), user_id=UUID(world.here.trainer.removeprefix("user:"))), "home") as uow:
        lecture = uow.session.get_one(Lecture, hall.lecture_id)
        for do in (
            lambda: service.enter(uow, lecture, queries.attendee_of(uow, lecture.id, who), mark=Mark.OUT, at=wall.at, reason="x"),
            lambda: service.strike(uow, lecture, uow.session.get_one(AttendanceEvent, events()[0].id), at=wall.at, reason="x"),
        ):
            with pytest.raises(FarFromSitting):
                do()
    assert len(events()) == 3


def test_an_hour_typed_for_a_later_shift_is_of_its_day_and_over_midnight_of_the_next(world, nights, client_as):
    trainer, (_first, second) = client_as(world.here.trainer), nights.sittings
    who = world.here.person_ids[2]

    enter(trainer, nights, who, at="23:30")
    enter(trainer, nights, who, mark="out", at="00:20")

    assert [(event.sitting_id, event.scanned_at - nights.begins[1]) for event in events()] == [
        (second.id, timedelta(0)), (second.id, timedelta(minutes=50))
    ]  # fmt: skip


def test_an_hour_typed_from_the_board_of_a_shift_is_of_that_shift(world, nights, client_as):
    trainer, (first, second) = client_as(world.here.trainer), nights.sittings
    who = world.here.person_ids[2]
    board = trainer.get(f"/lectures/{nights.lecture_id}/board?sitting={first.id}").text
    path = f"/lectures/{nights.lecture_id}/attendance/{who}?sitting={first.id}"
    assert f'href="{path}"' in board and f'action="{path}"' in trainer.get(path).text
    other = trainer.get(f"/lectures/{nights.lecture_id}/attendance/{who}?sitting={uuid4()}")

    trainer.post(path, data={"mark": "out", "at": "00:20", "reason": "没有带手机"})

    [event] = events()
    assert (event.sitting_id, event.scanned_at) == (first.id, nights.begins[0] + timedelta(minutes=50))
    assert other.status_code == 404
    trainer.post(path, data={"mark": "in", "reason": "没有带手机"})
    assert events()[-1].sitting_id == second.id, "now is in the shift that is on, whichever board was open"


def test_an_hour_far_from_the_shift_is_taken_for_a_slip_and_one_soon_after_it_is_not(world, nights, client_as):
    trainer, (first, _second), who = client_as(world.here.trainer), nights.sittings, world.here.person_ids[2]
    path = f"/lectures/{nights.lecture_id}/attendance/{who}?sitting={first.id}"

    slip = trainer.post(path, data={"mark": "in", "at": "10:00", "reason": "没有带手机"})
    late = trainer.post(path, data={"mark": "out", "at": "03:20", "reason": "没有带手机"})

    assert slip.status_code == 422 and "11-24 10:00 离这一场（11-23 23:30 开始）有 3 小时以上" in slip.text
    [event] = events()
    assert late.status_code == 303 and event.scanned_at - nights.begins[0] == timedelta(hours=3, minutes=50)
    corrected = trainer.post(f"/marks/{event.id}/correct", data={"what": "time", "at": "10:00", "reason": "写错"})
    assert corrected.status_code == 422 and "是不是打错了" in corrected.text
    early = [trainer.post(path, data={"mark": "in", "at": hour, "reason": "没有带手机"}) for hour in ("22:40", "23:10")]
    assert [answer.status_code for answer in early] == [422, 303], "an hour too soon is a slip as well, twenty minutes are not"
    assert "早了半个小时以上" in early[0].text
    same = trainer.post(f"/marks/{event.id}/correct", data={"what": "time", "at": "03:20", "reason": "写错"})
    assert same.status_code == 422 and "没有什么可更正" in same.text and not rows(Correction)


def test_a_mark_corrected_over_midnight_stays_in_its_shift(world, nights, client_as):
    trainer, who = client_as(world.here.trainer), world.here.person_ids[2]
    enter(trainer, nights, who, mark="out", at="23:59")
    [typed] = events()

    trainer.post(f"/marks/{typed.id}/correct", data={"what": "time", "at": "00:30", "reason": "坐到散会"})

    right = events()[-1]
    assert right.scanned_at - nights.begins[1] == timedelta(hours=1)


def held(app, world, wall, hall):
    """刘洋 came on time and checked out after 40 of 60 minutes; the lecture is closed."""
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), 2)
    wall.forward(minutes=40)
    tap(phone, scan(phone, hall.token("out")), "confirm")
    wall.forward(minutes=20)
    close(hall, wall)
    return phone


def test_a_correction_keeps_the_old_line_puts_the_new_one_under_it_and_everything_follows(app, world, wall, hall, client_as):
    phone = held(app, world, wall, hall)
    who, trainer = world.here.person_ids[2], client_as(world.here.trainer)
    before = next(row for row in rows(Completion) if row.person_id == who)
    assert (before.completed, before.minutes) == (False, 40)
    out = events()[-1]

    trainer.post(f"/marks/{out.id}/correct", data={"what": "time", "at": "15:30", "reason": "签退码投错，实际坐到散会"})

    [correction] = rows(Correction)
    assert (correction.event_id, correction.signed_by, correction.reason) == (out.id, "赵倩", "签退码投错，实际坐到散会")
    assert (presences()[who].minutes, presences()[who].trust.value) == (60, "backfill")
    after = next(row for row in rows(Completion) if row.person_id == who)
    assert (after.completed, after.minutes) == (True, 60)
    assert [line.person_id for line in rows(HoursLine)] == [who]
    for page in (
        trainer.get(f"/lectures/{hall.lecture_id}").text,
        trainer.get(f"/lectures/{hall.lecture_id}/people/{who}").text,
        phone.get(f"/lectures/{hall.lecture_id}").text,
    ):
        assert page.index("15:30", page.index("<del>签退"))
        assert "15:10" in page and "赵倩" in page and "签退码投错，实际坐到散会" in page


def test_a_mark_that_never_was_is_struck_without_a_new_one(app, world, wall, hall, client_as):
    held(app, world, wall, hall)
    who, trainer = world.here.person_ids[2], client_as(world.here.trainer)

    for event in events():
        trainer.post(f"/marks/{event.id}/correct", data={"what": "void", "reason": "替别人扫的码"})

    assert presences()[who].status == PresenceStatus.ABSENT
    assert len(events()) == 2
    assert [row.replaced_by_id for row in rows(Correction)] == [None, None]


def test_a_correction_needs_a_reason_a_time_that_has_been_and_happens_once(app, world, wall, hall, client_as):
    held(app, world, wall, hall)
    trainer, out = client_as(world.here.trainer), events()[-1]
    path = f"/marks/{out.id}/correct"

    assert trainer.post(path, data={"what": "time", "at": "15:30"}).status_code == 422
    assert trainer.post(path, data={"what": "time", "at": "23:30", "reason": "写错"}).status_code == 422
    assert trainer.post(path, data={"what": "time", "at": "", "reason": "写错"}).status_code == 422
    assert rows(Correction) == []
    assert trainer.post(path, data={"what": "time", "at": "15:20", "reason": "写错"}).status_code == 303
    again = trainer.post(path, data={"what": "void", "reason": "写错"})
    assert again.status_code == 422 and "已经更正过了" in again.text
    assert len(rows(Correction)) == 1


def test_only_the_trainer_of_the_enterprise_corrects(app, world, wall, hall, client_as):
    held(app, world, wall, hall)
    path = f"/marks/{events()[-1].id}/correct"

    for key in (world.here.head, world.here.officer, world.here.employee, world.there.trainer):
        assert client_as(key).get(path).status_code == 404
    record = f"/lectures/{hall.lecture_id}/people/{world.here.person_ids[2]}"
    assert "更正" not in client_as(world.here.officer).get(record).text
    assert client_as(world.there.officer).get(record).status_code == 404


def test_a_person_disputes_with_one_tap_and_is_answered(app, world, wall, hall, client_as, monkeypatch):
    phone = held(app, world, wall, hall)
    trainer, who = client_as(world.here.trainer), world.here.person_ids[2]
    path = f"/lectures/{hall.lecture_id}"

    phone.post(f"{path}/dispute")
    phone.post(f"{path}/dispute", data={"text": "我坐到散会才走"})
    for text in ("门卫看见的", "门卫看见的", "长" * 190):
        more = phone.post(f"{path}/dispute", data={"text": text}, follow_redirects=True)

    [raised] = rows(Dispute)
    assert raised.text == "我坐到散会才走；门卫看见的", "what was said first stays"
    assert "合起来最多 200 字" in more.text
    due = f"最迟 {workdays.after_working_days(clock.local_date(raised.raised_at), 5)}"
    assert "有 1 人提出异议" in trainer.get(path).text and f"{due} 答复" in trainer.get(path).text
    assert f"还没有答复，{due} 通知您" in phone.get(path).text
    assert [notice.user_id for notice in rows(Notice) if notice.kind == "lecture.disputed"]
    first = trainer.get("/lectures").text
    assert "1 条异议待答复" in first and "已逾期" not in first and "逾期" not in trainer.get("/disputes").text
    record = f"{path}/people/{who}"
    pages = ((trainer, path), (trainer, "/disputes"), (trainer, record), (trainer, "/disputes?as=json"), (phone, path))
    for known in (True, False):
        monkeypatch.setattr(workdays, "arranged_until", lambda known=known: 2100 if known else 2025)
        told = [client.get(page).get_data(as_text=True) for client, page in pages]
        assert all(("2025 年以后的法定节假日" in one) is not known for one in told), "holidays that are not known are told of"
    monkeypatch.setattr(workdays, "after_working_days", lambda *_: date(2026, 1, 1))
    assert f"还没有答复，{due} 通知您" in phone.get(path).text, "the day that was told stays when more holidays come to be known"
    wall.at += timedelta(days=8)
    assert "1 条已逾期" in trainer.get("/lectures").text and "1 条已逾期" in client_as(world.here.officer).get("/lectures").text
    assert "我坐到散会才走" in client_as(world.here.officer).get("/disputes").text
    assert trainer.get("/disputes?as=json").get_json()["rows"][0]["逾期"] == "逾期"
    assert "没有待答复的异议" in client_as(world.there.trainer).get("/disputes").text
    trainer.post(f"/disputes/{raised.id}", data={"answer": "已按监控更正"})

    assert "已按监控更正" in phone.get(path).text and "异议待答复" not in trainer.get("/lectures").text
    assert [notice.person_id for notice in rows(Notice) if "异议有答复" in notice.title] == [who]
    assert client_as(world.there.trainer).post(f"/disputes/{raised.id}", data={"answer": "x"}).status_code == 404
    assert client_as(world.there.employee).post(f"{path}/dispute").status_code == 404


def test_every_present_record_shows_in_out_and_minutes_or_that_there_is_no_check_out(app, world, wall, hall, client_as):
    other = app.test_client()
    identify(other, scan(other, hall.token()), 3)
    held(app, world, wall, hall)
    page, still_in = (
        client_as(world.here.trainer).get(f"/lectures/{hall.lecture_id}/people/{world.here.person_ids[n]}").text for n in (2, 3)
    )

    assert "扫码" in page and "14:30" in page and "15:10" in page and "40 分钟" in page and "未签退" not in page
    assert "14:30" in still_in and "未签退" in still_in and presences()[world.here.person_ids[3]].minutes is None
    late = HALF_PAST_TWO + timedelta(minutes=40)
    assert presences()[world.here.person_ids[2]].last_out_at == late


def test_nobody_is_written_down_by_hand_before_check_in_was_opened_or_once_the_lecture_was_called_off(
    world, wall, hall, client_as
):
    trainer, person_id = client_as(world.here.trainer), world.here.person_ids[2]
    with unit_of_work(SYSTEM, "home") as uow:
        planned = make_lecture(uow, world.here, state="notified")
        planned = SimpleNamespace(lecture_id=planned.id)
        lectures.cancel(uow, uow.session.get_one(Lecture, hall.lecture_id), "停电检修")

    for one in (planned, hall):
        refused = enter(trainer, one, person_id)
        assert refused.status_code == 422 and "签到还没有开放，或者这堂课已取消，现在不能登记。" in refused.text
    assert events() == []
