from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.access.actor import Actor
from lms.attendance import listeners, queries, service
from lms.attendance.models import FlagResolution, Mark, Method, Recheck, Trust
from lms.attendance.rules.rechecks import moment
from lms.core.uow import unit_of_work
from lms.lectures import service as lectures
from lms.lectures.models import Attendee, Lecture, LecturerStep, Sitting, Witness
from lms.notices.models import Notice
from tests.attendance.conftest import HALF_PAST_TWO, Hall, events, identify, presences, scan, tap
from tests.attendance.test_hands_and_corrections import enter
from tests.lectures.builders import make_lecture

SYSTEM = Actor.system("test")


def check_in(app, hall, *people):
    phones = {}
    for who in people:
        phones[who] = app.test_client()
        identify(phones[who], scan(phones[who], hall.token()), who)
    return phones


def ask(client, hall, *, whom="everybody", when="now"):
    return client.post(f"/sittings/{hall.sitting_id}/rechecks", data={"whom": whom, "when": when})


def rechecks():
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return list(uow.session.scalars(select(Recheck)))


def attention(hall):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return queries.attention(uow, uow.session.get_one(Lecture, hall.lecture_id))


def close(hall, wall, **more):
    with unit_of_work(SYSTEM, "home") as uow:
        lectures.close(uow, uow.session.get_one(Lecture, hall.lecture_id), HALF_PAST_TWO, wall.at, **more)


def test_who_is_asked_sees_a_button_taps_once_and_the_trainer_sees_who_answered(app, world, wall, hall, client_as):
    phones = check_in(app, hall, 2, 3)
    wall.forward(minutes=20)
    assert "我在" not in phones[2].get("/me/recheck").text

    ask(client_as(world.here.trainer), hall)
    asked = phones[2].get("/me/recheck").text
    path = f"/rechecks/{rechecks()[0].id}"
    assert path in asked and "不扣时长" in asked
    phones[2].post(path)
    phones[2].post(path)

    assert "已记下：您在场" in phones[2].get(path).text
    assert phones[2].get("/me/recheck").text.strip() == ""
    assert [(event.mark, event.method) for event in events()[2:]] == [(Mark.RECHECK, Method.TAP)]
    page = client_as(world.here.trainer).get(f"/lectures/{hall.lecture_id}").text
    assert "回应 1 / 2 人" in page
    assert "已回应：刘洋 0003" in page and "还没回应：孙丽 0004" in page


def test_who_is_asked_gets_a_message_that_opens_the_page(app, world, wall, hall, client_as):
    phones = check_in(app, hall, 2)
    ask(client_as(world.here.trainer), hall)

    def notice():
        with unit_of_work(SYSTEM, "home", write=False) as uow:
            return uow.session.scalars(select(Notice).where(Notice.title == "请点一下：我在")).one()

    path = f"/rechecks/{rechecks()[0].id}"
    assert (notice().person_id, notice().link, notice().read_at) == (world.here.person_ids[2], path, None)
    phones[2].post(path)
    assert notice().read_at is not None, "answered is read, by whichever way"


def test_only_those_in_the_room_are_asked(app, world, wall, hall, client_as):
    phones = check_in(app, hall, 2, 3)
    wall.forward(minutes=5)
    tap(phones[3], scan(phones[3], hall.token("out")), "confirm")

    ask(client_as(world.here.trainer), hall)

    [one] = attention(hall).rechecks
    assert (one.answered, one.silent) == ((), ("刘洋 0003",))


def test_who_has_no_phone_to_tap_on_is_not_asked_and_the_trainer_is_told_how_many(app, world, wall, hall, client_as):
    check_in(app, hall, 2)
    trainer = client_as(world.here.trainer)
    enter(trainer, hall, world.here.person_ids[4])
    wall.forward(minutes=10)
    assert "另有 1 人不是用自己的手机签到的" in trainer.get(f"/lectures/{hall.lecture_id}").text

    ask(trainer, hall)
    wall.forward(minutes=4)

    [one] = attention(hall).rechecks
    assert (one.answered, one.silent) == ((), ("刘洋 0003",))
    assert [flag.name for flag in attention(hall).flags.open] == ["刘洋 0003"]


def test_the_lecturer_who_is_speaking_is_not_asked(app, world, wall, hall, client_as):
    check_in(app, hall, 0, 2)
    wall.forward(minutes=5)

    ask(client_as(world.here.trainer), hall)

    [one] = attention(hall).rechecks
    assert (one.answered, one.silent) == ((), ("刘洋 0003",))


