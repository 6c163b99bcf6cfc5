"""Workers without an account: a code to their phone, or a roster number with a PIN; each opens nothing but their own record."""

from __future__ import annotations

import json
import re
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from lms.access.tries import LIMITS
from lms.core.db import db
from lms.core.tables import read as read_table
from lms.core.uow import unit_of_work
from lms.ledger.models import ChainEntry
from lms.notices.models import Channel
from lms.registry.models import Enterprise, Person
from lms.registry.rules import read_roster
from lms.registry.service import import_people, leave
from lms.sign_in import workers
from lms.sign_in.code_sending import send_phone_codes
from lms.sign_in.models import PhoneCode, Pin
from tests.conftest import on_either
from tests.notices.conftest import SYSTEM, Gateway, app, gateway, sms, wall
from tests.waiting import until_it_waits
from tests.wall import Wall
from tests.world import PHONES, build_world

__all__ = ["Gateway", "Wall", "app", "gateway", "wall"]
LIU = PHONES[2]
HERE, THERE = "湘粮油脂有限公司", "鸿和平机械有限责任公司"


def who(client) -> str:
    with client.session_transaction() as session:
        return session.get("_user_id", "")


def ask(client, phone=LIU, place=HERE, **more):
    answer = client.post("/sign-in/phone", data={"phone": phone, "place": place, **more})
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
        session["phone-asked"] = [read(select(PhoneCode))[0].phone_hash, HERE, 2**33]
    assert type_in(other, code_in(gateway)).status_code == 422 and who(other) == ""


def test_nobody_learns_who_is_on_a_roster(app, world, gateway):
    sms(world.here, gateway)
    known, unknown, nowhere = app.test_client(), app.test_client(), app.test_client()
    asked = ((known, LIU, HERE), (unknown, "13900000000", HERE), (nowhere, "13900000001", "没有这家公司"))
    answers = [[ask(client, phone, place) for _ in range(4)] for client, phone, place in asked]

    assert [[one.status_code for one in row] for row in answers] == [[303, 303, 303, 429]] * 3
    assert type_in(nowhere, "000000").status_code == 422
    assert known.get("/sign-in/phone/code").text.split("csrf")[0] == unknown.get("/sign-in/phone/code").text.split("csrf")[0]
    assert {body["to"] for body in gateway.bodies()} == {LIU}
    assert type_in(unknown, "000000").status_code == 422
    assert app.test_client().post("/sign-in/phone", data={"phone": "12345", "place": HERE}).status_code == 422


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


def on_both_rosters(world) -> str:
    """Somebody of the other firm has the phone of 刘洋 too; their id."""
    with unit_of_work(SYSTEM, "home") as uow:
        theirs = uow.session.get_one(Person, world.there.person_ids[1])
        theirs.phone, theirs.phone_hash = LIU, read(select(Person.phone_hash).where(Person.id == world.here.person_ids[2]))[0]
        return str(theirs.id)


@on_either
def test_a_code_opens_no_other_firm_than_the_one_whose_gateway_carried_it(app, world, gateway):
    theirs_id, client = on_both_rosters(world), app.test_client()
    sms(world.there, gateway)
    assert ask(client).status_code == 303 and gateway.heard == []  # no gateway here, and theirs is not asked
    ask(client, place=THERE)
    code, other = code_in(gateway), app.test_client()
    with other.session_transaction() as session:
        session["phone-asked"] = [read(select(PhoneCode))[0].phone_hash, HERE, 2**33]
    assert type_in(other, code).status_code == 422 and who(other) == ""
    assert type_in(client, code).status_code == 303 and who(client) == f"person:{theirs_id}"

    sms(world.here, gateway, url=f"{gateway.url}/ours")
    mine = app.test_client()
    ask(mine, place="91430699ma7uup5y9r")
    assert gateway.heard[-1].path == "/ours"
    assert type_in(mine, code_in(gateway)).status_code == 303 and who(mine) == f"person:{world.here.person_ids[2]}"


def test_a_phone_of_two_in_one_firm_says_of_nobody_who_they_are(app, world, gateway):
    sms(world.here, gateway)
    with unit_of_work(SYSTEM, "home") as uow:
        liu, other = (uow.session.get_one(Person, world.here.person_ids[at]) for at in (2, 3))
        other.phone, other.phone_hash = liu.phone, liu.phone_hash
    client = app.test_client()
    assert ask(client).status_code == 303 and gateway.heard == []
    assert type_in(client, "000000").status_code == 422 and who(client) == ""


