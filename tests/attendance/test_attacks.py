"""What somebody tries who wants to have lectured or to have been there, and what they find: nothing."""

import pytest
from sqlalchemy import select

from lms.access.actor import Actor
from lms.core.uow import unit_of_work
from lms.lectures.models import LecturerMark, Witness
from tests.attendance.conftest import events, scan, tap
from tests.attendance.test_stations import kiosk  # noqa: F401  # a fixture

SYSTEM = Actor.system("test")


def lecturer_marks():
    """What lecturers confirmed on their own phones."""
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        own = select(LecturerMark).where(LecturerMark.witness == Witness.OWN_PHONE)
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


@pytest.mark.parametrize("what", ["people", "tail", "marks"])
def test_lists_within_lists_without_end_are_answered(kiosk, what):  # noqa: F811
    headers = {"X-Anke-Station": kiosk.key, "Content-Type": "application/json"}

    deep = kiosk.client.post(f"/station/{what}", data="[" * 200_000, headers=headers)
    long = kiosk.client.post(f"/station/{what}", data=b" " * (3 * 1024 * 1024), headers=headers)

    assert deep.status_code == 422 and deep.json["code"] == "marks-unreadable"
    assert long.status_code == 413
