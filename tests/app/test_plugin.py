"""The product beside another application, below a path: the host is the same with and without it, and no address leads out."""

from __future__ import annotations

import dataclasses
import html
import re
import shutil
from datetime import timedelta

import pytest
from flask import Flask, session

import lms
from lms.access.actor import Actor
from lms.access.grants import GRANTS
from lms.access.models import Errand, Role
from lms.access.service import add_user
from lms.core.settings import SettingsFault
from lms.core.uow import unit_of_work
from lms.plugin import mount
from lms.web.places import inside
from lms.web.security import limiter
from tests.app.populate import populate
from tests.browser import OFFICE, window
from tests.conftest import settings_for
from tests.lectures.builders import make_lecture
from tests.services import served
from tests.world import build_world

PASSWORD = "correct horse"
NO_PAGE = re.compile(r"^/(api|static)/|\.[a-z]{2,4}$|print|export|archive|template")  # files: they take long and lead nowhere


def host() -> Flask:
    app = Flask("host")
    app.secret_key = "the host's own"

    @app.route("/")
    def index():
        session["seen"] = session.get("seen", 0) + 1
        return f"host {session['seen']}"

    return app


def host_still_works(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/").text == "host 1"
    assert client.get("/").text == "host 2"
    assert client.get("/sign-in").status_code == 404
    assert client.get("/anker").status_code == 404


@pytest.fixture(scope="module")
def mounted(tmp_path_factory, template):
    """The host with the product in it, with one row of everything: (host, product, ids by route parameter, their side)."""
    folder = tmp_path_factory.mktemp("mounted")
    shutil.copy(template, folder / "anke.sqlite3")
    app = host()
    product = mount(app, "/anke", settings_for(folder))
    product.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with product.app_context():
        with unit_of_work(Actor.system("test"), "home") as uow:
            side = build_world(uow).here
            own = {"enterprise_id": side.enterprise_id, "person_id": side.person_ids[1]}
            add_user(uow, username="zhao", name="赵倩", password=PASSWORD, role=Role.TRAINER, **own)
        ids = populate(side)
        with unit_of_work(Actor.system("test"), "home") as uow:
            lecture = make_lecture(uow, side, state="open", starts_at=uow.now - timedelta(minutes=5), minutes=60)
            ids["open_sitting"] = lecture.sittings[0].id
            uow.session.get_one(Errand, ids["errand_id"]).back = "/anke/people"  # a page says its whole address
    return app, product, ids, side


@pytest.fixture
def client(mounted):
    limiter.enabled = False
    return mounted[0].test_client()


def sign_in(client, **more):
    return client.post("/anke/sign-in", data={"username": "zhao", "password": PASSWORD, **more})


def test_the_host_alone():
    host_still_works(host())


def test_the_host_with_the_product_in_it(mounted):
    host_still_works(mounted[0])
    assert mounted[0].test_client().get("/anke/sign-in").status_code == 200


def addresses(page: str) -> set[str]:
    """Every address of this host that a page leads to, sends to or loads."""
    found = re.findall(r'\s(?:href|src|action|formaction|poster|data-[a-z-]+|hx-[a-z-]+|srcset)="(/[^"]*)"', page)
    found += re.findall(r'http://anke\.test(/[^"<\s]*)', page)
    return {html.unescape(one) for one in found}


def as_role(client, product: Flask, key: str) -> None:
    with product.test_client() as own, own.session_transaction() as fresh:
        fresh["_user_id"] = key
        cookie = product.session_interface.get_signing_serializer(product).dumps(dict(fresh))
    client.set_cookie("anke_session", cookie, path="/anke")


def test_no_page_leads_out_of_where_the_product_is_mounted(mounted, client):
    _app, product, ids, side = mounted
    roles = ((Role.TRAINER, side.trainer), (Role.OFFICER, side.officer), (Role.EMPLOYEE, side.employee))
    seen = 0
    for role, key in roles:
        as_role(client, product, key)
        for rule in product.url_map.iter_rules():
            verb = getattr(product.view_functions[rule.endpoint], "verb", None)
            first = next((one for one, _key in roles if verb and one in GRANTS[verb]), Role.TRAINER)
            if first is not role or "GET" not in rule.methods or set(rule.arguments) - set(ids) or NO_PAGE.search(rule.rule):
                continue
            with product.test_request_context():
                path = product.url_map.bind("anke.test").build(rule.endpoint, {name: ids[name] for name in rule.arguments})
            answer = client.get(f"/anke{path}")
            if answer.location and rule.endpoint != "ways.start":  # that one leads out on purpose
                assert answer.location.startswith("/anke/"), (path, answer.location)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                seen += 1
                assert {one for one in addresses(answer.text) if not one.startswith("/anke/")} == set(), path
    assert seen > 60


def test_whoever_was_sent_to_the_sign_in_comes_back_to_the_page(client):
    sent = client.get("/anke/lectures?state=open")
    assert sent.location == "/anke/sign-in?next=/anke/lectures?state%3Dopen"

    assert sign_in(client, next="/anke/lectures?state=open").location == "/anke/lectures?state=open"


def test_nobody_is_sent_to_what_else_the_host_serves(mounted):
    with mounted[1].test_request_context("/", base_url="http://anke.test/anke"):
        for target in ("/admin", "/ankerous", "/anke/../admin", "/anke/%2e%2E/admin", "//evil.test", "/anke"):
            assert inside(target) is None, target
        assert inside("/anke/lectures?q=..") == "/anke/lectures?q=.."


def test_cookies_are_sent_to_the_product_only(client):
    given = [
        sign_in(client),
        client.post("/anke/locale/en"),
        client.post("/anke/large-type", data={"large": "1"}),
        client.post("/anke/code", data={"code": "000000"}),
    ]
    cookies = [line for answer in given for line in answer.headers.getlist("Set-Cookie")]

    assert len(cookies) >= 3 and {re.search(r"Path=([^;]*)", line).group(1) for line in cookies} == {"/anke"}


def test_what_devices_keep_is_below_the_path(client):
    for worker in ("/anke/s/worker.js", "/anke/station/worker.js", "/anke/verify/worker.js"):
        files = re.search(r"FILES = (\[.*?\]);", client.get(worker).text).group(1)
        assert files.count('"/anke/') == files.count('"/') > 3, worker
    manifest = client.get("/anke/station/app.webmanifest").json
    assert manifest["start_url"] == manifest["scope"] == "/anke/station/"
    assert manifest["icons"][0]["src"].startswith("/anke/static/")


def test_the_code_on_the_wall_and_messages_lead_to_the_path(mounted, client, monkeypatch):
    _app, product, ids, _side = mounted
    drawn = []
    monkeypatch.setattr("lms.attendance.views.projector.qr_on_screen", lambda text: drawn.append(text) or "")
    sign_in(client)

    page = client.get(f"/anke/sittings/{ids['open_sitting']}/projector")

    assert page.status_code == 200
    assert drawn and drawn[0].startswith("http://anke.test/anke/s/") and "anke.test/anke/code" in page.text
    scanned = client.get(drawn[0].removeprefix("http://anke.test"))
    assert scanned.status_code == 200
    assert product.extensions["settings"].base_url == "http://anke.test/anke"  # what messages and certificates begin with
    subscribed = client.post("/anke/calendar/enterprise").text
    assert "http://anke.test/anke/calendar/" in subscribed and "/anke/anke/" not in subscribed


def test_behind_a_proxy_the_path_may_be_passed_on_or_taken_off(tmp_path, template):
    shutil.copy(template, tmp_path / "anke.sqlite3")
    product = lms.create_app(dataclasses.replace(settings_for(tmp_path), base_url="https://lms.test/anke"))
    limiter.enabled = False

    def page(path, **environ):
        return product.test_client().open(path, base_url="https://lms.test/", environ_overrides=environ)

    for answer in (page("/anke/sign-in"), page("/sign-in"), page("/sign-in", SCRIPT_NAME="/anke")):
        assert answer.status_code == 200
        assert {one for one in addresses(answer.text) if not one.startswith("/anke/")} == set()
    assert page("/anke/lectures").location == page("/lectures").location == "/anke/sign-in?next=/anke/lectures"


def test_a_path_told_by_the_server_that_the_settings_do_not_name_is_named_in_the_log(tmp_path, template, caplog):
    shutil.copy(template, tmp_path / "anke.sqlite3")
    product = lms.create_app(settings_for(tmp_path))

    for _ in range(2):
        answer = product.test_client().get("/sign-in", environ_overrides={"SCRIPT_NAME": "/school"})

    assert {one for one in addresses(answer.text) if not one.startswith("/school/")} == set()
    assert [record.getMessage() for record in caplog.records if "/school" in record.getMessage()] == [
        "served below /school, but ANKE_BASE_URL ends with '': addresses in printed codes and messages lead elsewhere"
    ]


def test_a_path_that_cannot_be_told_from_a_page_is_refused(tmp_path):
    with pytest.raises(ValueError, match="/anke"):
        mount(host(), "/", settings_for(tmp_path))
    elsewhere = dataclasses.replace(settings_for(tmp_path), base_url="http://anke.test/school")
    with pytest.raises(ValueError, match="/school"):
        mount(host(), "/anke", elsewhere)
    with pytest.raises(SettingsFault, match="/lectures"):
        mount(host(), "/lectures", settings_for(tmp_path))


def test_in_a_browser_workers_take_their_part_of_the_path_only(mounted, browser):
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, mounted[0], threaded=True)
    where = f"http://127.0.0.1:{server.port}/anke"
    late = "new Promise((_, fail) => setTimeout(() => fail(new Error('no worker')), 8000))"
    scope = f"Promise.race([navigator.serviceWorker.ready.then((worker) => worker.scope), {late}])"
    with served(server), window(browser, OFFICE) as context:
        page = context.new_page()
        for path in ("/station/", "/verify/signed", "/s/nothing"):
            page.goto(where + path)
            assert page.evaluate(scope) == where + path[: path.rindex("/") + 1]
        assert context.cookies(f"http://127.0.0.1:{server.port}/") == []
