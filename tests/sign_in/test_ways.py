"""Signing in with an account elsewhere: who is let in as whom, and everything that is not."""

from __future__ import annotations

import base64
import hmac
import json
import re
import time
from datetime import timedelta

import pytest
from flask_babel import refresh
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import select, update

from lms.access.models import User
from lms.access.service import hash_of
from lms.core.uow import unit_of_work
from lms.registry.models import Person
from lms.registry.service.leaving import leave
from lms.sign_in.models import ExternalAccount, Rule, WayKind
from lms.web.locale import COOKIE
from tests.sign_in.conftest import PASSWORD, change_person, set_up, who
from tests.world import Actor


def go(client, way_id, provider, more="", **query):
    """The whole way there and back; the last answer of ours."""
    there = client.get(f"/sign-in/with/{way_id}", query_string=query)
    assert there.status_code == 303, there.text
    return client.get(f"/sign-in/with/{way_id}/back?{provider.visit(there.location)}{more}")


@pytest.fixture
def way(world, provider):
    return set_up(world.here, WayKind.OIDC, provider.settings, Rule.WORK_NO)


def number(person_id) -> str:
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        return uow.session.scalar(select(Person.work_no).where(Person.id == person_id))


def test_an_employee_known_by_number_comes_in_and_stays_the_same_person(app, way, provider, liuyang):
    provider.claims["employee_number"] = number(liuyang)
    first, second = app.test_client(), app.test_client()

    assert go(first, way, provider, next="/me/certificates").location == "/me/certificates"
    provider.claims["employee_number"] = "0001"  # whatever the number says later, the account is tied
    go(second, way, provider)

    assert who(first) == who(second) == f"person:{liuyang}"
    assert first.get("/me").status_code == 200
    assert provider.refused == []  # the provider checked our secret and the proof of the code (PKCE)


def test_nobody_is_known_by_an_e_mail_address_or_an_unverified_phone(app, world, provider, liuyang):
    change_person(liuyang, email="liu@firm.test")
    by_phone = set_up(world.here, WayKind.OIDC, provider.settings, Rule.PHONE)
    provider.claims |= {"email": "liu@firm.test", "email_verified": True, "phone_number": "+86 199 0603 0610"}
    client = app.test_client()

    refused = go(client, by_phone, provider)
    assert refused.status_code == 403 and "还对不上人" in refused.text and who(client) == ""

    provider.claims["phone_number_verified"] = True
    assert go(client, by_phone, provider).status_code == 303
    assert who(client) == f"person:{liuyang}"


def test_a_rule_lends_no_more_than_ones_own_record(app, world, way, provider, trainer):
    provider.claims["employee_number"] = number(world.here.person_ids[1])
    client = app.test_client()

    go(client, way, provider)

    assert who(client) == f"person:{world.here.person_ids[1]}"
    assert client.get("/people").status_code == 404


def forged(provider, kind, claims):
    """Signed by a key of somebody else, by our provider's public key as a shared secret, or not at all."""
    if kind == "another key":
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048, {"kid": "one"}))
    head = {"alg": "HS256" if kind == "shared key" else "none", "kid": "one"}
    text = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (head, claims))
    mac = hmac.digest(provider.key.as_pem(private=False), text.encode(), "sha256") if kind == "shared key" else b""
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.test"}, {"aud": "somebody-else"}, {"aud": ["anke", "other"]}, {"azp": "other"},
        {"exp": time.time() - 3600}, {"iat": time.time() - 7200}, {"nonce": "another"}, {"sub": ""},
        "another key", "shared key", "none",
    ],
)  # fmt: skip
def test_a_token_that_is_not_ours_now_lets_nobody_in(app, way, provider, liuyang, wrong, caplog):
    provider.claims["employee_number"] = number(liuyang)
    if isinstance(wrong, dict):
        provider.claims |= wrong
    else:
        provider.sign = lambda claims: forged(provider, wrong, claims)
    client = app.test_client()
    client.set_cookie(COOKIE, "en")
    refresh()

    answer = go(client, way, provider)

    assert answer.status_code == 502 and "ID token" in answer.text and "不" not in answer.text and who(client) == ""
    assert any(record.getMessage() == "sign-in elsewhere failed" for record in caplog.records)


def test_keys_that_were_renewed_are_fetched_anew(app, way, provider, liuyang):
    provider.claims["employee_number"] = number(liuyang)
    go(app.test_client(), way, provider)
    provider.key = RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})

    assert go(app.test_client(), way, provider).status_code == 303


