"""A program plans, tells, opens and closes by the rules of the pages, and what it sends twice is done once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from lms.access.actor import Actor
from lms.api.listeners import forget_answers
from lms.api.models import KeptAnswer
from lms.campaigns.themes import themes
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.lectures.models import Lecture
from tests.api.test_tokens import problem
from tests.api.tokens import bearing, token_of
from tests.app.populate import populate
from tests.world import build_world


@pytest.fixture
def trainer(app, world):
    return bearing(app, token_of(world.here.trainer)[1])


def plan(world, **more):
    starts = clock.local(clock.now() + timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0)
    slot = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat(), "place": "3 号会议室"}
    return {
        "title": "粉尘防爆", "lecturer_id": str(world.here.head_id), "sittings": [slot],
        "departments": [str(world.here.department_id)], **more,
    }  # fmt: skip


def test_a_lecture_from_plan_to_its_end(trainer, world):
    made = trainer.post("/api/v1/lectures", json=plan(world))
    assert (made.status_code, made.json["state"], made.json["lecturer_is_head"]) == (201, "draft", True)

    told = trainer.post(f"/api/v1/lectures/{made.json['id']}/notify")
    assert told.json["state"] == "notified"
    sitting = f"/api/v1/sittings/{made.json['sittings'][0]['id']}"
    assert trainer.post(f"{sitting}/open").json["state"] == "open"
    now = clock.now()
    held = {"started_at": (now - timedelta(hours=1)).isoformat(), "ended_at": now.isoformat()}
    closed = trainer.post(f"{sitting}/close", json=held)

    assert closed.json["state"] == "closed"
    people = trainer.get(f"/api/v1/lectures/{made.json['id']}/attendance").json["items"]
    assert {one["status"] for one in people} == {"absent"} and len(people) >= 4


def test_a_change_that_does_not_name_a_rule_of_a_lecture_keeps_it_and_an_empty_one_takes_it_away(trainer, world):
    theme = themes()[0].code
    made = trainer.post("/api/v1/lectures", json=plan(world, level="厂级", recheck=True))
    with unit_of_work(Actor.system("test"), "system") as uow:
        uow.session.scalars(select(Lecture)).one().theme = theme
    at = f"/api/v1/lectures/{made.json['id']}"

    def changed(**more):
        answer = trainer.put(at, json=plan(world, title="粉尘防爆和动火", **more))
        with unit_of_work(Actor.system("test"), "system", write=False) as uow:
            theme_now = uow.session.scalars(select(Lecture.theme)).one()
        return answer.status_code, answer.json["level"], theme_now, answer.json["recheck"]

    assert changed() == changed(level=None, theme=None) == (200, "厂级", theme, True)
    assert changed(level="班组级") == (200, "班组级", theme, True)
    assert changed(level="", theme="", recheck=False) == (200, "", None, False)


def test_nobody_has_to_pass_a_lecture_on_any_more_once_an_empty_list_says_so(trainer, world):
    made = trainer.post("/api/v1/lectures", json=plan(world))
    trainer.post(f"/api/v1/lectures/{made.json['id']}/notify")
    at, due = f"/api/v1/lectures/{made.json['id']}/cascade", (clock.local_date(clock.now()) + timedelta(days=7)).isoformat()
    nobody = trainer.put(at, json={"departments": [], "due_on": due})
    assert nobody.status_code == 422 and "请至少选一个部门或班次" in nobody.json["detail"]
    [asked] = trainer.put(at, json={"departments": [str(world.here.department_id)], "due_on": due}).json["items"]
    assert (asked["state"], asked["left"], asked["released_by"]) == ("waiting", [{"shift": "", "post": "操作工"}], None)
    assert trainer.put(at, json={"due_on": due}).status_code == 422, "left out is no empty list"

    [gone] = trainer.put(at, json={"departments": [], "due_on": due}).json["items"]

    assert (gone["name"], gone["state"], gone["left"], gone["released_by"]) == ("压榨车间", "released", [], "赵倩")
    assert gone["released_at"] and trainer.get(at).json["items"] == [gone]


def test_what_is_sent_twice_with_a_key_is_done_once(trainer, app, world):
    sent = plan(world)
    first, again = (trainer.post("/api/v1/lectures", json=sent, headers={"Idempotency-Key": "k1"}) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201) and first.json == again.json
    assert "Idempotent-Replayed" not in first.headers and again.headers["Idempotent-Replayed"] == "true"
    assert len(trainer.get("/api/v1/lectures").json["items"]) == 1
    other = trainer.post("/api/v1/lectures", json=sent | {"title": "别的课"}, headers={"Idempotency-Key": "k1"})
    assert problem(other) == (422, "key-used-otherwise")


def test_what_was_answered_is_kept_for_a_day_and_no_longer(trainer, world):
    for key in ("of yesterday", "of today"):
        made = trainer.post("/api/v1/lectures", json=plan(world, anyway=True), headers={"Idempotency-Key": key})
        assert made.status_code == 201
    with unit_of_work(Actor.system("test"), "home") as uow:
        old = uow.session.scalars(select(KeptAnswer).where(KeptAnswer.key == "of yesterday")).one()
        old.created_at -= timedelta(days=1)

    forget_answers()

    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        assert uow.session.scalars(select(KeptAnswer.key)).all() == ["of today"]


def test_a_request_that_failed_may_be_sent_again_with_its_key(trainer, world):
    key = {"Idempotency-Key": "k2"}
    made = trainer.post("/api/v1/lectures", json=plan(world)).json
    sitting = f"/api/v1/sittings/{made['sittings'][0]['id']}/open"

    refused = trainer.post(sitting, headers=key)
    trainer.post(f"/api/v1/lectures/{made['id']}/notify")

    assert refused.status_code == 409 or refused.status_code == 422
    assert trainer.post(sitting, headers=key).json["state"] == "open"


def test_a_plan_is_judged_by_the_rules_of_the_page(trainer, world):
    stranger = plan(world, lecturer_id=str(world.there.head_id))
    nobody = plan(world, departments=[])
    yesterday = plan(world)
    yesterday["sittings"][0] |= {"starts_at": "2020-01-01T09:00:00+08:00", "ends_at": "2020-01-01T10:00:00+08:00"}

    night, too_long = plan(world), plan(world)
    day = night["sittings"][0]["starts_at"][:10]
    after = clock.local_date(clock.now() + timedelta(days=3)).isoformat()
    night["sittings"][0] |= {"starts_at": f"{day}T23:00:00+08:00", "ends_at": f"{after}T00:30:00+08:00"}
    too_long["sittings"][0] |= {"ends_at": f"{after}T10:00:00+08:00"}
    made = trainer.post("/api/v1/lectures", json=night)
    assert made.status_code == 201 and made.json["sittings"][0]["planned_ends_at"][:10] == day, (
        "00:30 here is the evening before in UTC"
    )
    assert trainer.post("/api/v1/lectures", json=too_long).json["errors"][0]["pointer"] == "/sittings/0/ends_at"

    for sent, pointer in ((stranger, "/lecturer_id"), (nobody, "/departments"), (yesterday, "/sittings")):
        refused = trainer.post("/api/v1/lectures", json=sent)
        assert problem(refused) == (422, "unfit")
        assert [one["pointer"] for one in refused.json["errors"]] == [pointer]


def test_two_lectures_at_once_need_a_word(trainer, world):
    trainer.post("/api/v1/lectures", json=plan(world, notify=True))

    assert problem(trainer.post("/api/v1/lectures", json=plan(world))) == (409, "clash")
    assert trainer.post("/api/v1/lectures", json=plan(world, anyway=True)).status_code == 201


def test_a_token_that_reads_only_and_a_body_that_is_no_json_are_refused(app, trainer, world):
    reader = bearing(app, token_of(world.here.trainer, writes=False)[1])

    assert problem(reader.post("/api/v1/lectures", json=plan(world))) == (403, "reads-only")
    assert problem(trainer.post("/api/v1/lectures", data="{", content_type="application/json")) == (400, "not-json")
    assert problem(trainer.post("/api/v1/lectures", json=[]))[0] == 422


def test_the_same_request_five_times_at_once_is_done_once(app_on_either):
    with unit_of_work(Actor.system("test"), "home") as uow:
        sides = build_world(uow)
    text, sent, door = token_of(sides.here.trainer)[1], plan(sides), Barrier(5)

    def send(_):
        with app_on_either.app_context():
            client = bearing(app_on_either, text)
            door.wait()
            return client.post("/api/v1/lectures", json=sent, headers={"Idempotency-Key": "k3"})

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(send, range(5)))

    assert {one.status_code for one in answers} == {201} and len({one.json["id"] for one in answers}) == 1
    assert sorted("Idempotent-Replayed" in one.headers for one in answers) == [False, True, True, True, True]
    assert len(bearing(app_on_either, text).get("/api/v1/lectures").json["items"]) == 1


def test_what_ends_ends_with_a_reason_by_the_rules_of_the_page(trainer, app, world):
    ids = populate(world.here)
    person, leaver = str(ids["person_id"]), str(world.here.person_ids[4])
    excuse = f"/api/v1/lectures/{ids['lecture_id']}/excuse"
    assert trainer.post(excuse, json={"person_id": person, "reason": "病假"}).json == {
        "person_id": person,
        "reason": "病假",
        "waits": False,
    }
    assert problem(trainer.post(excuse, json={"person_id": leaver, "reason": "病假"})) == (422, "unfit")
    assert problem(trainer.post(excuse, json={"person_id": person, "reason": "  "})) == (422, "unfit")

    today = str(clock.local_date(clock.now()))
    left = trainer.post(f"/api/v1/people/{leaver}/leave", json={"on": today})
    assert left.json["left_on"] == today
    assert problem(trainer.post(f"/api/v1/people/{leaver}/leave", json={"on": today}))[0] == 409

    cancelled = trainer.post(f"/api/v1/lectures/{ids['lecture_id']}/cancel", json={"reason": "停产检修"})
    assert cancelled.json["state"] == "cancelled"
    head = bearing(app, token_of(world.here.head)[1])
    assert problem(head.post(f"/api/v1/lectures/{ids['lecture_id']}/cancel", json={"reason": "停产检修"})) == (404, "not-found")
