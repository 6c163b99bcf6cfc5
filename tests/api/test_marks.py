"""What another system saw is recorded as what it is, and what it sends about people is taken whole or not at all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.access.actor import Actor
from lms.attendance.models import AttendanceEvent
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.registry.models import Person
from tests.api.test_tokens import problem
from tests.api.test_writing import plan
from tests.api.tokens import bearing, token_of


@pytest.fixture
def trainer(app, world):
    return bearing(app, token_of(world.here.trainer)[1])


@pytest.fixture
def open_lecture(trainer, world):
    made = trainer.post("/api/v1/lectures", json=plan(world, notify=True)).json
    trainer.post(f"/api/v1/sittings/{made['sittings'][0]['id']}/open")
    return made


def came(*who):
    at = (clock.now() - timedelta(minutes=1)).isoformat()
    return {"marks": [{"mark": "in", "at": at, **one} for one in who]}


def test_what_a_gate_saw_is_imported_by_the_owner_of_its_token_and_waits_for_a_second_person(app, trainer, world, open_lecture):
    marks = f"/api/v1/sittings/{open_lecture['sittings'][0]['id']}/marks"
    sent = trainer.post(marks, json=came({"work_no": "0003"}, {"person_id": str(world.here.person_ids[3])}))

    assert sent.json == {"recorded": 2, "waiting": 1}  # five are expected: one may rest on one person's word
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        events = uow.session.scalars(select(AttendanceEvent)).all()
        told = {(one.method.value, one.trust.value, one.entered_by, one.reason) for one in events}
    assert told == {("import", "imported", "赵倩", "接口令牌“测试”送来")}
    confirm = f"/api/v1/lectures/{open_lecture['id']}/marks/confirm"
    head = bearing(app, token_of(world.here.head)[1])
    listed = head.get(f"/api/v1/lectures/{open_lecture['id']}/hand-marks").json["items"]
    read = {"hand_mark_ids": [one["id"] for one in listed if one["waits"]]}
    assert trainer.post(confirm, json=read).json == {"confirmed": 0}
    unread = head.post(confirm, json={})
    assert problem(unread) == (422, "unfit") and unread.json["errors"][0]["pointer"] == "/hand_mark_ids"
    assert head.post(confirm, json=read).json == {"confirmed": 1}
    shown = trainer.get(f"/api/v1/lectures/{open_lecture['id']}/attendance").json["items"]
    assert {one["name"] for one in shown if one["trust"] == "imported"} == {"刘洋", "孙丽"}


def test_marks_of_strangers_of_the_future_and_of_nobody_are_refused_whole(trainer, world, open_lecture):
    marks = f"/api/v1/sittings/{open_lecture['sittings'][0]['id']}/marks"
    wrong = came({"work_no": "0003"}, {"person_id": str(world.there.head_id)}, {"work_no": "9999"}, {})
    refused = trainer.post(marks, json=wrong)
    future = {"marks": [{"mark": "in", "work_no": "0003", "at": (clock.now() + timedelta(hours=1)).isoformat()}]}

    assert problem(refused) == (422, "unfit")
    assert [one["pointer"] for one in refused.json["errors"]] == ["/marks/1/person_id", "/marks/2/work_no", "/marks/3"]
    assert problem(trainer.post(marks, json=future)) == (422, "entry-time")
    assert all(one["trust"] is None for one in trainer.get(f"/api/v1/lectures/{open_lecture['id']}/attendance").json["items"])


def test_people_are_taken_in_as_they_are_or_not_at_all(trainer, world):
    known = {"name": "何军", "work_no": "0005", "post": "班长"}
    new = {"name": "李芳", "work_no": "0006", "department": "化验室", "phone": "19900000006", "hired_on": "2026-11-01"}
    bad = new | {"phone": "12345"}

    refused = trainer.post("/api/v1/people/import", json={"people": [known, bad]})
    assert problem(refused) == (422, "unfit")
    assert [one["pointer"] for one in refused.json["errors"]] == ["/people/1/phone"]
    taken = [trainer.post("/api/v1/people/import", json={"people": [known, new]}).json for _ in range(2)]

    assert taken == [{"new": 1, "changed": 1, "unchanged": 0}, {"new": 0, "changed": 0, "unchanged": 2}]
    people = {one["name"]: one for one in trainer.get("/api/v1/people").json["items"]}
    assert people["何军"]["post"] == "班长" and people["何军"]["department"] == "压榨车间" and people["李芳"]["phone"]
    assert {one["name"]: one["people"] for one in trainer.get("/api/v1/departments").json["items"]} == {
        "压榨车间": 5,
        "化验室": 1,
    }
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        assert uow.session.scalar(select(Person.name).where(Person.work_no == "0006")) == "李芳"
