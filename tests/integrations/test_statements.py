"""A learning record store hears of every fact once, as the Experience API says, after an hour of silence too."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from lms.attendance.events import PresenceSettled
from lms.attendance.models import Presence, PresenceStatus
from lms.core.uow import unit_of_work
from lms.credentials.events import CompletionsDecided
from lms.credentials.issuing import issue_due
from lms.credentials.models import Certificate
from lms.credentials.service.ending import revoke
from lms.integrations import service
from lms.integrations.models import Webhook, WebhookMessage
from lms.integrations.sending import send_webhooks
from lms.integrations.xapi import rules
from lms.lectures.models import Lecture
from lms.lectures.service import void
from lms.quizzes.events import ScoresChanged
from lms.quizzes.models import Attempt
from lms.registry.models import Person
from tests.conftest import on_either
from tests.credentials.scenes import held, hold, take_quiz
from tests.integrations.record_store import DURATION, Store, verb_of
from tests.integrations.test_webhooks import rows
from tests.notices.conftest import SYSTEM, Gateway, app, gateway, wall
from tests.wall import Wall

__all__ = ["Gateway", "Wall", "app", "gateway", "wall"]


@pytest.fixture
def store(world, gateway) -> Store:
    """One that takes what we send, set up for the firm."""
    store = Store()
    gateway.answer = store.answer
    with unit_of_work(SYSTEM, "home") as uow:
        service.set_up_store(uow, world.here.enterprise_id, "集团学习记录库", f"{gateway.url}/xapi", "anke:s3cret")
    return store


def heard(side, *places):
    """A lecture that these people of the roster heard to its end; no certificate is printed. Returns its id."""
    with unit_of_work(SYSTEM, "system") as uow:
        lecture_id = hold(uow, side, dict.fromkeys(places, (0, 60))).id
        uow._afterwards.clear()
        return lecture_id


def say(side, lecture_id, *places, event=PresenceSettled):
    with unit_of_work(SYSTEM, "home") as uow:
        uow.say(event(lecture_id, side.enterprise_id, tuple(side.person_ids[n] for n in places), at=uow.now))


@on_either
def test_a_lecture_with_its_quiz_is_told_by_numbers_alone(world, store):
    here = world.here
    lecture_id = held(here, {1: (0, 60), 2: (0, 60)}, quiz=True)
    with unit_of_work(SYSTEM, "system") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        for place, right in ((1, 4), (2, 1)):
            take_quiz(uow, lecture, here.person_ids[place], right)
    issue_due()
    send_webhooks()

    assert store.faults == []
    who = {str(here.person_ids[place]): place for place in (1, 2)}
    said = sorted((verb_of(one), who[one["actor"]["account"]["name"]]) for one in store.said(*rules.VERBS))
    assert said == [("attended", 1), ("attended", 2), ("completed", 1), ("earned", 1), ("failed", 2), ("passed", 1)]
    (passed,) = store.said("passed")
    assert passed["result"]["score"] == {"scaled": 1.0, "raw": 100, "min": 0, "max": 100} and passed["result"]["success"] is True
    assert store.said("failed")[0]["result"]["score"]["scaled"] == 0.25
    assert {one["result"]["duration"] for one in store.said("attended")} == {"PT1H"}
    assert store.said("completed")[0]["result"]["completion"] is True
    assert all(one["actor"]["account"]["homePage"] == "http://anke.test" for one in store.statements.values())
    told = json.dumps(list(store.statements.values()), ensure_ascii=False)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        people = uow.session.scalars(select(Person).where(Person.enterprise_id == here.enterprise_id)).all()
        words = [word for one in people for word in (one.name, one.phone) if word]
    assert len(words) > 5 and not any(word in told for word in words)


def test_a_store_down_for_an_hour_loses_nothing_and_doubles_nothing(world, store, gateway, wall):
    store.down = True
    lectures = []
    for _ in range(3):
        lectures.append(heard(world.here, 1, 2))
        send_webhooks()
        wall.forward(minutes=20)
    assert store.statements == {} and gateway.heard

    store.down, store.deaf = False, 3  # it takes the next three, and each time the answer is lost
    for _ in range(8):
        wall.forward(hours=3)
        send_webhooks()

    assert store.faults == [] and all(one.sent_at for one in rows(WebhookMessage))
    told = [(one["object"]["id"][-36:], one["actor"]["account"]["name"]) for one in store.said("attended")]
    expected = {(str(lecture), str(world.here.person_ids[place])) for lecture in lectures for place in (1, 2)}
    assert len(told) == len(expected) == 6 and set(told) == expected
    assert len(store.said("completed")) == 6


def test_what_is_said_again_is_the_same_statement_and_what_turns_out_otherwise_voids_it(world, store):
    here, person_id = world.here, world.here.person_ids[1]
    lecture_id = heard(here, 1)
    for event in (PresenceSettled, CompletionsDecided, PresenceSettled):
        say(here, lecture_id, 1, event=event)
    send_webhooks()
    (first,) = store.said("attended")

    def becomes(**values):
        with unit_of_work(SYSTEM, "home") as uow:
            own = (Presence.lecture_id == lecture_id, Presence.person_id == person_id)
            uow.session.execute(update(Presence).where(*own).values(**values))
            uow.say(PresenceSettled(lecture_id, here.enterprise_id, (person_id,), at=uow.now))
        send_webhooks()

    becomes(minutes=45)
    (second,) = store.said("attended")
    assert first["id"] in store.void and second["result"]["duration"] == "PT45M"
    becomes(status=PresenceStatus.ABSENT, minutes=None)
    assert store.said("attended") == []
    becomes(status=PresenceStatus.PRESENT, minutes=60)  # as it was at first; what is void cannot be said again
    (third,) = store.said("attended")
    assert third["id"] not in (first["id"], second["id"]) and store.faults == []
    before = len(store.statements)
    say(here, lecture_id, 1)
    send_webhooks()
    assert len(store.statements) == before


def test_a_certificate_that_ends_is_earned_no_more(world, store):
    held(world.here, {1: (0, 60)})
    issue_due()
    send_webhooks()
    (earned,) = store.said("earned")
    with unit_of_work(SYSTEM, "home") as uow:
        certificate = uow.session.scalars(select(Certificate)).one()
        assert earned["object"]["id"] == f"http://anke.test/verify/{certificate.public_code}"
        revoke(uow, certificate, "冒名顶替")
    send_webhooks()

    assert store.said("earned") == [] and earned["id"] in store.void and store.faults == []


def test_of_a_lecture_declared_void_no_statement_stands(world, store):
    lecture_id = held(world.here, {1: (0, 60), 2: (0, 60)}, quiz=True)
    with unit_of_work(SYSTEM, "system") as uow:
        for place, right in ((1, 4), (2, 1)):
            take_quiz(uow, uow.session.get_one(Lecture, lecture_id), world.here.person_ids[place], right)
    send_webhooks()
    assert len(store.said("attended", "passed", "failed", "completed")) == 5
    with unit_of_work(SYSTEM, "system") as uow:
        void(uow, uow.session.get_one(Lecture, lecture_id), "主讲人冒名")
    say(world.here, lecture_id, 1, 2)  # whatever is settled anew afterwards
    send_webhooks()

    assert store.said("attended", "passed", "failed", "completed") == [] and store.faults == []


@pytest.mark.parametrize(
    ("how", "took", "hours"), [("paper", None, 0), ("deadline", "PT33M", 0.55), ("person", "PT20M", 20 / 60)]
)
def test_an_attempt_took_as_long_as_somebody_sat_at_it(world, store, how, took, hours):
    """Not as long as its paper lay about before it was keyed in, nor until a server that was down came to end it."""
    lecture_id = held(world.here, {1: (0, 60)}, quiz=True)
    with unit_of_work(SYSTEM, "system") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        take_quiz(uow, lecture, world.here.person_ids[1], 4)
        attempt = uow.session.scalars(select(Attempt)).one()
        attempt.submitted_how, attempt.deadline_at = how, attempt.started_at + timedelta(minutes=30)
        attempt.submitted_at = attempt.started_at + (timedelta(minutes=20) if how == "person" else timedelta(hours=26))
        began = attempt.started_at
        uow.say(ScoresChanged(lecture_id, world.here.enterprise_id, (world.here.person_ids[1],), "改正", at=uow.now))
    send_webhooks()

    (passed,) = store.said("passed")
    assert passed["result"].get("duration") == took
    assert abs(datetime.fromisoformat(passed["timestamp"]) - began - timedelta(hours=hours)) < timedelta(seconds=1)


def test_one_statement_that_a_store_refuses_is_skipped_by_hand_and_the_others_arrive(world, store, gateway, client_as):
    heard(world.here, 1, 2)
    trainer, (first, second) = client_as(world.here.trainer), rows(WebhookMessage)[:2]
    where = f"/webhooks/messages/{first.id}/skip"
    assert trainer.post(where).status_code == 404, "it was not even tried"
    gateway.answer = lambda one, before: (400, {}) if str(first.fact_id) in str(one.query) else store.answer(one, before)
    send_webhooks()
    assert store.statements == {} and where in trainer.get(f"/webhooks/{first.webhook_id}").text
    assert trainer.post(f"/webhooks/messages/{second.id}/skip").status_code == 404, "others are before it"

    page = trainer.post(where, follow_redirects=True).text
    send_webhooks()

    assert page.count("跳过了") == 1 and len(store.statements) == len(rows(WebhookMessage)) - 1 == 3
    assert trainer.post(where).status_code == 404
    gateway.answer = store.answer
    trainer.post(f"/webhooks/messages/{first.id}/replay")
    send_webhooks()
    assert len(store.statements) == 4 and "跳过了" not in trainer.get(f"/webhooks/{first.webhook_id}").text


def test_one_that_has_the_statement_already_and_says_so_has_it(world, store, gateway):
    gateway.answer = lambda heard, before: (409, {})
    heard(world.here, 1)
    send_webhooks()

    assert {one.status for one in rows(WebhookMessage)} == {409} and all(one.sent_at for one in rows(WebhookMessage))


def test_after_a_month_the_text_is_forgotten_and_still_nothing_is_said_twice(world, store, wall, client_as):
    lecture_id = held(world.here, {1: (0, 60)})
    send_webhooks()
    before = len(store.statements)
    wall.forward(days=31)
    with unit_of_work(SYSTEM, "home") as uow:
        service.forget_old(uow)
    say(world.here, lecture_id, 1)
    send_webhooks()

    kept = rows(WebhookMessage)
    assert {one.body for one in kept} == {""} and len(store.statements) == len(kept) == before
    assert client_as(world.here.trainer).post(f"/webhooks/messages/{kept[0].id}/replay").status_code == 404


def test_the_page_sets_up_a_store_asks_it_and_changes_its_key(app, world, gateway, client_as):
    store = Store("anke", "right")
    gateway.answer = store.answer
    trainer = client_as(world.here.trainer)
    form = {"name": "集团学习记录库", "url": f"{gateway.url}/wrong/statements/", "key": "anke", "secret": "old"}
    assert trainer.post("/webhooks/stores", data=form | {"key": "a:b"}).status_code == 422
    assert trainer.post("/webhooks/stores", data=form | {"url": "ftp://lrs.example"}).status_code == 422
    page = trainer.post("/webhooks/stores", data=form).location
    assert "old" not in trainer.get(page).text and rows(Webhook)[0].sealed_url.endswith("/wrong")

    def asked():
        return trainer.post(f"{page}/ask", follow_redirects=True).text

    assert "/about 答 404" in asked()
    gateway.answer = lambda _heard, _before: (200, {"version": 1})
    assert "不支持 xAPI 1.0.3" in asked()
    gateway.answer = store.answer
    trainer.post(f"{page}/remove")
    page = trainer.post("/webhooks/stores", data=form | {"url": f"{gateway.url}/xapi/statements/"}).location
    assert "不认这把密钥" in asked()
    heard(world.here, 1)
    send_webhooks()
    shown = trainer.get(page).text
    assert store.statements == {} and "对方答 401" in shown and "条在等" in shown

    trainer.post(f"{page}/key", data={"key": "anke", "secret": "right"})
    send_webhooks()
    assert "通了" in asked() and len(store.said("attended", "completed")) == 2
    store.reads = False
    assert "只是不让读" in asked() and len(store.statements) == len(rows(WebhookMessage))
    for other in ("rotate", "try"):
        assert trainer.post(f"{page}/{other}").status_code == 404
    assert client_as(world.here.employee).get("/webhooks/stores").status_code == 404


def test_a_store_inside_our_own_network_is_not_reached(app, world, store, gateway, client_as):
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], private_gateways=False)
    heard(world.here, 1)
    send_webhooks()
    asked = client_as(world.here.trainer).post(f"/webhooks/{rows(Webhook)[0].id}/ask", follow_redirects=True)

    assert gateway.heard == [] and ":private:" in rows(WebhookMessage)[0].why and "内部网络" in asked.text


@settings(max_examples=30)
@given(st.integers(min_value=0, max_value=10**6))
def test_a_duration_is_of_the_standard_and_as_long_as_it_was(seconds):
    text = rules.duration(timedelta(seconds=seconds))
    match = DURATION.fullmatch(text)
    hours, minutes, rest = (int((match.group(n) or "0 ")[:-1]) for n in (5, 6, 7))

    assert hours * 3600 + minutes * 60 + rest == seconds
