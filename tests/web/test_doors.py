"""Sign-in, headers, and what a person sees when something is wrong."""

import dataclasses
import re
import shutil
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import g, request

from lms.access.actor import Actor
from lms.access.models import Role
from lms.access.service import add_user
from lms.access.tries import LIMITS
from lms.app import RATES, create_app
from lms.core import clock
from lms.core.uow import unit_of_work
from tests.conftest import settings_for
from tests.sign_in.conftest import quick_hashes

__all__ = ["quick_hashes"]


@pytest.fixture
def accounts(world):
    with unit_of_work(Actor.system("test"), "home") as uow:
        own = {"role": Role.TRAINER, "enterprise_id": world.here.enterprise_id}
        add_user(uow, username="zhao", name="赵倩", password="correct horse", **own)
        add_user(uow, username="zhou", name="周洁", password="another horse", **own)
        add_user(uow, username="demo-trainer", name="赵倩", password="anke-demo", is_demo=True, **own)


def sign_in(client, username, password, **more):
    return client.post("/sign-in", data={"username": username, "password": password, **more})


def test_the_right_password_opens_and_the_wrong_one_says_what_to_do(app, accounts):
    client = app.test_client()

    refused = sign_in(client, "zhao", "wrong")
    assert refused.status_code == 422
    assert "用户名或密码不对" in refused.text
    assert 'value="zhao"' in refused.text  # what was typed is still there
    assert sign_in(client, "zhao", "correct horse").status_code == 303


def test_nobody_is_sent_to_another_host_after_signing_in(app, accounts):
    for target in ("https://evil.test/", "//evil.test", "/\\evil.test", "/\t/evil.test", "javascript:alert(1)"):
        answer = sign_in(app.test_client(), "zhao", "correct horse", next=target)
        assert answer.location in ("/lectures", "/home"), target


def test_demo_accounts_do_not_exist_outside_a_demo(app, accounts):
    assert sign_in(app.test_client(), "demo-trainer", "anke-demo").status_code == 422


def test_every_answer_forbids_inline_script_and_other_hosts(app):
    for path in ("/", "/sign-in", "/no-such-page", "/health"):
        headers = app.test_client().get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_cookies_cannot_be_read_by_scripts_or_sent_from_elsewhere(app, accounts):
    cookie = sign_in(app.test_client(), "zhao", "correct horse").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_in_production_cookies_travel_over_https_only(tmp_path):
    app = create_app(dataclasses.replace(settings_for(tmp_path), env="production"))

    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["REMEMBER_COOKIE_SECURE"]


def test_a_form_without_its_token_is_refused_in_plain_words(app, accounts):
    app.config["WTF_CSRF_ENABLED"] = True

    answer = sign_in(app.test_client(), "zhao", "correct horse")

    assert answer.status_code == 400
    assert "刷新" in answer.text


def test_a_page_left_open_is_not_sent_in_the_name_of_whoever_signs_in_next_nor_are_its_messages_shown_to_them(app, accounts):
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()

    def opened(path):
        g.pop("csrf_token", None)  # a test's requests share it, those of a server do not
        return re.search(r'<meta name="csrf-token" content="([^"]+)"( data-who="[^"]+")?', client.get(path).text).groups()

    def comes_in(username, password):
        token, _who = opened("/sign-in")
        sent = {"username": username, "password": password, "csrf_token": token}
        assert client.post("/sign-in", data=sent).status_code == 303

    comes_in("zhao", "correct horse")
    left_open, hers = opened("/people/import")
    with client.session_transaction() as session:
        session["_flashes"] = [("warn", "李四没有催")]
        session["claim-number"] = "20261128-1"
    client.post("/sign-out", data={"csrf_token": left_open})
    with client.session_transaction() as session:
        assert not session.keys() - {"_remember"}
    comes_in("zhou", "another horse")
    own, his = opened("/people/import")

    assert client.post("/people/import", data={"csrf_token": left_open}).status_code == 400
    assert client.post("/people/import", data={"csrf_token": own}).status_code == 422
    assert hers and his and hers != his, "a page says whose it is, so that js/requests.js gives it no token of another"
    comes_in("zhao", "correct horse")
    assert client.post("/people/import", data={"csrf_token": own}).status_code == 400, "without signing out as well"


@pytest.mark.parametrize("sent", [[1], "x", {"username": 5, "password": ["x"]}])
def test_a_form_takes_what_is_sent_as_json_for_nothing_and_no_fault_of_ours(app, accounts, sent):
    answer = app.test_client().post("/sign-in", json=sent)

    assert answer.status_code == 422


def test_who_tries_numbers_at_the_page_of_certificates_is_slowed_down(tmp_path, template, monkeypatch):
    shutil.copy(template, tmp_path / "anke.sqlite3")
    assert RATES["bulletin_check.show"] == RATES["credentials.verify"]
    monkeypatch.setitem(RATES, "bulletin_check.show", "3 per minute")
    app = create_app(dataclasses.replace(settings_for(tmp_path), env="demo"))
    client, allowed = app.test_client(), int(RATES["credentials.verify"].split()[0])

    answers = [client.get(f"/verify/guess{n}").status_code for n in range(allowed + 1)]

    assert set(answers[:-1]) == {404} and answers[-1] == 429
    assert [client.get(f"/bulletins/{uuid4()}/check").status_code for _ in range(4)] == [404, 404, 404, 429]


