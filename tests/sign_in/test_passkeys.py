"""Passkeys: a device opens one account, at our address, each question once; and in a real browser with a device of its own."""

from __future__ import annotations

import dataclasses
import html
import json
import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from lms.access import passkeys
from lms.access.models import Passkey, Role, User
from lms.access.service import add_user
from lms.core import clock
from lms.core.uow import unit_of_work
from tests.browser import axe, keep_picture, overflow
from tests.conftest import on_either
from tests.sign_in.authenticator import PRESENT, Device
from tests.sign_in.test_second_step import NOON, PASSWORD, first_step, switched_on, who
from tests.wall import Wall
from tests.world import Actor

ORIGIN = "https://anke.test"


@pytest.fixture
def app(app, monkeypatch):
    monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(app.extensions["settings"], base_url=ORIGIN))
    return app


class Ticking(Wall):
    """A clock that never says the same twice."""

    def read(self):
        return self.forward(milliseconds=1)


@pytest.fixture
def wall(monkeypatch) -> Wall:
    wall = Ticking(NOON)
    monkeypatch.setattr(clock, "now", wall.read)
    return wall


def an_officer(world, username: str) -> str:
    with unit_of_work(Actor.system("test"), "home") as uow:
        own = {"role": Role.OFFICER, "jurisdiction_id": world.here.district_id}
        return f"user:{add_user(uow, username=username, name=username, password=PASSWORD, **own).id}"


@pytest.fixture
def officer(world) -> str:
    return an_officer(world, "wangmin")


def options_of(page) -> dict:
    assert page.status_code in (200, 422), page.status_code
    return json.loads(html.unescape(re.search(r'data-options="([^"]*)"', page.text).group(1)))


def begin(client, name="办公室电脑"):
    return client.post("/account/passkeys", data={"name": name, "password": PASSWORD})


@pytest.fixture
def added(client_as):
    return lambda device, key: _added(client_as(key), device)


def _added(client, device: Device):
    """Their own browser, in which this device was added."""
    made = device.make(options_of(begin(client)))
    assert client.post("/account/passkeys/add", data={"name": "办公室电脑", "credential": made}).status_code == 303
    return client


def kept():
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        return uow.session.scalars(select(Passkey.id).order_by(Passkey.id)).all()


def asked(client, path="/sign-in/passkey") -> dict:
    return options_of(client.get(path))


def send(client, credential: str, path="/sign-in/passkey"):
    return client.post(path, data={"credential": credential, "next": "/patch"})


def refused(client, answer, sentence: str) -> None:
    """Nobody is signed in, the page says why, and asks again by itself."""
    assert answer.status_code == 422 and sentence in answer.text
    assert who(client) == "" and options_of(answer)["challenge"]


@on_either
def test_a_passkey_signs_in_without_a_password_and_says_when_it_was_used(app, added, officer, wall):
    device, client = Device(), app.test_client()
    own = added(device, officer)
    assert "还没有用过" in own.get("/account/passkeys").text

    options = asked(client)
    assert options["rpId"] == "anke.test" and options["allowCredentials"] == [] and options["userVerification"] == "required"
    assert send(client, device.prove(options)).location == "/patch"
    assert who(client).startswith("user:")
    assert "上次用" in own.get("/account/passkeys").text


def test_it_is_both_steps_and_takes_the_second_one_alone_too(app, added, officer, wall):
    device, client = Device(), app.test_client()
    added(device, officer)
    switched_on(app, wall)
    assert send(app.test_client(), device.prove(asked(client))).status_code == 422  # asked of another browser

    assert send(client, device.prove(asked(client))).location == "/patch"
    half = app.test_client()
    assert "/sign-in/second/passkey" in half.get(first_step(half).location).text
    options = asked(half, "/sign-in/second/passkey")
    assert len(options["allowCredentials"]) == 1
    assert send(half, device.prove(options), "/sign-in/second/passkey").location == "/patch"
    assert app.test_client().post("/sign-in/second/passkey").location == "/sign-in"