def test_only_the_browser_that_went_comes_back_and_once(app, world, way, provider, liuyang):
    provider.claims["employee_number"] = number(liuyang)
    client, other = app.test_client(), app.test_client()
    query = provider.visit(client.get(f"/sign-in/with/{way}").location)

    assert other.get(f"/sign-in/with/{way}/back?{query}").status_code == 400
    assert client.get(f"/sign-in/with/{way}/back?code=code-1&state=guess").status_code == 400
    another = set_up(world.here, WayKind.OIDC, provider.settings, Rule.WORK_NO)
    assert client.get(f"/sign-in/with/{another}/back?{query}").status_code == 400
    query = provider.visit(client.get(f"/sign-in/with/{way}").location)
    assert client.get(f"/sign-in/with/{way}/back?{query}&iss=https://evil.test").status_code == 502
    query = provider.visit(client.get(f"/sign-in/with/{way}").location)
    assert client.get(f"/sign-in/with/{way}/back?{query}").status_code == 303
    assert client.get(f"/sign-in/with/{way}/back?{query}").status_code == 400


def test_nobody_is_sent_to_another_host_afterwards(app, way, provider, liuyang):
    provider.claims["employee_number"] = number(liuyang)

    assert go(app.test_client(), way, provider, next="//evil.test").location == "/me"


def test_an_account_with_duties_is_tied_by_its_owner_alone(app, world, way, provider, trainer):
    client = app.test_client()
    client.post("/sign-in", data={"username": trainer, "password": PASSWORD})
    key = who(client)

    assert go(client, way, provider, tie=1).location == "/account/tie"
    assert "刘洋" in client.get("/account/tie").text
    assert not accounts()  # a link alone ties nothing
    assert client.post("/account/tie", data={"password": "guessed"}).status_code == 422
    assert not accounts()  # a session left open neither
    assert client.post("/account/tie", data={"password": PASSWORD}).status_code == 303
    assert "单位账号" in client.get("/account").text

    later = app.test_client()
    assert go(later, way, provider).location == "/lectures"
    assert who(later) == key and later.get("/people").status_code == 200
    (account,) = accounts()
    assert client.post(f"/account/external/{account.id}/remove").status_code == 303
    assert go(app.test_client(), way, provider).status_code == 403


def test_who_comes_to_the_same_browser_next_is_not_asked_to_tie(app, way, provider, trainer, world):
    client = app.test_client()
    client.post("/sign-in", data={"username": trainer, "password": PASSWORD})
    go(client, way, provider, tie=1)
    client.post("/sign-out")
    with client.session_transaction() as session:
        session["_user_id"] = world.here.trainer

    assert client.get("/account/tie").status_code == client.post("/account/tie").status_code == 404


def accounts() -> list[ExternalAccount]:
    with unit_of_work(Actor.system("test"), "home", write=False) as uow:
        return list(uow.session.scalars(select(ExternalAccount)))


def test_a_way_of_one_firm_opens_nothing_of_another(app, world, way, provider, client_as):
    stranger = client_as(world.there.trainer)

    assert stranger.get(f"/sign-in/with/{way}?tie=1").status_code == 404
    provider.claims["employee_number"] = number(world.there.person_ids[2])
    change_person(world.here.person_ids[2], work_no="0999")
    assert go(app.test_client(), way, provider).status_code == 403
    assert stranger.get(f"/sign-in-ways/{way}").status_code == 404


def test_a_person_who_is_tied_is_not_taken_over_by_another_account(app, way, provider, liuyang):
    provider.claims["employee_number"] = number(liuyang)
    go(app.test_client(), way, provider)
    provider.claims["sub"] = "somebody-who-wrote-that-number-into-a-profile"

    assert go(app.test_client(), way, provider).status_code == 409


def test_who_left_is_out_at_once_and_who_left_elsewhere_within_half_a_day(app, way, provider, liuyang, monkeypatch):
    provider.claims["employee_number"] = number(liuyang)
    client, other = app.test_client(), app.test_client()
    go(client, way, provider)
    assert client.get("/me").status_code == 200

    now = time.time()
    monkeypatch.setattr("lms.web.entering.time.time", lambda: now + 13 * 3600)
    assert client.get("/me").status_code == 303
    monkeypatch.undo()
    go(client, way, provider)
    with unit_of_work(Actor.system("test"), "home") as uow:
        leave(uow, uow.session.get_one(Person, liuyang), uow.today)
        uow.session.get_one(Person, liuyang).left_on = uow.today.replace(year=uow.today.year - 1)

    assert client.get("/me").status_code == 303
    assert go(other, way, provider).status_code == 403


def test_accounts_are_forgotten_where_somebody_else_answers_for_them(app, world, way, provider, liuyang):
    provider.claims["employee_number"] = number(liuyang)
    go(app.test_client(), way, provider)
    assert len(accounts()) == 1

    set_up(world.here, WayKind.OIDC, provider.settings | {"client_id": "another"}, Rule.WORK_NO, way)

    assert accounts() == []


def test_a_provider_in_the_private_network_is_not_asked(app, way, provider):
    import dataclasses

    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], private_gateways=False)

    client = app.test_client()
    answer = client.get(f"/sign-in/with/{way}")

    assert answer.status_code == 502 and "内部网络" in answer.text
    client.set_cookie(COOKIE, "en")
    refresh()
    assert "leads into the internal network" in client.get(f"/sign-in/with/{way}").text


