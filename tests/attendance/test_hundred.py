"""A hall of a hundred: who comes by phone costs the trainer nothing, so that a day of it stays within its clicks."""

from __future__ import annotations

from sqlalchemy import func, select

from lms.access.actor import Actor
from lms.attendance.models import Mark, Method, Trust
from lms.attendance.service.presence import record_all
from lms.core.uow import unit_of_work
from lms.credentials.models import Completion
from lms.lectures.models import Lecture
from lms.registry.models import Person, PersonPost
from tests.lectures.test_pages import typed
from tests.world import LONG_AGO

PEOPLE = 100
SYSTEM = Actor.system("test")
CLICKS = 25  # what a lecture may cost its trainer, pages opened and forms sent


class Counted:
    """A client of whom every page opened and every form sent is a click."""

    def __init__(self, client):
        self.client, self.clicks = client, 0

    def get(self, path):
        self.clicks += 1
        return self.client.get(path).text

    def post(self, path, **data):
        self.clicks += 1
        answer = self.client.post(path, data=data)
        assert answer.status_code == 303, answer.text
        return answer.location


def hire(side, number):
    """Add people to the roster until it has this many."""
    with unit_of_work(SYSTEM, "home") as uow:
        for n in range(number - len(side.person_ids)):
            post = {"department_id": side.department_id, "post": "操作工", "category": "其他从业人员", "starts_on": LONG_AGO}
            person = Person(enterprise_id=side.enterprise_id, name=f"员工{n}", hired_on=LONG_AGO, created_at=uow.now)
            person.posts.append(PersonPost(enterprise_id=side.enterprise_id, **post))
            uow.session.add(person)
            uow.session.flush()
            side.person_ids.append(person.id)


def by_phone(lecture_id, people):
    """They come with phones of their own."""
    with unit_of_work(SYSTEM, "home") as uow:
        sitting = uow.session.get_one(Lecture, lecture_id).sitting
        marks = [(person_id, Mark.IN, uow.now, "") for person_id in people]
        record_all(uow, sitting, marks, Method.SCAN, Trust.LIVE, lambda _events: None)


def test_a_lecture_of_a_hundred_costs_its_trainer_25_clicks_at_the_most(world, wall, client_as):
    side, trainer = world.here, Counted(client_as(world.here.trainer))
    hire(side, PEOPLE)
    *phones, without, ill = side.person_ids

    trainer.get("/lectures")
    assert f"创建并通知 {PEOPLE} 人" in trainer.get("/lectures/new")
    plan = typed(side, day="2026-11-23", starts="14:30", ends="15:30", no_quiz="y", topics=[])
    page = trainer.post("/lectures/new", **{name: value for name, value in plan.items() if name != "topics"})
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        lecture = uow.session.scalars(select(Lecture)).one()
        lecture_id, sitting_id = lecture.id, lecture.sitting.id
    trainer.post(f"/sittings/{sitting_id}/open")
    by_phone(lecture_id, phones)
    assert f"已到 {len(phones)}" in trainer.get(page)
    trainer.get(f"/lectures/{lecture_id}/attendance/{without}")
    trainer.post(f"/lectures/{lecture_id}/attendance/{without}", mark="in", at="", reason="没有带手机")
    trainer.post(f"/lectures/{lecture_id}/excuse/{ill}", kind="病假", reason="")
    trainer.post(f"/sittings/{sitting_id}/start")
    wall.forward(minutes=60)
    trainer.get(f"/sittings/{sitting_id}/close")
    trainer.post(f"/sittings/{sitting_id}/close", day="2026-11-23", started="14:30", ended="15:30", check_out_rest="y")

    with unit_of_work(SYSTEM, "home", write=False) as uow:
        done = uow.session.scalar(select(func.count(Completion.id)).where(Completion.completed))
    assert done == PEOPLE - 1
    assert trainer.clicks <= CLICKS