def test_who_was_not_asked_cannot_answer(app, world, wall, hall, client_as):
    phones = check_in(app, hall, 2)
    ask(client_as(world.here.trainer), hall)
    late = check_in(app, hall, 3)
    path = f"/rechecks/{rechecks()[0].id}"

    assert late[3].post(path).status_code == 404
    assert client_as(world.there.employee).get(path).status_code == 404
    assert phones[2].get(path).status_code == 200


def test_a_missed_recheck_is_flagged_takes_nothing_away_and_is_looked_at_with_one_tap(app, world, wall, hall, client_as):
    phones = check_in(app, hall, 2)
    wall.forward(minutes=20)
    trainer = client_as(world.here.trainer)
    ask(trainer, hall)
    wall.forward(minutes=3, seconds=1)

    late = phones[2].post(f"/rechecks/{rechecks()[0].id}")
    assert late.status_code == 410 and "不扣时长" in late.text
    [flag] = attention(hall).flags.open
    assert (flag.kind, flag.name) == ("missed_recheck", "刘洋 0003")
    assert "没有回应" in flag.reason
    wall.forward(minutes=40)
    tap(phones[2], scan(phones[2], hall.token("out")), "confirm")
    close(hall, wall)
    assert presences()[world.here.person_ids[2]].minutes == 63

    for _ in range(2):
        trainer.post(f"/lectures/{hall.lecture_id}/flags", data={"kind": flag.kind, "subject": flag.subject})

    assert attention(hall).flags.open == ()
    [resolved] = attention(hall).flags.resolved
    assert resolved.resolved_by == "赵倩"
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert len(uow.session.scalars(select(FlagResolution)).all()) == 1


def test_a_second_missed_recheck_is_shown_though_the_first_was_looked_at(app, world, wall, hall, client_as):
    check_in(app, hall, 2)
    trainer, path = client_as(world.here.trainer), f"/lectures/{hall.lecture_id}/flags"
    ask(trainer, hall)
    wall.forward(minutes=4)
    [first] = attention(hall).flags.open
    trainer.post(path, data={"kind": first.kind, "subject": first.subject})
    wall.forward(minutes=10)
    assert attention(hall).flags.open == (), "what was looked at stays so while nothing happens"
    ask(trainer, hall)
    wall.forward(minutes=4)

    [second] = attention(hall).flags.open
    assert "2 次在场复核没有回应，最近一次 14:44" in second.reason and "赵倩 14:34 核实过" in second.reason
    trainer.post(path, data={"kind": first.kind, "subject": first.subject})
    assert len(attention(hall).flags.open) == 1, "a page from before does not answer for what came later"
    trainer.post(path, data={"kind": second.kind, "subject": second.subject})
    assert attention(hall).flags.open == ()
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert len(uow.session.scalars(select(FlagResolution)).all()) == 2


def test_a_line_from_before_flags_said_what_was_known_speaks_of_what_was_known_then(app, world, wall, hall, client_as):
    check_in(app, hall, 2)
    ask(client_as(world.here.trainer), hall)
    wall.forward(minutes=4)
    who = world.here.person_ids[2]
    with unit_of_work(SYSTEM, "home") as uow:
        old = FlagResolution(
            enterprise_id=world.here.enterprise_id, lecture_id=hall.lecture_id, kind="missed_recheck", subject=str(who),
            person_id=who, resolved_by="赵倩", resolved_at=wall.at,
        )  # fmt: skip
        uow.session.add(old)
    assert attention(hall).flags.open == ()
    wall.forward(minutes=1)
    ask(client_as(world.here.trainer), hall)
    wall.forward(minutes=4)

    assert [flag.person_id for flag in attention(hall).flags.open] == [who]


def test_who_answered_and_never_checked_out_was_there_at_least_until_then(app, world, wall, hall, client_as):
    phones = check_in(app, hall, 2, 3)
    wall.forward(minutes=50)
    ask(client_as(world.here.trainer), hall)
    phones[2].post(f"/rechecks/{rechecks()[0].id}")
    wall.forward(minutes=10)

    close(hall, wall)

    answered, silent = (presences()[world.here.person_ids[who]] for who in (2, 3))
    assert (answered.minutes, answered.at_least, silent.minutes) == (50, True, None)
    assert "在场至少 50 分钟" in phones[2].get(f"/lectures/{hall.lecture_id}").text