def test_a_trainer_sets_a_way_up_and_the_sign_in_page_offers_it(app, world, client_as):
    trainer = client_as(world.here.trainer)
    assert "用单位账号登录" not in app.test_client().get("/sign-in").text

    data = {"way_name": "企业微信", "rule": "roster", "enabled": "y", "corpid": "ww1", "agent_id": "1000002", "secret": "s"}
    saved = trainer.post("/sign-in-ways/new/wecom", data=data)

    assert saved.status_code == 303
    page = trainer.get(saved.location).text
    assert "http://anke.test/sign-in/with/" in page and 'value="s"' not in page
    assert "用单位账号登录" in app.test_client().get("/sign-in").text
    assert "湘粮油脂有限公司" in app.test_client().get("/sign-in/with").text
    moved = trainer.post(saved.location, data=data | {"secret": "", "base": "https://evil.example"})
    assert moved.status_code == 422 and "重新填一遍" in moved.text  # the secret goes nowhere else by itself


def test_a_bureau_has_no_roster_so_its_officers_tie_their_accounts(app, world, provider, client_as):
    officer = client_as(world.here.officer)
    assert 'value="work_no"' not in officer.get("/sign-in-ways/new/oidc").text
    way = set_up(world.here, WayKind.OIDC, provider.settings, Rule.OWN, jurisdiction_id=world.here.district_id)

    assert go(app.test_client(), way, provider).status_code == 403
    with unit_of_work(Actor.system("test"), "home") as uow:
        uow.session.execute(update(User).values(password_hash=hash_of(PASSWORD)))
    for key in (world.here.officer, world.here.street_officer):
        client = client_as(key)
        provider.claims["sub"] = key
        go(client, way, provider, tie=1)
        assert client.post("/account/tie", data={"password": PASSWORD}).status_code == 303
        later = app.test_client()
        assert go(later, way, provider).status_code == 303 and who(later) == key
    assert client_as(world.there.officer).get(f"/sign-in/with/{way}?tie=1").status_code == 404


def test_who_lets_whom_in_is_an_entry_of_the_firms_chain(app, world, way, provider, liuyang, client_as):
    provider.claims["employee_number"] = number(liuyang)
    go(app.test_client(), way, provider)
    trainer = client_as(world.here.trainer)
    (account,) = accounts()
    trainer.post(f"/sign-in-ways/{way}/accounts/{account.id}/remove")
    trainer.post(f"/sign-in-ways/{way}/remove")

    page = client_as(world.here.officer).get(f"/enterprises/{world.here.enterprise_id}/trail?group=sign-in").text

    for words in ("设置外部登录", "绑定外部账号", "解除绑定外部账号", "删除外部登录", "认人办法 工号", "刘洋"):
        assert words in page


def test_whoever_is_known_on_a_phone_takes_no_tie_of_somebody_on_a_roster_away(app, world, way, provider, client_as, liuyang):
    provider.claims["employee_number"] = number(liuyang)
    go(app.test_client(), way, provider)
    (account,) = accounts()
    assert account.person_id == liuyang and account.user_id is None

    for person_id in (liuyang, world.here.person_ids[3], world.there.person_ids[2]):
        taken = client_as(f"person:{person_id}").post(f"/account/external/{account.id}/remove")
        assert taken.status_code == 404
    assert accounts()


def test_the_account_of_somebody_with_a_new_phone_is_found_among_many_and_untied_on_their_page(
    app, world, way, provider, liuyang, client_as
):
    provider.claims["employee_number"] = number(liuyang)
    go(app.test_client(), way, provider)
    with unit_of_work(Actor.system("test"), "home") as uow:
        people = [
            Person(enterprise_id=world.here.enterprise_id, name="同事", work_no=f"9{at:03}", created_at=uow.now)
            for at in range(50)
        ]
        uow.session.add_all(people)
        uow.session.flush()
        for at, person in enumerate(people):
            uow.session.add(
                ExternalAccount(
                    enterprise_id=world.here.enterprise_id, way_id=way, subject=f"other{at}", name=f"other{at}",
                    person_id=person.id, linked_by=Rule.WORK_NO, linked_at=uow.now, used_at=uow.now + timedelta(hours=1),
                )
            )  # fmt: skip
    trainer, other = client_as(world.here.trainer), client_as(world.there.trainer)

    assert f"/people/{liuyang}" not in trainer.get(f"/sign-in-ways/{way}").text
    for said in ("刘洋", number(liuyang), provider.claims["name"]):
        assert f"/people/{liuyang}" in trainer.get(f"/sign-in-ways/{way}", query_string={"q": said}).text
    assert f"/people/{liuyang}" in trainer.get(f"/sign-in-ways/{way}?page=2").text
    assert "没有这样的账号" in trainer.get(f"/sign-in-ways/{way}?q=没有").text

    page = trainer.get(f"/people/{liuyang}").text
    untie = re.search(r'action="(/sign-in-ways/[^"]+/remove)"', page)[1]
    assert other.post(untie).status_code == 404 and "单位账号" in page
    trainer.post(untie)
    assert "单位账号" not in trainer.get(f"/people/{liuyang}").text and len(accounts()) == len(people)