def test_a_replayed_answer_opens_nothing_even_with_the_cookie_of_then(app, added, officer, wall):
    device, client = Device(), app.test_client()
    device.counts = False  # as those of phones: nothing but our own memory tells
    added(device, officer)
    answer = device.prove(asked(client))
    with client.session_transaction() as session:
        then = dict(session)
    assert send(client, answer).status_code == 303

    thief = app.test_client()
    refused(thief, send(thief, answer), "放得太久，或者已经用过")
    asked(thief)
    refused(thief, send(thief, answer), "放得太久，或者已经用过")
    with thief.session_transaction() as session:
        session.update(then)
    refused(thief, send(thief, answer), "放得太久，或者已经用过")


def test_a_stale_challenge_is_refused(app, added, officer, wall):
    device, client = Device(), app.test_client()
    added(device, officer)
    answer = device.prove(asked(client))

    wall.forward(seconds=301)
    refused(client, send(client, answer), "放得太久，或者已经用过")


def test_an_answer_for_another_address_is_refused(app, added, officer, wall):
    device, client = Device(), app.test_client()
    added(device, officer)

    refused(client, send(client, device.prove(asked(client), origin="https://anke.test.evil.example")), ORIGIN)
    device.party = "evil.example"
    refused(client, send(client, device.prove(asked(client))), "没有验证通过")


def test_somebody_elses_passkey_is_refused(app, added, officer, wall, world):
    device, other, client = Device(), Device(), app.test_client()
    added(device, officer)
    added(other, an_officer(world, "liqiang"))
    switched_on(app, wall)

    first_step(client)
    answer = send(client, other.prove(asked(client, "/sign-in/second/passkey")), "/sign-in/second/passkey")
    assert answer.status_code == 422 and "不是这个账号的" in answer.text and who(client) == ""
    other.handle = device.handle
    refused(client, send(client, other.prove(asked(client))), "不是这个账号的")
    stranger = Device()
    stranger.handle = device.handle
    refused(client, send(client, stranger.prove(asked(client))), "没有登记这个通行密钥")
    stranger.id = device.id
    refused(client, send(client, stranger.prove(asked(client))), "没有验证通过")


def test_a_counter_that_goes_back_is_refused_and_said(app, added, officer, wall, caplog):
    device, client = Device(), app.test_client()
    added(device, officer)
    device.count = 7
    assert send(client, device.prove(asked(client))).status_code == 303

    copy = app.test_client()
    device.count = 4
    refused(copy, send(copy, device.prove(asked(copy))), "使用次数倒退了")
    assert "passkey count went back" in caplog.text
    device.count = 8
    assert send(copy, device.prove(asked(copy))).status_code == 303
    assert [passkeys.went_back(*pair) for pair in ((0, 0), (0, 1), (1, 2), (2, 2), (3, 0))] == [False, False, False, True, True]


def test_a_device_that_did_not_verify_its_owner_is_refused(app, added, officer, wall):
    device, client = Device(), app.test_client()
    added(device, officer)

    device.flags = PRESENT
    refused(client, send(client, device.prove(asked(client))), "没有验证通过")


@pytest.mark.parametrize(
    "sent", ["", "{", "[]", '{"id":1}', '{"id":"AA","rawId":"AA","type":"public-key","response":{}}', "x" * 30_000]
)
def test_what_is_no_answer_at_all_gets_a_plain_sentence(app, added, officer, wall, sent):
    client = app.test_client()
    asked(client)

    refused(client, send(client, sent), "没有验证通过")


def test_adding_asks_for_the_password_and_takes_each_device_once(app, added, officer, wall):
    device = Device()
    client = added(device, officer)

    wrong = client.post("/account/passkeys", data={"name": "手机", "password": "guess"})
    assert wrong.status_code == 422 and "密码不对" in wrong.text and 'value="手机"' in wrong.text
    strange = Device().make(asked(app.test_client()) | {"user": {"id": "AAAA"}})
    unasked = client.post("/account/passkeys/add", data={"name": "手机", "credential": strange})
    assert unasked.status_code == 422
    options = options_of(begin(client))
    assert len(options["excludeCredentials"]) == 1 and options["authenticatorSelection"]["residentKey"] == "required"
    again = client.post("/account/passkeys/add", data={"name": "手机", "credential": device.make(options)})
    assert again.status_code == 409 and "已经登记过" in again.text
    elsewhere = client.post(
        "/account/passkeys/add",
        data={"name": "手机", "credential": Device("https://evil.example").make(options_of(begin(client)))},
    )
    assert elsewhere.status_code == 422 and ORIGIN in elsewhere.text
    assert len(kept()) == 1


