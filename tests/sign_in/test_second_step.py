"""The second step of a sign-in: a password alone opens nothing, and no code opens twice."""

from __future__ import annotations

import base64
import re
from datetime import UTC

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from lms.access import second
from lms.access.models import Role, User
from lms.access.service import add_user
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.registry.accounts import forget_second
from tests.conftest import on_either
from tests.wall import Wall, hang
from tests.world import Actor

PASSWORD = "correct horse battery"
NOON = clock.local(clock.now()).replace(hour=12, minute=0, second=0, microsecond=0).astimezone(UTC)


@pytest.fixture
def wall(monkeypatch) -> Wall:
    return hang(monkeypatch, NOON)


@pytest.fixture
def officer(world) -> str:
    with unit_of_work(Actor.system("test"), "home") as uow:
        own = {"role": Role.OFFICER, "jurisdiction_id": world.here.district_id}
        add_user(uow, username="wangmin", name="周宁", password=PASSWORD, **own)
    return "wangmin"


def first_step(client, username="wangmin"):
    return client.post("/sign-in", data={"username": username, "password": PASSWORD, "next": "/patch"})


def who(client) -> str:
    with client.session_transaction() as session:
        return session.get("_user_id", "")


def switched_on(app, wall) -> tuple[bytes, list[str]]:
    """The officer switches it on; the secret and the codes for paper."""
    client = app.test_client()
    first_step(client)
    assert client.post("/account/second/begin", data={"password": PASSWORD}).status_code == 303
    page = client.get("/account/second").text
    secret = base64.b32decode(re.search(r"[A-Z2-7]{32}", page).group())
    shown = client.post("/account/second", data={"code": now(secret, wall)})
    assert shown.status_code == 200
    wall.forward(seconds=60)
    return secret, re.findall(r"(?:[a-z2-7]{4}-){3}[a-z2-7]{4}", shown.text)


def now(secret: bytes, wall) -> str:
    return second.code_at(secret, second.step_of(wall.at))


def test_the_codes_are_those_of_the_standard():
    """RFC 6238, appendix B, the last six digits of the vectors for SHA-1."""
    secret = b"12345678901234567890"
    for at, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        assert second.code_at(secret, at // 30) == code


@on_either
def test_with_it_on_a_password_alone_opens_nothing(app, officer, wall):
    secret, _codes = switched_on(app, wall)
    client = app.test_client()

    assert first_step(client).location == "/sign-in/second"
    assert who(client) == "" and client.get("/patch").status_code == 303
    wrong = client.post("/sign-in/second", data={"code": "000000"})
    assert wrong.status_code == 422 and "验证码不对" in wrong.text
    assert client.post("/sign-in/second", data={"code": now(secret, wall)}).location == "/patch"
    assert who(client).startswith("user:")


def test_a_code_opens_once_and_none_from_before_it(app, officer, wall):
    secret, _codes = switched_on(app, wall)
    earlier, code = second.code_at(secret, second.step_of(wall.at) - 1), now(secret, wall)
    one, two = app.test_client(), app.test_client()
    first_step(one)
    first_step(two)

    assert one.post("/sign-in/second", data={"code": code}).status_code == 303
    for again in (code, earlier):
        assert two.post("/sign-in/second", data={"code": again}).status_code == 422
    assert who(two) == ""


def test_guessing_is_slowed_down_for_the_account_from_anywhere(app, officer, wall):
    secret, codes = switched_on(app, wall)
    client, other = app.test_client(), app.test_client()
    first_step(client)
    first_step(other)
    for _ in range(5):
        assert other.post("/sign-in/second", data={"code": "000000"}).status_code == 422

    for right in (now(secret, wall), codes[0]):
        waits = client.post("/sign-in/second", data={"code": right})
        assert waits.status_code == 429 and "再试" in waits.text
    wall.forward(minutes=11)
    assert client.post("/sign-in/second", data={"code": now(secret, wall)}).status_code == 303


def test_a_code_on_paper_opens_once(app, officer, wall):
    _secret, codes = switched_on(app, wall)
    assert len(set(codes)) == second.CODES
    for code, status in ((codes[0].upper(), 303), (codes[0], 422), (codes[1].replace("-", " "), 303)):
        client = app.test_client()
        first_step(client)
        assert client.post("/sign-in/second", data={"code": code}).status_code == status


def test_the_first_step_is_forgotten_after_five_minutes_and_is_no_door_by_itself(app, officer, wall, monkeypatch):
    secret, _codes = switched_on(app, wall)
    client = app.test_client()
    assert app.test_client().post("/sign-in/second", data={"code": now(secret, wall)}).location == "/sign-in"

    first_step(client)
    later = __import__("time").time() + 301
    monkeypatch.setattr("lms.web.entering.time.time", lambda: later)
    assert client.post("/sign-in/second", data={"code": now(secret, wall)}).location == "/sign-in"
    assert who(client) == ""


def test_a_session_left_open_changes_nothing_without_the_password(app, officer, wall):
    secret, _codes = switched_on(app, wall)
    client = app.test_client()
    first_step(client)
    client.post("/sign-in/second", data={"code": now(secret, wall)})

    for path in ("begin", "codes", "remove"):
        assert client.post(f"/account/second/{path}", data={"password": "guess"}).status_code == 422
    assert first_step(app.test_client()).location == "/sign-in/second"
    fresh = client.post("/account/second/codes", data={"password": PASSWORD})
    assert fresh.status_code == 200 and fresh.text.count("-") > 30
    assert client.post("/account/second/remove", data={"password": PASSWORD}).status_code == 303
    assert first_step(app.test_client()).location == "/patch"


def test_nothing_in_the_database_opens_anything(app, officer, wall):
    secret, codes = switched_on(app, wall)

    row = db.session.execute(text("SELECT * FROM second_step")).one()
    kept = repr(tuple(row))
    assert base64.b32encode(secret).decode() not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_who_has_lost_everything_is_helped_at_the_terminal(app, officer, wall):
    switched_on(app, wall)

    assert CliRunner().invoke(forget_second, ["nobody"]).exit_code == 2
    assert CliRunner().invoke(forget_second, [officer]).exit_code == 0
    assert first_step(app.test_client()).location == "/patch"


def test_an_account_of_a_demo_locks_nobody_else_out(app, officer, wall):
    with unit_of_work(Actor.system("test"), "home") as uow:
        user = uow.session.scalars(select(User).where(User.username == officer)).one()
        user.is_demo = True
        with pytest.raises(second.NotForDemos):
            second.begin(uow, user)
        user.is_demo = False
