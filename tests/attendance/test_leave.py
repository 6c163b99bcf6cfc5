"""Leave takes somebody out of the rates, so it is signed as attendance is: by whom, when, and after the end by two."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from lms.access.actor import Actor, Held
from lms.access.models import Role
from lms.attendance import queries, service
from lms.attendance.models import PresenceStatus
from lms.core.uow import unit_of_work
from lms.lectures.models import Attendee, LeaveLine, Lecture
from lms.lectures.service import close
from lms.lectures.service.leave import CAME
from lms.ledger.models import ChainEntry
from lms.ledger.service import verify
from lms.registry.models import Person
from lms.registry.privacy.service import erase
from tests.attendance.conftest import HALF_PAST_TWO, events, identify, presences, scan

SYSTEM = Actor.system("test")
WHO = 3


@pytest.fixture
def who(world):
    return world.here.person_ids[WHO]


@pytest.fixture
def excuse(hall, who):
    return f"/lectures/{hall.lecture_id}/excuse/{who}"


@pytest.fixture
def decide(hall, who):
    return f"/lectures/{hall.lecture_id}/leave/{who}"


def reason_of(hall, who):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        own = (Attendee.lecture_id == hall.lecture_id, Attendee.person_id == who)
        return uow.session.scalar(select(Attendee.excused_reason).where(*own))


def entries():
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        wanted = select(ChainEntry.kind).where(ChainEntry.kind.startswith("leave.")).order_by(ChainEntry.seq)
        return list(uow.session.scalars(wanted))


def end(hall, wall):
    wall.forward(minutes=60)
    with unit_of_work(SYSTEM, "home") as uow:
        close(uow, uow.session.get_one(Lecture, hall.lecture_id), HALF_PAST_TWO, wall.at)


def test_after_the_end_nobody_is_on_leave_by_one_persons_word(world, wall, hall, who, excuse, decide, client_as):
    trainer, head = client_as(world.here.trainer), client_as(world.here.head)
    end(hall, wall)

    said = trainer.post(excuse, data={"kind": "病假", "reason": ""}, follow_redirects=True).text
    assert "要第二个人确认后才从应到里扣除" in said
    assert (reason_of(hall, who), presences()[who].status, entries()) == (None, PresenceStatus.ABSENT, [])
    assert "要由另一个人来确认" in trainer.post(decide, data={"do": "confirm"}, follow_redirects=True).text
    assert reason_of(hall, who) is None

    assert "病假" in head.get(f"/lectures/{hall.lecture_id}/hand-marks").text
    head.post(decide, data={"do": "confirm"})
    assert (reason_of(hall, who), presences()[who].status, entries()) == ("病假", PresenceStatus.EXCUSED, ["leave.given"])
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalars(select(LeaveLine.signed_by)).one() == "赵倩、陈建国"
        assert verify(uow, world.here.enterprise_id).whole


def test_the_second_person_may_say_that_it_was_no_leave(world, wall, hall, who, excuse, decide, client_as):
    end(hall, wall)
    client_as(world.here.trainer).post(excuse, data={"kind": "病假", "reason": ""})

    assert (
        "孙丽"
        in client_as(world.here.trainer).get(f"/lectures/{hall.lecture_id}").text.partition("请假，确认前仍算未到：")[2][:40]
    )
    assert "请写明" in client_as(world.here.head).post(decide, follow_redirects=True).text
    page = client_as(world.here.head).post(decide, data={"reason": "当天没有请假条"}, follow_redirects=True).text

    assert (reason_of(hall, who), presences()[who].status, entries()) == (None, PresenceStatus.ABSENT, ["leave.refused"])
    assert "赵倩登记的“病假”没有算：当天没有请假条" in page
    assert "没有等您确认的请假" in client_as(world.here.head).post(decide, data={"do": "confirm"}, follow_redirects=True).text


def test_a_leave_of_the_wrong_person_is_taken_back_and_both_words_stay(world, wall, hall, who, excuse, client_as):
    trainer = client_as(world.here.trainer)
    trainer.post(excuse, data={"kind": "病假", "reason": ""})
    assert "请写明" in trainer.post(f"{excuse}/end", data={"reason": " "}, follow_redirects=True).text
    assert reason_of(hall, who) == "病假"

    page = trainer.post(f"{excuse}/end", data={"reason": "登记错了人"}, follow_redirects=True).text

    assert (reason_of(hall, who), entries()) == (None, ["leave.given", "leave.taken-back"])
    assert "登记错了人" in page and "请假 · 病假" in page, "what was said first stays readable"
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert verify(uow, world.here.enterprise_id).whole


def test_whoever_came_is_not_put_on_leave_and_whoever_is_on_leave_and_comes_is_expected(
    app, world, wall, hall, who, excuse, client_as
):
    """Else those who failed could be taken out of the rate, and who came after all could not take the quiz."""
    trainer = client_as(world.here.trainer)
    trainer.post(excuse, data={"kind": "事假", "reason": ""})
    phone = app.test_client()
    identify(phone, scan(phone, hall.token()), WHO)

    assert (reason_of(hall, who), presences()[who].status) == (None, PresenceStatus.PRESENT)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        last = uow.session.scalars(select(LeaveLine).order_by(LeaveLine.id.desc())).first()
        assert (last.given, last.reason) == (False, CAME)
        assert verify(uow, world.here.enterprise_id).whole
    answer = trainer.post(excuse, data={"kind": "病假", "reason": ""})
    assert answer.status_code == 422 and "有签到记录，不能再登记请假" in answer.text
    assert reason_of(hall, who) is None


def test_nobody_writes_the_own_leave_down_alone(world, wall, hall, who):
    oneself = Actor(f"person:{who}", "自己", (Held(Role.TRAINER, enterprise_id=world.here.enterprise_id, person_id=who),))
    with unit_of_work(oneself, "attendance.enter") as uow:
        lecture = uow.session.get_one(Lecture, hall.lecture_id)
        assert not service.excuse(uow, lecture, queries.attendee_of(uow, lecture.id, who), "病假")


def test_a_line_of_leave_is_not_rewritten(world, wall, hall, excuse, client_as):
    client_as(world.here.trainer).post(excuse, data={"kind": "病假", "reason": ""})
    with pytest.raises(IntegrityError, match="rows stay as they are"), unit_of_work(SYSTEM, "home") as uow:
        uow.execute(update(LeaveLine).values(reason="公假"))


def test_agreeing_finds_that_the_person_came_meanwhile(app, world, wall, hall, who, excuse, decide, client_as):
    end(hall, wall)
    trainer = client_as(world.here.trainer)
    trainer.post(excuse, data={"kind": "病假", "reason": ""})
    at = {"mark": "in", "at": "14:30", "reason": "签到表上有名字"}
    trainer.post(f"/lectures/{hall.lecture_id}/attendance/{who}", data=at)

    said = client_as(world.here.head).post(decide, data={"do": "confirm"}, follow_redirects=True).text

    assert "有签到记录，不能再登记请假" in said
    assert reason_of(hall, who) is None


def test_beyond_a_tenth_a_second_person_agrees_as_soon_as_anybody_can_check_in(world, wall, hall, client_as):
    """Else whoever is still missing could be taken out of the rate in the minute before the end."""
    trainer, people = client_as(world.here.trainer), world.here.person_ids
    for n in (3, 4):
        trainer.post(f"/lectures/{hall.lecture_id}/excuse/{people[n]}", data={"kind": "病假", "reason": ""})

    assert [reason_of(hall, people[n]) for n in (3, 4)] == ["病假", None]
    client_as(world.here.head).post(f"/lectures/{hall.lecture_id}/leave/{people[4]}", data={"do": "confirm"})
    assert reason_of(hall, people[4]) == "病假"
    end(hall, wall)
    assert {presences()[people[n]].status for n in (3, 4)} == {PresenceStatus.EXCUSED}, "also when the lecture is over"


def test_a_check_in_that_was_none_gives_the_leave_back(world, wall, hall, who, excuse, client_as):
    trainer = client_as(world.here.trainer)
    trainer.post(excuse, data={"kind": "病假", "reason": ""})
    trainer.post(f"/lectures/{hall.lecture_id}/attendance/{who}", data={"mark": "in", "reason": "替他登记"})
    assert reason_of(hall, who) is None
    (event,) = [one for one in events() if one.person_id == who]

    trainer.post(f"/marks/{event.id}/correct", data={"what": "void", "reason": "登记错了人"})

    assert (reason_of(hall, who), presences()[who].status) == ("病假", PresenceStatus.EXCUSED)
    assert entries() == ["leave.given", "leave.taken-back", "leave.given"]


def test_who_is_forgotten_takes_the_reason_along_and_the_chain_is_whole(world, wall, hall, who, excuse, client_as):
    client_as(world.here.trainer).post(excuse, data={"kind": "病假", "reason": "门诊复查"})
    with unit_of_work(SYSTEM, "system") as uow:
        erase(uow, uow.session.get_one(Person, who))

    assert reason_of(hall, who) == "请假"
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        assert uow.session.scalars(select(LeaveLine.reason)).all() == [None]
        assert verify(uow, world.here.enterprise_id).whole