@on_either
def test_who_signs_in_by_a_code_is_told_and_the_chain_says_so_and_who_changed_phone_and_gateway(app, world, client_as, gateway):
    trainer, page = client_as(world.here.trainer), f"/enterprises/{world.here.enterprise_id}/trail?group=sign-in"
    typed = {"url": f"{gateway.url}/sms", "method": "POST", "body": "json", "success": "code=0", "enabled": "y"}
    template = '{"to": "{phone}", "text": "{text}"}'
    assert trainer.post("/channels/sms", data=typed | {"template": template}).status_code == 303
    for _ in range(2):  # the second time it is the same number
        assert trainer.post(f"/people/{world.here.person_ids[2]}/phone", data={"phone": "13900000009"}).status_code == 303
    client = app.test_client()
    ask(client, "13900000009")
    assert type_in(client, code_in(gateway)).status_code == 303

    assert "有人用短信验证码登录了您的记录" in client.get("/me/notices").text
    entries = read(select(ChainEntry).order_by(ChainEntry.seq))
    assert [entry.kind for entry in entries] == ["channel.set-up", "person.phone-changed", "sign-in.sms"]
    assert [entry.subject_id for entry in entries[1:]] == [world.here.person_ids[2]] * 2
    assert not any(word in entry.fact for entry in entries for word in ("刘洋", "赵倩", "13900000009"))
    told = client_as(world.here.officer).get(page).text
    for words in ("设置通知渠道", "渠道 短信", "更改手机号", "短信验证码登录", "赵倩", "刘洋"):
        assert words in told
    assert "更改手机号</b>" in trainer.get(page + "&q=赵倩").text


def test_a_roster_that_changes_a_phone_is_in_the_chain_and_one_that_changes_none_is_not(app, world):
    for phone in ("13900000009", "13900000009"):
        content = f"姓名,工号,手机号\n刘洋,0003,{phone}\n新来的,0301,13900000010\n"
        with unit_of_work(SYSTEM, "home") as uow:
            enterprise = uow.session.get_one(Enterprise, world.here.enterprise_id)
            import_people(uow, enterprise, read_roster(read_table(content.encode(), "花名册.csv")))

    changed = read(select(ChainEntry).where(ChainEntry.kind == "person.phone-changed"))
    assert [entry.subject_id for entry in changed] == [world.here.person_ids[2]]


def test_a_slow_or_broken_gateway_holds_up_nobody_elses_codes(app, world, gateway, monkeypatch):
    monkeypatch.setattr(workers, "enqueue", lambda _name: None)  # the sweep finds both waiting
    on_both_rosters(world)
    theirs, waited = threading.Event(), []

    def answer(heard, _before):
        if heard.path == "/theirs":
            theirs.set()
        else:
            waited.append(theirs.wait(3))
        return 200, {"code": 0}

    gateway.answer = answer
    channel_id = sms(world.here, gateway)
    sms(world.there, gateway, url=f"{gateway.url}/theirs")
    for place in (HERE, THERE):
        app.test_client().post("/sign-in/phone", data={"phone": LIU, "place": place})
    send_phone_codes()
    assert waited == [True]

    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Channel, channel_id).sealed_settings = "broken"
    theirs.clear()
    app.test_client().post("/sign-in/phone", data={"phone": PHONES[3], "place": HERE})
    app.test_client().post("/sign-in/phone", data={"phone": LIU, "place": THERE})
    send_phone_codes()
    assert theirs.is_set()


def by_number(client, firm, pin, work_no="0003", **more):
    return client.post("/sign-in/number", data={"place": firm, "work_no": work_no, "pin": pin, **more})


def handed(client_as, world) -> str:
    page = client_as(world.here.trainer).post(f"/people/{world.here.person_ids[2]}/pin").text
    return re.search(r">(\d{6})<", page)[1]


def test_a_pin_that_was_handed_out_is_good_for_choosing_ones_own_and_nothing_else(app, world, client_as):
    pin, client, firm = handed(client_as, world), app.test_client(), HERE
    assert by_number(client, firm, pin).location == "/sign-in/pin" and who(client) == ""
    assert client.get("/me").status_code == 303
    for easy in ("123456", "111111", "12345", pin):
        assert client.post("/sign-in/pin", data={"pin": easy, "again": easy}).status_code == 422
    slip = client.post("/sign-in/pin", data={"pin": "4071859", "again": "4071858"})
    assert slip.status_code == 422 and "两遍不一样" in slip.text
    assert client.post("/sign-in/pin", data={"pin": "4071859", "again": "4071859"}).status_code == 303
    assert who(client) == f"person:{world.here.person_ids[2]}"

    again, uscc = app.test_client(), read(select(Enterprise.uscc).where(Enterprise.id == world.here.enterprise_id))[0]
    assert by_number(again, firm, pin).status_code == 422
    assert by_number(again, uscc, "4071859").status_code == 303 and who(again) == who(client)
    facts = [
        json.loads(entry.fact)
        for entry in read(select(ChainEntry).where(ChainEntry.kind == "sign-in.pin").order_by(ChainEntry.seq))
    ]
    assert facts == [{"handed_out": True, "actor": world.here.trainer}, {"handed_out": False}]
    assert "给您发了登录 PIN" in again.get("/me/notices").text
    assert not any(word in repr(tuple(row)) for row in db.session.execute(text("SELECT * FROM pin")) for word in (pin, "4071859"))


