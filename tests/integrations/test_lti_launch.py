"""From a course to one's own lecture: who may come in, as whom, and what an administrator reads when somebody cannot."""

import base64
import dataclasses
import hashlib
import hmac
import json
import logging
import shutil
import time
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from flask_babel import refresh
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import TimeoutError as TookTooLong
from sqlalchemy import select

from lms.app import create_app
from lms.core import framing
from lms.core.uow import unit_of_work
from lms.integrations.lti import keys, service, sweeps
from lms.integrations.lti.models import LtiKey, LtiLink, LtiPlatform
from lms.integrations.lti.refusals import WHY
from lms.integrations.lti.rules import linking
from lms.integrations.lti.rules.launching import CLAIM
from lms.registry.models import Person
from lms.registry.service.leaving import leave
from lms.web.locale import COOKIE
from lms.web.security import limiter
from tests.browser import axe, overflow, screenshot
from tests.conftest import settings_for
from tests.integrations.lti_platform import (
    CLIENT,
    DEPLOYMENT,
    Platform,
    back,
    begin,
    come,
    platform,
    platform_server,
    register,
    unknown_key,
)
from tests.lectures.builders import make_lecture
from tests.notices.conftest import SYSTEM, app, wall
from tests.wall import Wall
from tests.world import ID_NUMBERS, PHONES

__all__ = ["Platform", "Wall", "app", "platform", "platform_server", "wall"]
LIU = {"phone": PHONES[2], "tail": ID_NUMBERS[2][-4:]}


@pytest.fixture
def here(world, platform):
    register(world.here, platform)
    return world.here


def known_as(side, platform, place=2, subject="42"):
    with unit_of_work(SYSTEM, "home") as uow:
        service.link(uow, platform.platform_id, uow.session.get_one(Person, side.person_ids[place]), subject, "identified")


def links():
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return {link.subject: link.person_id for link in uow.session.scalars(select(LtiLink))}


OURS = {"Sec-Fetch-Site": "same-origin"}  # says a browser of a form on one of our pages


def identify(client, form):
    return client.post("/lti/identify", data=form, headers=OURS)


def ticket_in(page):
    return page.text.split('name="ticket" value="', 1)[1].split('"', 1)[0]


def test_whoever_is_known_lands_on_the_page_the_link_means_signed_in_as_nobody_but_oneself(app, here, platform):
    known_as(here, platform)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture_id = make_lecture(uow, here).id
    client = app.test_client()
    arrived = come(client, platform, **{CLAIM + "target_link_uri": f"http://anke.test/lectures/{lecture_id}"})

    assert (arrived.status_code, arrived.location) == (303, f"/lectures/{lecture_id}")
    assert "总经理讲安全课" in client.get(arrived.location).text
    assert client.get("/lectures").status_code == 404  # what a trainer sees is not theirs


def test_a_stranger_says_once_who_they_are(app, here, platform):
    client = app.test_client()
    asked = come(client, platform)
    assert asked.status_code == 200 and "请确认是本人" in asked.text and links() == {}
    ticket = ticket_in(asked)

    wrong = identify(client, {"ticket": ticket, **LIU, "tail": "0000"})
    assert "对不上" in wrong.text and links() == {} and client.get("/me").status_code == 303
    done = identify(client, {"ticket": ticket, **LIU})
    assert (done.status_code, done.location) == (303, "/me") and client.get("/me").status_code == 200
    assert links() == {"42": here.person_ids[2]}
    assert come(app.test_client(), platform).location == "/me"

    forged = identify(client, {"ticket": ticket[:-4] + "AAAA", **LIU})
    assert forged.status_code == 400


def test_who_somebody_is_cannot_be_tried_through(app, here, platform):
    client = app.test_client()
    ticket = ticket_in(come(client, platform))
    for number in range(6):
        last = identify(client, {"ticket": ticket, **LIU, "tail": f"{number:04}"})

    assert "连续输错太多次" in last.text
    assert "连续输错太多次" in identify(client, {"ticket": ticket, **LIU}).text and links() == {}


LIU_YANG, SUN_LI = linking.Candidate(uuid4(), "刘洋", False), linking.Candidate(uuid4(), "孙丽", False)