def test_passwords_are_guessed_at_neither_one_account_nor_many_and_no_process_forgets(app, accounts, monkeypatch):
    now, elsewhere = clock.now(), {"REMOTE_ADDR": "192.0.2.7"}
    monkeypatch.setattr(clock, "now", lambda: now)

    assert [sign_in(app.test_client(), "zhao", "wrong").status_code for _ in range(5)] == [422] * 5
    data = {"username": " ZHAO ", "password": "correct horse"}
    at_the_desk = app.test_client().post("/sign-in", data=data | {"username": "zhao"}, environ_base=elsewhere)
    assert at_the_desk.status_code == 303  # whoever has the password is not kept out by a stranger somewhere else
    waits = app.test_client().post("/sign-in", data=data)
    assert waits.status_code == 429 and "再试" in waits.text  # what counts is in the database, whoever asks
    assert sign_in(app.test_client(), "somebody-else", "wrong").status_code == 422  # at the next desk nobody is locked out

    now += timedelta(minutes=11)
    assert sign_in(app.test_client(), "zhao", "correct horse").status_code == 303
    monkeypatch.setitem(LIMITS, "doors", (3, LIMITS["doors"][1]))
    answers = [sign_in(app.test_client(), f"name{n}", "Anke2026").status_code for n in range(4)]
    assert answers == [422] * 3 + [429]
    data = {"username": "zhao", "password": "correct horse"}
    assert app.test_client().post("/sign-in", data=data, environ_base=elsewhere).status_code == 303


def test_what_strangers_type_from_wherever_does_not_close_an_account_to_the_browsers_that_were_in_with_it(
    app, accounts, monkeypatch
):
    monkeypatch.setitem(LIMITS, "account", (6, LIMITS["account"][1]))
    own, right = app.test_client(), {"username": "zhao", "password": "correct horse"}
    assert sign_in(own, "zhao", "correct horse").status_code == 303
    own.post("/sign-out")

    def from_elsewhere(password, n):
        data = {"username": "zhao", "password": password}
        return app.test_client().post("/sign-in", data=data, environ_base={"REMOTE_ADDR": f"192.0.2.{n}"}).status_code

    assert [from_elsewhere("wrong", n) for n in range(8)] == [422] * 6 + [429] * 2, "nor is it tried through from many addresses"
    assert from_elsewhere("correct horse", 99) == 429
    assert sign_in(own, "zhao", "correct horse").status_code == 303, "at the own desk"
    own.post("/sign-out")

    stolen = own.get_cookie("anke_known").value
    made_up, thief = app.test_client(), app.test_client()
    made_up.set_cookie("anke_known", stolen.swapcase())
    assert made_up.post("/sign-in", data=right).status_code == 429
    thief.set_cookie("anke_known", stolen)
    assert [sign_in(thief, "zhao", "wrong").status_code for _ in range(6)] == [422] * 5 + [429], "it has a count of its own"


def test_a_fault_of_ours_shows_a_number_to_quote_and_no_trace(app, monkeypatch):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    monkeypatch.setattr("lms.web.views.demo.accounts", lambda: 1 / 0)
    monkeypatch.setattr("lms.web.views._sign_in_page", lambda form: 1 / 0)

    answer = app.test_client().get("/sign-in")

    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text
    assert "Traceback" not in answer.text
    assert "ZeroDivisionError" not in answer.text


def test_styles_and_scripts_travel_small_and_pages_with_secrets_uncompressed(app):
    client = app.test_client()
    headers = {"Accept-Encoding": "gzip"}

    style = client.get("/static/css/anke.css", headers=headers)
    page = client.get("/sign-in", headers=headers)

    assert style.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in page.headers


def test_behind_https_the_proxy_says_who_asks_and_without_it_nobody_can(tmp_path):
    forwarded = {"X-Forwarded-For": "203.0.113.9"}

    def address(base_url):
        app = create_app(dataclasses.replace(settings_for(tmp_path), base_url=base_url))
        seen = []
        app.before_request(lambda: seen.append(request.remote_addr))
        app.test_client().get("/health", headers=forwarded)
        return seen[0]

    assert address("https://anke.test") == "203.0.113.9"
    assert address("http://anke.test") == "127.0.0.1"


@pytest.mark.parametrize(
    ("path", "data"),
    [("/sign-in?next=%00", None), ("/verify/%00", None), ("/sign-in", {"username": "a\0b", "password": "x"})]
    + [("/sign-in", {"username": f"12 人{turned} / 13 人", "password": "x"}) for turned in "\u202b\u202d\u202e\u2067"],
)
def test_a_character_no_database_keeps_or_that_turns_a_line_around_is_refused_in_plain_words(app, path, data):
    client = app.test_client()

    answer = client.post(path, data=data) if data else client.get(path)

    assert answer.status_code == 400
    assert "控制字符" in answer.text
