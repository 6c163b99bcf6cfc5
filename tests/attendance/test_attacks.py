"""What somebody tries who wants to have lectured or to have been there, and what they find: nothing."""

import re
from uuid import UUID

import pytest
from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import User
from lms.access.service import hash_of
from lms.attendance.queries import flags_page
from lms.core.uow import unit_of_work
from lms.lectures.models import Attendee, Lecture, LecturerMark
from lms.lectures.rules import PHONES
from tests.attendance.conftest import events, identify, open_hall, scan, tap
from tests.attendance.test_stations import kiosk  # noqa: F401  # a fixture

SYSTEM = Actor.system("test")


def lecturer_marks():
    """What lecturers confirmed on their own phones."""
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        own = select(LecturerMark).where(LecturerMark.witness.in_(PHONES))
        return [(mark.person_id, mark.step.value) for mark in uow.session.scalars(own)]


@pytest.mark.parametrize("step", ["start", "end", "", "x"])
def test_an_employee_and_a_trainer_cannot_say_that_they_are_the_lecturer(world, hall, client_as, step):
    for key in (f"person:{world.here.person_ids[3]}", world.here.employee, world.here.trainer):
        client = client_as(key)
        tap(client, scan(client, hall.token("out")), "lecturer", step=step)
        asked = {"digits": hall.digits("out"), "step": step, "person_id": str(world.here.head_id)}
        assert client.post(f"/sittings/{hall.sitting_id}/lecturing", data=asked).status_code == 404

    assert lecturer_marks() == []


def test_a_picture_of_the_code_lets_the_head_begin_from_nowhere(world, wall, hall, client_as):
    head = client_as(f"person:{world.here.head_id}")
    pictured, digits = hall.token(), hall.digits()
    wall.forward(seconds=46)

    assert head.get(f"/s/{pictured}").status_code == 410
    late = head.post("/s/late", data={"token": pictured, "waited": "46"})
    assert late.status_code == 303, "an honest phone without a network looks the same, so it is kept for the trainer"
    tap(head, late.location, "lecturer", step="start")
    head.post(f"/sittings/{hall.sitting_id}/lecturing", data={"digits": digits, "step": "start"})

    assert lecturer_marks() == [] and events() == []


def test_a_scan_proves_one_step_and_not_the_next(world, wall, hall, client_as):
    head = client_as(f"person:{world.here.head_id}")
    wall.forward(minutes=30)
    path = scan(head, hall.token())
    tap(head, path, "lecturer", step="end")
    wall.forward(minutes=9)

    for step in ("end", "start"):
        tap(head, path, "lecturer", step=step)

    assert lecturer_marks() == [(world.here.head_id, "end")]


def lectures_on(phone, wall, hall):
    """The head says on this phone who they are, and that they speak."""
    wall.forward(seconds=7)
    path = scan(phone, hall.token())
    assert "陈建国" in identify(phone, f"{path}?as=other", 0).text
    tap(phone, path, "lecturer", step="start")


def test_a_phone_on_which_somebody_just_typed_who_the_head_is_says_so_until_it_was_theirs_on_another_day(
    app, world, wall, hall, client_as
):
    phone, trainer = app.test_client(), client_as(world.here.trainer)
    lectures_on(phone, wall, hall)
    seen = trainer.get(f"/lectures/{hall.lecture_id}").text
    assert "本人手机扫现场的码，当场核对身份" in seen and "开讲已确认" in seen
    assert "请核实是不是本人在讲" not in seen, "an honest head with a new phone is not bothered"

    wall.forward(days=1)
    tomorrow = open_hall(world)
    lectures_on(phone, wall, tomorrow)
    seen = trainer.get(f"/lectures/{tomorrow.lecture_id}").text
    assert "本人手机扫现场的码" in seen and "当场核对身份" not in seen
    wall.forward(minutes=40)
    at_the_desk = client_as(world.here.head)
    tap(at_the_desk, scan(at_the_desk, tomorrow.token("out")), "lecturer", step="end")
    assert witnesses() == ["named_phone", "own_phone", "own_phone"], "signed in with the own account it is theirs at once"


def test_a_head_who_speaks_on_the_trainers_phone_is_flagged_until_somebody_has_looked(app, world, wall, hall, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        user = uow.session.get_one(User, UUID(world.here.trainer.partition(":")[2]))
        name, user.password_hash = user.username, hash_of("a long password")
    phone = app.test_client()
    assert phone.post("/sign-in", data={"username": name, "password": "a long password"}).status_code == 303
    phone.post("/sign-out")
    lectures_on(phone, wall, hall)

    trainer = client_as(world.here.trainer)
    seen = trainer.get(f"/lectures/{hall.lecture_id}").text
    assert "本人扫现场的码，手机还有别人用过" in seen
    assert "14:30 确认讲课的手机，在上面登录过别人的账号。请核实是不是本人在讲。" in seen
    resolve(trainer, hall, seen)
    assert witnesses() == ["lent_phone"]


def test_a_head_who_speaks_on_the_phone_of_somebody_who_checked_in_is_flagged_once_whoever_came_first(
    app, world, wall, hall, client_as
):
    phone, trainer = app.test_client(), client_as(world.here.trainer)
    with unit_of_work(SYSTEM, "home") as uow:  # a head who is not on the list is seen by nothing else
        uow.session.delete(uow.session.scalars(select(Attendee).where(Attendee.person_id == world.here.head_id)).one())
    lectures_on(phone, wall, hall)
    wall.forward(minutes=1)
    identify(phone, scan(phone, hall.token()) + "?as=other", 2)

    seen = trainer.get(f"/lectures/{hall.lecture_id}").text
    assert "14:30 确认讲课的手机，用它签到过的还有刘洋 0003。请核实是不是本人在讲。" in seen
    resolve(trainer, hall, seen)


def witnesses():
    by_phone = LecturerMark.witness.in_(PHONES)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return [
            mark.witness.value for mark in uow.session.scalars(select(LecturerMark).where(by_phone).order_by(LecturerMark.id))
        ]


def resolve(trainer, hall, seen):
    """One tap on what is shown of the head's phone, after which it waits for nobody."""
    subject = re.search(r'name="subject" value="([^"]+)"', seen[seen.index("lent_phone") - 600 :])[1]
    trainer.post(f"/lectures/{hall.lecture_id}/flags", data={"kind": "lent_phone", "subject": subject})
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        found = flags_page(uow, uow.session.get_one(Lecture, hall.lecture_id))
    assert "lent_phone" not in {flag.kind for flag in found.open}
    assert [flag.resolved_by for flag in found.resolved if flag.kind == "lent_phone"] == ["赵倩"]


@pytest.mark.parametrize("what", ["people", "tail", "marks"])
def test_lists_within_lists_without_end_are_answered(kiosk, what):  # noqa: F811
    headers = {"X-Anke-Station": kiosk.key, "Content-Type": "application/json"}

    deep = kiosk.client.post(f"/station/{what}", data="[" * 200_000, headers=headers)
    long = kiosk.client.post(f"/station/{what}", data=b" " * (3 * 1024 * 1024), headers=headers)

    assert deep.status_code == 422 and deep.json["code"] == "marks-unreadable"
    assert long.status_code == 413