@pytest.mark.parametrize(
    ("name", "found", "known"),
    [
        ("刘洋", {"work_no": [LIU_YANG]}, True),
        ("刘 洋", {"work_no": [LIU_YANG], "phone": [LIU_YANG]}, True),
        ("孙丽", {"work_no": [LIU_YANG]}, False),  # the number of one, the name of another
        ("", {"work_no": [LIU_YANG]}, False),
        ("刘洋", {"work_no": [LIU_YANG], "phone": [SUN_LI]}, False),
        ("刘洋", {"work_no": [LIU_YANG], "phone": []}, False),
        ("刘洋", {"work_no": [LIU_YANG, SUN_LI]}, False),
        ("刘洋", {"work_no": [dataclasses.replace(LIU_YANG, taken=True)]}, False),
        ("刘洋", {}, False),
    ],
)
def test_numbers_say_who_it_is_only_when_all_of_them_and_the_name_do(name, found, known):
    told = dict.fromkeys(found, "1")
    assert linking.linked_by_number(name, told, found) == (LIU_YANG.person_id if known else None)


def test_numbers_count_only_where_an_administrator_keeps_them_and_mail_addresses_never(app, here, platform):
    numbers = {"work_no": "0003", "phone": PHONES[2]}
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(Person, here.person_ids[2]).email = "liu.yang@example.cn"
    come(app.test_client(), platform, **{CLAIM + "custom": numbers})
    assert links() == {}

    trust(platform)
    for told in ({}, {"email": "liu.yang@example.cn"}, {"work_no": "$Person.sourcedId"}, {"work_no": "9999"}):
        come(app.test_client(), platform, **{CLAIM + "custom": told})
    assert links() == {}
    assert come(app.test_client(), platform, **{CLAIM + "custom": numbers}).location == "/me"
    assert links() == {"42": here.person_ids[2]}


def register_again(platform, **changed):
    with unit_of_work(SYSTEM, "home") as uow:
        made = uow.session.get_one(LtiPlatform, platform.platform_id)
        told = service.Details(
            made.name, platform.url, CLIENT, made.auth_url, made.token_url, made.keys_url, (), [DEPLOYMENT], False
        )
        service.describe(uow, made, dataclasses.replace(told, **changed))


def trust(platform):
    with unit_of_work(SYSTEM, "home") as uow:
        uow.session.get_one(LtiPlatform, platform.platform_id).trusts_numbers = True


def test_who_is_known_already_is_not_taken_over_by_another_account_with_their_number(app, here, platform):
    trust(platform)
    known_as(here, platform, subject="41")
    answer = come(app.test_client(), platform, **{CLAIM + "custom": {"work_no": "0003"}})

    assert "请确认是本人" in answer.text and links() == {"41": here.person_ids[2]}


def forged_none(platform, nonce):
    parts = [{"alg": "none", "kid": platform.key.kid}, platform.says(nonce)]
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


def forged_hmac(platform, nonce):
    header, body = forged_none(platform, nonce).split(".")[:2]
    head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": platform.key.kid}).encode()).decode().rstrip("=")
    made = hmac.digest(platform.key.as_pem(private=False), f"{head}.{body}".encode(), hashlib.sha256)
    assert header
    return f"{head}.{body}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}"


def changed(platform, nonce):
    head, _body, signature = platform.token(nonce).split(".")
    other = base64.urlsafe_b64encode(json.dumps(platform.says(nonce, sub="41")).encode()).decode().rstrip("=")
    return f"{head}.{other}.{signature}"


NOW = int(time.time())
REFUSED = {
    "issuer": lambda platform, nonce: platform.token(nonce, iss="https://evil.example"),
    "audience": lambda platform, nonce: platform.token(nonce, aud="another-tool"),
    "audience, one of several": lambda platform, nonce: platform.token(nonce, aud=[CLIENT, "another-tool"]),
    "audience, for another": lambda platform, nonce: platform.token(nonce, azp="another-tool"),
    "nonce": lambda platform, nonce: platform.token("another nonce"),
    "deployment": lambda platform, nonce: platform.token(nonce, **{CLAIM + "deployment_id": "8"}),
    "expired": lambda platform, nonce: platform.token(nonce, exp=NOW - 120),
    "expired, long ago signed": lambda platform, nonce: platform.token(nonce, iat=NOW - 3600, exp=NOW + 86400),
    "clock": lambda platform, nonce: platform.token(nonce, iat=NOW + 3600, exp=NOW + 7200),
    "key": lambda platform, nonce: platform.token(nonce, key=unknown_key()),
    "algorithm, none": forged_none,
    "algorithm, HS256 with the public key": forged_hmac,
    "algorithm, HS256 with a secret": lambda platform, nonce: jwt.encode(
        {"alg": "HS256", "kid": str(platform.key.kid)}, platform.says(nonce), OctKey.import_key("a" * 32)
    ),
    "signature": changed,
    "token": lambda platform, nonce: "no.token",
    "token, without an end": lambda platform, nonce: platform.token(nonce, exp=None),
    "version": lambda platform, nonce: platform.token(nonce, **{CLAIM + "version": "1.0"}),
    "message": lambda platform, nonce: platform.token(nonce, **{CLAIM + "message_type": "LtiStartProctoring"}),
    "anonymous": lambda platform, nonce: platform.token(nonce, sub=None),
    "place": lambda platform, nonce: platform.token(nonce, **{CLAIM + "target_link_uri": "https://evil.example/me"}),
    "place, no page for a course": lambda platform, nonce: platform.token(nonce, **{CLAIM + "target_link_uri": "//evil.example"}),
    "absent": lambda platform, nonce: platform.token(nonce, **{CLAIM + "target_link_uri": f"/lectures/{uuid4()}"}),
}


