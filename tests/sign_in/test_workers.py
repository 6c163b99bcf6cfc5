"""Workers without an account: a code to their phone, or a roster number with a PIN; each opens nothing but their own record."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.ledger.models import ChainEntry
from lms.registry.models import Enterprise, Person
from lms.registry.service.leaving import leave
from lms.sign_in import workers
from lms.sign_in.code_sending import send_phone_codes
from lms.sign_in.models import PhoneCode
from tests.conftest import on_either
from tests.notices.conftest import SYSTEM, Gateway, Wall, app, gateway, sms, wall
from tests.world import PHONES

__all__ = ["Gateway", "Wall", "app", "gateway", "wall"]
LIU = PHONES[2]


def who(client) -> str:
    with client.session_transaction() as session:
        return session.get("_user_id", "")


def ask(client, phone=LIU, **more):
    answer = client.post("/sign-in/phone", data={"phone": phone, **more})
    send_phone_codes()
    return answer


def code_in(gateway) -> str:
    return re.search(r"验证码 (\d{6})", gateway.bodies()[-1]["text"])[1]


def type_in(client, code, **more):
    return client.post("/sign-in/phone/code", data={"code": code, **more})


def read(statement):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return uow.session.scalars(statement).all()


@on_either
def test_a_code_to_the_phone_on_the_roster_opens_ones_own_record_once(app, world, gateway):
    sms(world.here, gateway)
    client, other = app.test_client(), app.test_client()
    assert ask(client, "199-0603-0610", next="/me").location == "/sign-in/phone/code?next=/me"
    assert gateway.bodies()[-1]["to"] == LIU

    assert type_in(client, code_in(gateway), next="/me").location == "/me"
    assert who(client) == f"person:{world.here.person_ids[2]}"
    assert client.get("/me").status_code == 200 and client.get("/people").status_code == 404
    with other.session_transaction() as session:
        session["phone-asked"] = [read(select(PhoneCode))[0].phone_hash, 2**33]
    assert type_in(other, code_in(gateway)).status_code == 422 and who(other) == ""


def test_nobody_learns_who_is_on_a_roster(app, world, gateway):
    sms(world.here, gateway)
    known, unknown = app.test_client(), app.test_client()
    answers = [[ask(client, phone) for _ in range(4)] for client, phone in ((known, LIU), (unknown, "13900000000"))]

    assert [[one.status_code for one in row] for row in answers] == [[303, 303, 303, 429]] * 2
    assert known.get("/sign-in/phone/code").text.split("csrf")[0] == unknown.get("/sign-in/phone/code").text.split("csrf")[0]
    assert {body["to"] for body in gateway.bodies()} == {LIU}
    assert type_in(unknown, "000000").status_code == 422
    assert app.test_client().post("/sign-in/phone", data={"phone": "12345"}).status_code == 422


def test_a_code_is_not_tried_through_and_goes_stale(app, world, gateway, wall):
    sms(world.here, gateway)
    client = app.test_client()
    ask(client)
    right = code_in(gateway)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    assert [type_in(client, wrong).status_code for _ in range(6)] == [422] * 5 + [429]
    assert type_in(client, right).status_code == 429

    wall.forward(minutes=11)
    assert type_in(client, right).status_code == 422
    ask(client)
    assert type_in(client, code_in(gateway)).status_code == 303


def test_a_phone_is_sent_only_so_many_codes_a_day(app, world, gateway, wall):
    sms(world.here, gateway)
    for _ in range(12):
        ask(app.test_client())
        wall.forward(minutes=11)

    assert len(gateway.heard) == workers.CODES_A_DAY
    wall.forward(days=1)
    send_phone_codes()
    assert read(select(PhoneCode)) == []


def test_a_phone_of_two_in_one_firm_says_of_nobody_who_they_are_and_of_two_firms_asks_which(app, world, gateway):
    sms(world.here, gateway)
    with unit_of_work(SYSTEM, "home") as uow:
        theirs = uow.session.get_one(Person, world.there.person_ids[1])
        theirs.phone, theirs.phone_hash = LIU, read(select(Person.phone_hash).where(Person.id == world.here.person_ids[2]))[0]
        theirs_id = str(theirs.id)
    client = app.test_client()
    ask(client)
    assert type_in(client, code_in(gateway)).location == "/sign-in/phone/who"
    assert who(client) == "" and client.get("/sign-in/phone/who").text.count('name="person"') == 2
    assert (
        client.post("/sign-in/phone/who", data={"person": str(world.here.person_ids[3])}).status_code == 200 and who(client) == ""
    )
    client.post("/sign-in/phone/who", data={"person": theirs_id})
    assert who(client) == f"person:{theirs_id}"

    with unit_of_work(SYSTEM, "home") as uow:
        for place in (1, 2):
            found = uow.session.get_one(Person, world.here.person_ids[place])
            found.phone_hash = "shared"
    assert read(select(Person.id).where(Person.phone_hash == "shared")) and owners("shared") == []


def owners(phone_hash):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return list(workers.owners(uow, phone_hash))


@pytest.fixture
def firm(world) -> str:
    return read(select(Enterprise.name).where(Enterprise.id == world.here.enterprise_id))[0]


def by_number(client, firm, pin, work_no="0003"):
    return client.post("/sign-in/number", data={"place": firm, "work_no": work_no, "pin": pin})


def handed(client_as, world) -> str:
    page = client_as(world.here.trainer).post(f"/people/{world.here.person_ids[2]}/pin").text
    return re.search(r">(\d{6})<", page)[1]


def test_a_pin_that_was_handed_out_is_good_for_choosing_ones_own_and_nothing_else(app, world, client_as, firm):
    pin, client = handed(client_as, world), app.test_client()
    assert by_number(client, firm, pin).location == "/sign-in/pin" and who(client) == ""
    assert client.get("/me").status_code == 303
    for easy in ("123456", "111111", "12345", pin):
        assert client.post("/sign-in/pin", data={"pin": easy, "again": easy}).status_code == 422
    assert client.post("/sign-in/pin", data={"pin": "4071859", "again": "4071858"}).status_code == 422
    assert client.post("/sign-in/pin", data={"pin": "4071859", "again": "4071859"}).status_code == 303
    assert who(client) == f"person:{world.here.person_ids[2]}"

    again, uscc = app.test_client(), read(select(Enterprise.uscc).where(Enterprise.id == world.here.enterprise_id))[0]
    assert by_number(again, firm, pin).status_code == 422
    assert by_number(again, uscc, "4071859").status_code == 303 and who(again) == who(client)
    facts = [
        json.loads(entry.fact)
        for entry in read(select(ChainEntry).where(ChainEntry.kind == "sign-in.pin").order_by(ChainEntry.seq))
    ]
    assert [fact["handed_out"] for fact in facts] == [True, False] and facts[0]["by"] != facts[1]["by"]
    assert "给您发了登录 PIN" in again.get("/me/notices").text
    assert not any(word in repr(tuple(row)) for row in db.session.execute(text("SELECT * FROM pin")) for word in (pin, "4071859"))


def test_a_pin_is_not_tried_through_is_of_one_firm_and_ends_with_the_roster(app, world, client_as, firm, wall):
    pin, client = handed(client_as, world), app.test_client()
    theirs = read(select(Enterprise.name).where(Enterprise.id == world.there.enterprise_id))[0]
    assert by_number(client, theirs, pin).status_code == 422
    wall.forward(minutes=11)
    assert [by_number(app.test_client(), firm, "000000").status_code for _ in range(6)] == [422] * 5 + [429]
    assert by_number(client, firm, pin).status_code == 429
    wall.forward(minutes=11)
    assert by_number(client, firm, pin).status_code == 303

    wall.forward(days=8)
    assert by_number(client, firm, pin).status_code == 422
    fresh = handed(client_as, world)
    with unit_of_work(SYSTEM, "home") as uow:
        leave(uow, uow.session.get_one(Person, world.here.person_ids[2]), uow.today)
    wall.forward(days=1)
    assert by_number(client, firm, fresh).status_code == 422


def test_the_page_offers_codes_only_where_they_can_be_sent(app, world, gateway):
    client = app.test_client()
    assert "/sign-in/worker" in client.get("/sign-in").text and "获取验证码" not in client.get("/sign-in/worker").text
    sms(world.here, gateway)
    assert "获取验证码" in client.get("/sign-in/worker").text
    for path in ("/sign-in/phone/code", "/sign-in/phone/who", "/sign-in/pin"):
        assert client.get(path).location == "/sign-in/worker"


@settings(max_examples=20)
@given(st.text(alphabet="0123456789a１", max_size=14))
def test_what_may_be_a_pin_is_six_to_twelve_plain_digits(pin):
    if workers.good(pin):
        assert 6 <= len(pin) <= 12 and set(pin) <= set("0123456789") and len(set(pin)) > 1