def test_a_random_recheck_waits_for_its_moment_and_opens_by_itself(app, world, wall, hall, client_as):
    check_in(app, hall, 2)
    trainer = client_as(world.here.trainer)
    ask(trainer, hall, whom="sample", when="chance")
    assert "等待随机时刻" in trainer.get(f"/lectures/{hall.lecture_id}").text
    listeners.open_rechecks()
    assert rechecks()[0].opens_at is None

    wall.at = rechecks()[0].due_at
    listeners.open_rechecks()

    [recheck] = rechecks()
    assert (recheck.until - recheck.opens_at).total_seconds() == 180
    assert 20 <= (recheck.opens_at - HALF_PAST_TWO).total_seconds() / 60 <= 40


def test_a_lecture_planned_so_asks_once_by_itself_and_the_trainer_sees_that_its_plan_did(app, world, wall, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here, state="open", recheck=True)
        hall = Hall(lecture.id, lecture.sitting.id)
        earlier = HALF_PAST_TWO - timedelta(seconds=30)
        lectures.confirm_lecturer(
            uow, lecture.sitting, world.here.head_id, LecturerStep.START, Witness.OWN_PHONE, at=earlier
        )  # it began a little earlier than the trainer said, which is no reason to ask twice
    [recheck] = rechecks()
    assert moment(earlier, earlier + timedelta(hours=1), recheck.seed) == recheck.due_at
    phones = check_in(app, hall, 2)
    trainer, path = client_as(world.here.trainer), f"/lectures/{hall.lecture_id}"
    page = trainer.get(path).text
    assert "讲课计划里定的" in page and "现在抽 10%" in page and "随机时刻抽一次" not in page
    wall.at = recheck.due_at - timedelta(minutes=1)
    ask(trainer, hall)
    wall.at = recheck.due_at
    listeners.open_rechecks()
    assert {one.opens_at for one in rechecks() if one.by_rule} == {None}, "never two at once"

    wall.forward(minutes=3)
    listeners.open_rechecks()

    assert "按计划自动开始" in trainer.get(path).text
    assert "我在" in phones[2].get("/me/recheck").text