def test_what_is_wrong_is_refused_with_a_page_that_says_what_to_mend_and_a_log_line(app, here, platform, client_as, caplog):
    known_as(here, platform)
    client, found = app.test_client(), {}
    for wrong, forge in REFUSED.items():
        caplog.clear()
        asked = begin(client, platform)
        with caplog.at_level(logging.WARNING, "lms.integrations.lti.views.common"):
            answer = back(client, platform, asked, forge(platform, asked["nonce"]))
        reason = wrong.partition(",")[0]
        found[wrong] = (
            400 <= answer.status_code < 500 and "没有进入安课" in answer.text and f"原因代号 {reason}" in answer.text,
            beginning(reason) in answer.text,
            [(line.message, line.reason) for line in caplog.records] == [("lti_refused", reason)],
            client.get("/me").status_code == 303,  # nobody is signed in
        )

    assert {wrong: seen for wrong, seen in found.items() if not all(seen)} == {}
    page = client_as(here.trainer).get(f"/lti/platforms/{platform.platform_id}").text
    assert "有人没能进来" in page and beginning("absent") in page


def beginning(reason):
    return str(WHY[reason]).partition("%(")[0][:12]


def test_a_token_counts_once_and_only_in_the_browser_that_began(app, here, platform):
    known_as(here, platform)
    client, thief = app.test_client(), app.test_client()
    asked = begin(client, platform)
    token = platform.token(asked["nonce"])

    stolen = back(thief, platform, asked, token)
    assert stolen.status_code == 200 and "正在进入" in stolen.text  # asked for what only that browser knows
    assert "在新窗口打开" in back(thief, platform, asked, token, again="1", kept="guess").text
    assert thief.get("/me").status_code == 303
    assert back(client, platform, asked, token).status_code == 303
    again = back(client, platform, asked, token)
    assert again.status_code == 400 and "已经用过一次" in again.text
    assert "放得太久" in back(client, platform, {"state": asked["state"].swapcase()}, token).text


def test_nobody_is_signed_in_as_somebody_else_by_a_form_of_another_site(app, here, platform):
    """Whoever knows their own secret or ticket could otherwise have others work, and take quizzes, in their name."""
    known_as(here, platform)
    own, victim = app.test_client(), app.test_client()
    asked = begin(own, platform)
    token = platform.token(asked["nonce"])
    secret = next(cookie.value for cookie in own._cookies.values() if cookie.key.startswith("anke_lti_"))
    for site in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        answer = victim.post(
            f"/lti/{platform.platform_id}/launch", headers=site,
            data={"id_token": token, "state": asked["state"], "kept": secret, "again": "1"},
        )  # fmt: skip
        assert "在新窗口打开" in answer.text and 'name="ticket"' not in answer.text

    stored = {"id_token": token, "state": asked["state"], "kept": secret, "again": "1"}
    forgetful = app.test_client()  # one's own browser, as it keeps no cookies
    ticket = ticket_in(forgetful.post(f"/lti/{platform.platform_id}/launch", headers=OURS, data=stored))
    assert victim.post("/lti/open", data={"ticket": ticket}, headers={"Origin": "https://evil.example"}).status_code == 400
    assert own.post("/lti/open", data={"ticket": ticket}, headers={"Origin": "http://localhost"}).status_code == 303
    assert victim.post("/lti/open", data={"ticket": ticket}, headers=OURS).status_code == 400  # it was good for once
    stranger = ticket_in(come(own, platform, sub="43"))
    assert victim.post("/lti/identify", data={"ticket": stranger, **LIU}).status_code == 400
    assert victim.get("/me").status_code == 303 and own.get("/me").status_code == 200