def test_a_pin_is_not_tried_through_is_of_one_firm_and_ends_with_the_roster(app, world, client_as, wall):
    pin, client, firm = handed(client_as, world), app.test_client(), HERE
    assert by_number(client, THERE, pin).status_code == 422
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


def test_a_firm_has_one_row_of_tries_by_whatever_name_it_is_called(app, world, client_as):
    pin, places = handed(client_as, world), [HERE, "91430699MA7UUP5Y9R", f" {HERE} ", "91430699ma7uup5y9r", HERE]
    assert [by_number(app.test_client(), place, "000000").status_code for place in places] == [422] * 5
    assert by_number(app.test_client(), "91430699MA7UUP5Y9R", pin).status_code == 429


def test_pins_are_not_sprayed_over_a_roster_from_one_address(app, world, client_as, wall):
    pin, client = handed(client_as, world), app.test_client()
    most, _wait = LIMITS["doors"]
    assert {by_number(client, HERE, "520131", f"9{at:03}").status_code for at in range(most)} == {422}
    assert by_number(client, HERE, pin).status_code == 429
    ask(client)
    assert type_in(client, "000000").status_code == 429
    away = {"REMOTE_ADDR": "192.0.2.7"}
    data = {"place": HERE, "work_no": "0003", "pin": pin}
    assert client.post("/sign-in/number", data=data, environ_base=away).status_code == 303


@on_either
def test_a_pin_that_was_replaced_chooses_nothing_and_no_door_stays_half_open(app, world, client_as):
    old, found = handed(client_as, world), app.test_client()
    assert by_number(found, HERE, old).status_code == 303
    new = handed(client_as, world)
    assert found.post("/sign-in/pin", data={"pin": "4071859", "again": "4071859"}).status_code == 422 and who(found) == ""

    client = app.test_client()
    by_number(client, HERE, new)
    client.post("/sign-out")
    assert client.get("/sign-in/pin").location == "/sign-in/worker"
    assert by_number(client, HERE, new, next="/me/notices").location == "/sign-in/pin?next=/me/notices"
    assert 'value="/me/notices"' in client.get("/sign-in/pin?next=/me/notices").text
    chosen = {"pin": "4071859", "again": "4071859", "next": "/me/notices"}
    assert client.post("/sign-in/pin", data=chosen).location == "/me/notices"
    assert client.get("/sign-in/pin").location == "/sign-in/worker"


def test_a_pin_handed_out_anew_while_its_owner_chooses_one_counts(app_on_postgres):
    with unit_of_work(SYSTEM, "home") as uow:
        person = uow.session.get_one(Person, build_world(uow).here.person_ids[2])
        workers.hand_out(uow, person)
    set_at = read(select(Pin))[0].set_at
    refused = []

    def choose():
        with app_on_postgres.app_context(), unit_of_work(SYSTEM, "home") as uow:
            try:
                workers.choose_pin(uow, person.id, set_at, "4071859")
            except workers.WrongPin:
                refused.append(True)

    other = threading.Thread(target=choose)
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
        other.start()
        until_it_waits(other)
        workers.hand_out(uow, uow.session.get_one(Person, person.id))  # neither waits for what the other holds
    other.join()

    assert refused == [True] and not read(select(Pin))[0].own


def test_the_page_offers_codes_only_where_they_can_be_sent(app, world, gateway):
    client = app.test_client()
    assert "/sign-in/worker" in client.get("/sign-in").text and "获取验证码" not in client.get("/sign-in/worker").text
    sms(world.here, gateway)
    assert "获取验证码" in client.get("/sign-in/worker").text
    for path in ("/sign-in/phone/code", "/sign-in/pin"):
        assert client.get(path).location == "/sign-in/worker"


@settings(max_examples=20)
@given(st.text(alphabet="0123456789a１", max_size=14))
def test_what_may_be_a_pin_is_six_to_twelve_plain_digits(pin):
    if workers.good(pin):
        assert 6 <= len(pin) <= 12 and set(pin) <= set("0123456789") and len(set(pin)) > 1


@pytest.mark.parametrize(
    "easy",
    ["111111", "123456", "987654321", "123123", "112233", "121212", "520520", "111222", "199001", "900101", "19900101", "147258",
     "159357", "5201314"],
)  # fmt: skip
def test_what_is_tried_first_is_no_pin(easy):
    assert not workers.good(easy) and workers.good("4071859")