def test_each_is_removed_alone_and_the_last_one_leaves_the_password(app, added, officer, wall):
    phone, computer = Device(), Device()
    client = added(phone, officer)
    added(computer, officer)
    first, second = kept()

    assert client.post(f"/account/passkeys/{first}/remove").status_code == 303
    one, two = app.test_client(), app.test_client()
    refused(one, send(one, phone.prove(asked(one))), "没有登记这个通行密钥")
    assert send(two, computer.prove(asked(two))).status_code == 303
    client.post(f"/account/passkeys/{second}/remove")
    left = client.get("/account/passkeys").text
    assert "已删除最后一个通行密钥。以后用用户名和密码登录" in left and "登记一个" in left
    assert first_step(app.test_client()).location == "/patch"


def test_who_holds_nothing_any_more_gets_in_by_no_passkey(app, added, officer, wall):
    """An account of a demo outside the demo is nobody."""
    device, client = Device(), app.test_client()
    added(device, officer)
    with unit_of_work(Actor.system("test"), "home") as uow:
        uow.session.scalars(select(User).where(User.username == "wangmin")).one().is_demo = True

    refused(client, send(client, device.prove(asked(client))), "没有登记这个通行密钥")


@pytest.mark.parametrize(
    ("origin", "party"),
    [
        ("https://anke.example.cn", ("anke.example.cn", "https://anke.example.cn")),
        ("https://anke.example.cn:443", ("anke.example.cn", "https://anke.example.cn")),
        ("https://anke.example.cn:8443", ("anke.example.cn", "https://anke.example.cn:8443")),
        ("http://127.0.0.1:8000", ("localhost", "http://localhost:8000")),
        ("http://localhost:8000", ("localhost", "http://localhost:8000")),
        ("http://anke.example.cn", None), ("https://192.0.2.7", None), ("http://10.0.0.7:8000", None),
    ],
)  # fmt: skip
def test_passkeys_are_offered_where_browsers_allow_them(origin, party):
    found = passkeys.party_of(origin)

    assert (found and (found.id, found.origin)) == party


def test_in_a_browser_an_officer_adds_a_passkey_signs_out_and_comes_back_with_it(app, officer, host, office, monkeypatch):
    host = host.replace("127.0.0.1", "localhost")
    monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(app.extensions["settings"], base_url=host))
    page = office.new_page()
    device = office.new_cdp_session(page)
    device.send("WebAuthn.enable")
    kept = device.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                     "isUserVerified": True, "automaticPresenceSimulation": True}},
    )["authenticatorId"]  # fmt: skip

    page.goto(f"{host}/sign-in")
    page.get_by_label("用户名").fill("wangmin")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.goto(f"{host}/account/passkeys")
    page.get_by_label("名称").fill("办公室电脑")
    page.get_by_label("登录密码").fill(PASSWORD)
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="创建通行密钥").click()
    expect(page.get_by_text("已登记“办公室电脑”")).to_be_visible()
    assert axe(page) == [] and overflow(page) == 0
    keep_picture(page, "passkeys-1320")

    office.clear_cookies()
    page.goto(f"{host}/sign-in?next=/account")
    page.get_by_role("link", name="用通行密钥登录").click()
    expect(page.get_by_role("heading", name="我的账号")).to_be_visible()
    assert device.send("WebAuthn.getCredentials", {"authenticatorId": kept})["credentials"][0]["signCount"] == 2

    device.send("WebAuthn.setUserVerified", {"authenticatorId": kept, "isUserVerified": False})
    office.clear_cookies()
    page.goto(f"{host}/sign-in/passkey")
    expect(page.get_by_text("没有验证成")).to_be_visible()
    assert axe(page) == []

    page.route("**/passkey.js*", lambda route: route.abort())
    page.goto(f"{host}/sign-in/passkey")
    expect(page.get_by_role("button", name="验证")).to_be_disabled()  # before its script it would send nothing