def test_a_sign_in_that_is_begun_wrongly_goes_nowhere(app, here, platform):
    client, login = app.test_client(), f"/lti/{platform.platform_id}/login"
    right = {"iss": platform.url, "client_id": CLIENT, "login_hint": "42"}

    assert client.get(login, query_string=right | {"iss": "https://evil.example"}).status_code == 400
    assert client.post(login, data=right | {"client_id": "another"}).status_code == 400
    assert client.post(login, data=right | {"login_hint": ""}).status_code == 400
    assert client.get(f"/lti/{uuid4()}/login", query_string=right).status_code == 404
    assert client.post(login, data=right).status_code == 302


def test_a_deployment_leads_to_its_own_enterprise_and_nobody_is_somebody_elsewhere(app, here, world, platform):
    with unit_of_work(SYSTEM, "home") as uow:
        made = uow.session.get_one(LtiPlatform, platform.platform_id)
        service.map_deployment(uow, made, "8", world.there.enterprise_id)
    known_as(here, platform)
    client = app.test_client()
    asked = come(client, platform, **{CLAIM + "deployment_id": "8"})
    assert "请确认是本人" in asked.text  # the same account, and somebody else's roster

    refused = identify(client, {"ticket": ticket_in(asked), **LIU})
    assert "对不上" in refused.text

    register_again(platform, name="集团学习平台")
    assert "请确认是本人" in come(client, platform, **{CLAIM + "deployment_id": "8"}).text
    register_again(platform, trusts_numbers=True)  # for one's own people, and for nobody else's
    assert "没有登记" in come(client, platform, **{CLAIM + "deployment_id": "8"}).text


def test_who_has_left_comes_in_no_more(app, here, platform):
    known_as(here, platform)
    with unit_of_work(SYSTEM, "home") as uow:
        leave(uow, uow.session.get_one(Person, here.person_ids[2]), uow.today - timedelta(days=1))

    assert "已登记离开本单位" in come(app.test_client(), platform).text


def test_only_the_pages_of_the_platform_may_show_ours_and_only_after_a_launch(app, world, platform):
    register(world.here, platform, frames=["https://learn.example.cn"])
    known_as(world.here, platform)
    client = app.test_client()
    before = client.get("/").headers
    assert before["X-Frame-Options"] == "DENY" and "frame-ancestors 'none'" in before["Content-Security-Policy"]

    come(client, platform)
    page = client.get("/me").headers
    assert f"frame-ancestors {platform.url} https://learn.example.cn" in page["Content-Security-Policy"]
    assert "X-Frame-Options" not in page


def test_over_https_the_cookie_of_a_frame_lives_in_that_frame_alone(app, here, platform):
    known_as(here, platform)
    client = app.test_client()
    browser = {"HTTP_SEC_FETCH_DEST": "iframe", "HTTP_SEC_FETCH_SITE": "cross-site"}
    client.environ_base |= {"wsgi.url_scheme": "https"} | browser
    cookies = come(client, platform).headers.getlist("Set-Cookie")
    framed = next(line for line in cookies if line.startswith("anke_session="))
    assert all(part in framed for part in ("SameSite=None", "Secure", "Partitioned", "HttpOnly"))

    client.environ_base["HTTP_SEC_FETCH_DEST"] = "document"
    alone = next(line for line in come(client, platform).headers.getlist("Set-Cookie") if line.startswith("anke_session="))
    assert "SameSite=Lax" in alone and "Partitioned" not in alone


def test_from_one_address_a_campus_may_come_and_no_machine_gun(tmp_path, template, monkeypatch):
    monkeypatch.setattr(limiter, "enabled", limiter.enabled)
    shutil.copy(template, tmp_path / "anke.sqlite3")
    product = create_app(dataclasses.replace(settings_for(tmp_path), env="demo"))
    client, platform = product.test_client(), f"/lti/{uuid4()}"
    for path in (f"{platform}/login", f"{platform}/launch"):
        ask = client.get if path.endswith("login") else client.post
        assert ask(path).headers["X-RateLimit-Limit"] == "1200"  # 300 people in half a minute, each twice
        counted = limiter.limiter.storage.storage
        for key in [key for key in counted if f"lti.{path.rpartition('/')[2]}" in key]:
            counted[key] = 1200
        refused = ask(path)
        assert refused.status_code == 429 and "试得太频繁了" in refused.text


def test_why_the_keys_of_a_platform_cannot_be_had_is_said_in_the_language_of_the_reader(app, here, platform, client_as):
    register_again(platform, keys_url=f"{platform.url}/nothing")
    assert "密钥网址答复 404，里面没有公钥" in come(app.test_client(), platform).text

    client, trainer = app.test_client(), client_as(here.trainer)
    for each in (client, trainer):
        each.set_cookie(COOKIE, "en")
    refresh()
    said = "The address of the keys answered 404, with no public key in it"
    assert said in come(client, platform).text
    assert said in trainer.get(f"/lti/platforms/{platform.platform_id}").text