def test_a_recheck_by_rule_that_finds_nobody_is_not_asked_again_and_the_page_says_so(app, world, wall, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = make_lecture(uow, world.here, state="open", recheck=True)
        start = Witness.OWN_PHONE
        lectures.confirm_lecturer(uow, lecture.sitting, world.here.head_id, LecturerStep.START, start, at=HALF_PAST_TWO)
    wall.at = rechecks()[0].due_at
    for _ in range(2):
        listeners.open_rechecks()
        with unit_of_work(SYSTEM, "home") as uow:
            service.ask_by_rule(uow, uow.session.get_one(Sitting, lecture.sitting.id))

    [recheck] = rechecks()
    assert (recheck.opens_at, recheck.until) == (wall.at, wall.at)
    page = client_as(world.here.trainer).get(f"/lectures/{lecture.id}").text
    assert "按计划自动开始" in page and "回应 0 / 0 人" in page


def test_a_random_recheck_of_a_lecture_that_is_over_is_dropped(app, world, wall, hall, client_as):
    check_in(app, hall, 2)
    ask(client_as(world.here.trainer), hall, when="chance")
    wall.forward(minutes=70)
    close(hall, wall)

    assert rechecks() == []


@pytest.mark.parametrize("state", ["nobody", "running", "closed"])
def test_a_recheck_that_makes_no_sense_says_why_and_asks_nobody(app, world, wall, hall, client_as, state):
    trainer = client_as(world.here.trainer)
    if state != "nobody":
        check_in(app, hall, 2)
        ask(trainer, hall)
    if state == "closed":
        wall.forward(minutes=60)
        close(hall, wall)

    ask(trainer, hall)
    page = trainer.get(f"/lectures/{hall.lecture_id}").text

    words = {"nobody": "没有用自己的手机签到", "running": "还没有结束", "closed": "讲课中才能做在场复核"}
    assert words[state] in page
    assert len(rechecks()) == (0 if state == "nobody" else 1)


def test_the_projector_shows_that_a_recheck_runs(app, world, wall, hall, client_as):
    check_in(app, hall, 2)
    trainer = client_as(world.here.trainer)
    assert "点“我在”" not in trainer.get(f"/sittings/{hall.sitting_id}/projector/stage").text

    ask(trainer, hall)

    assert "点“我在”" in trainer.get(f"/sittings/{hall.sitting_id}/projector/stage").text


def test_every_flag_has_a_reason_and_a_flag_that_is_none_cannot_be_looked_at(app, world, wall, hall, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        other = make_lecture(uow, world.here, title="消防演练", state="open")
        expected = select(Attendee).where(Attendee.person_id == world.here.person_ids[4], Attendee.lecture_id == hall.lecture_id)
        uow.session.delete(uow.session.scalars(expected).one())
        second = type(hall)(other.id, other.sitting.id)
    phones = check_in(app, hall, 2, 3)
    tap(phones[2], scan(phones[2], second.token()), "confirm")
    shared = scan(phones[3], hall.token())
    identify(phones[3], shared, 4)
    tap(phones[3], shared, "extra")

    reasons = {(flag.kind, flag.name): flag.reason for flag in attention(hall).flags.open}

    assert "「消防演练」" in reasons["two_at_once", "刘洋 0003"]
    assert "何军 0005" in reasons["same_device", "孙丽 0004"]
    assert "我也参加了" in reasons["not_on_list", "何军 0005"]
    trainer = client_as(world.here.trainer)
    assert trainer.post(f"/lectures/{hall.lecture_id}/flags", data={"kind": "burst", "subject": "burst"}).status_code == 409
    assert client_as(world.here.officer).get(f"/lectures/{hall.lecture_id}/attention").status_code == 200
    assert client_as(world.here.officer).post(f"/lectures/{hall.lecture_id}/flags").status_code == 404


def test_a_person_in_two_sittings_counts_once_by_the_sitting_they_stayed_in(app, world, wall, hall):
    who = world.here.person_ids[2]
    with unit_of_work(SYSTEM, "home") as uow:
        lecture = uow.session.get_one(Lecture, hall.lecture_id)
        later = HALF_PAST_TWO + timedelta(hours=4)
        evening = Sitting(
            enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, place="食堂", planned_starts_at=later,
            planned_ends_at=later + timedelta(minutes=60), opened_at=later, started_at=later,
            ended_at=later + timedelta(minutes=60),
        )  # fmt: skip
        lecture.sittings.append(evening)
        uow.session.flush()
        for sitting, start, end in ((lecture.sitting, 0, 10), (evening, 240, 300)):
            for mark, minute in ((Mark.IN, start), (Mark.OUT, end)):
                at = HALF_PAST_TWO + timedelta(minutes=minute)
                service.record(uow, sitting, who, mark=mark, at=at, method=Method.SCAN, trust=Trust.LIVE)
        evening_id = evening.id

    assert (presences()[who].minutes, presences()[who].sitting_id) == (60, evening_id)
    assert len(presences()) == 1


def test_an_answered_recheck_forbids_an_end_before_it(app, world, wall, hall, client_as):
    phones, trainer = check_in(app, hall, 2), client_as(world.here.trainer)
    wall.forward(minutes=50)
    ask(trainer, hall)
    phones[2].post(f"/rechecks/{rechecks()[0].id}")
    wall.forward(minutes=10)
    path, times = f"/sittings/{hall.sitting_id}/close", {"day": "2026-11-23", "started": "14:30", "ended": "15:10"}

    refused = trainer.post(path, data=times)

    assert refused.status_code == 422 and "15:20 还有人回应了在场复核" in refused.text
    assert trainer.post(path, data=times | {"ended": "15:20"}).status_code == 303


def test_nobody_is_asked_after_the_lecturer_has_ended(app, world, wall, hall, client_as):
    check_in(app, hall, 2)
    wall.forward(minutes=50)
    with unit_of_work(SYSTEM, "home") as uow:
        sitting = uow.session.get_one(Sitting, hall.sitting_id)
        for step, at in ((LecturerStep.START, HALF_PAST_TWO), (LecturerStep.END, uow.now)):
            lectures.confirm_lecturer(uow, sitting, world.here.head_id, step, Witness.OWN_PHONE, at=at)

    ask(client_as(world.here.trainer), hall)

    assert rechecks() == []


def test_missed_rechecks_are_looked_at_together_and_each_is_a_line_of_its_own(app, world, wall, hall, client_as):
    check_in(app, hall, 2, 3, 4)
    trainer = client_as(world.here.trainer)
    wall.forward(minutes=20)
    ask(trainer, hall)
    wall.forward(minutes=4)
    path = f"/lectures/{hall.lecture_id}"
    assert "全部 3 人已核实" in trainer.get(path).text

    trainer.post(f"{path}/flags", data={"do": "missed", "department": "别的部门"})
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalars(select(FlagResolution)).all() == []
    trainer.post(f"{path}/flags", data={"do": "missed", "department": "压榨车间"})

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        looked = uow.session.scalars(select(FlagResolution)).all()
    assert {(one.kind, one.person_id) for one in looked} == {("missed_recheck", world.here.person_ids[who]) for who in (2, 3, 4)}