def test_keys_are_renewed_and_the_old_one_is_published_for_a_while(app, here, wall):
    with unit_of_work(SYSTEM, "home") as uow:
        keys.replace_all(uow)

    def after(days):
        wall.forward(days=days)
        sweeps.keep_lti()
        with unit_of_work(SYSTEM, "home", write=False) as uow:
            return [key["kid"] for key in keys.published(uow)["keys"]], keys.signing_key(uow).kid

    ((first,), signs) = after(89)
    assert signs == first
    (still, second), signs = after(1)
    assert still == signs == first  # the new one signs when platforms had time to fetch it
    assert after(2) == ([first, second], second)
    assert after(30) == ([second], second)
    published = app.test_client().get("/lti/jwks.json").json["keys"]
    assert {name for key in published for name in key} == {"kty", "n", "e", "kid", "use", "alg"}
    with unit_of_work(SYSTEM, "home") as uow:
        keys.replace_all(uow)
        assert [key.kid for key in uow.session.scalars(select(LtiKey))] != [second]


def test_the_trainer_pastes_what_the_page_says_and_copies_what_the_platform_says(app, world, platform, client_as):
    trainer = client_as(world.here.trainer)
    made = trainer.post("/lti/platforms", data={"name": "集团 Moodle"})
    page = trainer.get(made.location).text
    platform.platform_id = made.location.rpartition("/")[2]
    for path in ("login", "launch"):
        assert f"http://anke.test/lti/{platform.platform_id}/{path}" in page
    told = {
        "name": "集团 Moodle", "issuer": platform.url, "client_id": CLIENT, "deployments": f"{DEPLOYMENT}\n9\n",
        "auth_url": f"{platform.url}/auth", "keys_url": f"{platform.url}/keys", "token_url": "",
        "frames": "https://learn.example.cn/course/5",
    }  # fmt: skip
    assert trainer.post(made.location, data=told | {"keys_url": "file:///etc/passwd"}).status_code == 422
    assert trainer.post(made.location, data=told | {"frames": "*"}).status_code == 422
    assert trainer.post(made.location, data=told).status_code == 303

    client = app.test_client()
    identify(client, {"ticket": ticket_in(come(client, platform)), **LIU})
    page = trainer.get(made.location).text
    assert "刘洋" in page and "本人确认" in page and "https://learn.example.cn" in page
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        link_id = uow.session.scalars(select(LtiLink.id)).one()
    trainer.post(f"/lti/links/{link_id}/remove")
    assert links() == {} and "请确认是本人" in come(app.test_client(), platform).text
    assert trainer.post(f"{made.location}/remove").status_code == 303
    assert "没有这个平台" in client.get(f"/lti/{platform.platform_id}/login").text


def test_in_a_browser_the_lecture_opens_inside_the_course_and_without_cookies_in_a_window(
    app, here, platform, host, office, monkeypatch
):
    """The course is of one site, the product of another: its cookies there are a third party's."""
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], base_url=host)
    known_as(here, platform)
    with unit_of_work(SYSTEM, "home") as uow:
        lecture_id = make_lecture(uow, here).id
    platform.claims = {CLAIM + "target_link_uri": f"{host}/lectures/{lecture_id}"}
    platform.login_url, platform.storage = f"{host}/lti/{platform.platform_id}/login", "_parent"
    course = office.new_page()
    course.goto(f"{platform.url}/course")
    tool = course.frame_locator("iframe")
    tool.get_by_text("总经理讲安全课").first.wait_for()
    assert {cookie["sameSite"] for cookie in office.cookies() if cookie["name"] == "anke_session"} == {"None"}
    screenshot(course, "lti-course")

    course.wait_for_load_state("networkidle")  # what is still on its way would bring a cookie again,
    course.goto("about:blank")  # and so would what a page asks for by itself
    monkeypatch.setattr(framing, "keep", lambda *_: None)  # as a browser that keeps no cookie of a third party
    button = tool.get_by_role("button", name="在新窗口打开")
    for _once_more in range(3):  # on a busy machine a late answer brings a cookie all the same
        office.clear_cookies()
        course.goto(f"{platform.url}/course")
        with suppress(TookTooLong):
            button.wait_for(timeout=10_000)
            break
    with office.expect_page() as opened:
        button.click()
    opened.value.get_by_text("总经理讲安全课").first.wait_for()
    assert axe(opened.value) == [] and overflow(opened.value) == 0
