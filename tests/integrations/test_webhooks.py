"""Other systems hear of what happened: signed, in order, once, after a day of silence too, and never inside our own network."""

import base64
import dataclasses
import hashlib
import hmac
import json
import re
import socket
from datetime import timedelta

import pytest
from flask_babel import refresh
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.core.uow import unit_of_work
from lms.credentials.issuing import issue_due
from lms.integrations import rules, service
from lms.integrations.models import Webhook, WebhookMessage
from lms.integrations.sending import send_webhooks
from lms.web.locale import COOKIE
from tests.credentials.scenes import held
from tests.notices.conftest import SYSTEM, TEN, Gateway, app, gateway, wall
from tests.wall import Wall

__all__ = ["Gateway", "Wall", "app", "gateway", "wall"]


def told(here, gateway, *kinds):
    with unit_of_work(SYSTEM, "home") as uow:
        webhook, secret = service.set_up(uow, here.enterprise_id, "门禁系统", gateway.url + "/hook", kinds or rules.KINDS)
        return webhook.id, secret


def close(here, *numbers):
    """So many lectures end, one after another; returns their ids."""
    with unit_of_work(SYSTEM, "home") as uow:
        for number in numbers:
            service.put_out(uow, here.enterprise_id, rules.LECTURE_CLOSED, uow.now, {"lecture_id": number})


def numbers(gateway):
    return [body["data"]["lecture_id"] for body in gateway.bodies()]


def rows(kind):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return list(uow.session.scalars(select(kind)))


def test_the_signature_is_that_of_the_standard():
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    made = rules.signature("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", '{"test": 2432232314}', secret)

    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_tries_grow_apart_and_end_after_days():
    pauses = [rules.pause_after(tries) for tries in range(1, len(rules.PAUSES) + 1)]

    assert pauses == sorted(pauses) and timedelta(days=3) < sum(pauses, timedelta()) < timedelta(days=4)
    assert rules.pause_after(len(pauses) + 1) is None


@given(st.text(max_size=40))
def test_whatever_is_typed_as_an_address_is_judged(text):
    assert rules.is_address(text, plain_too=False) in (True, False)
    assert not rules.is_address("https://me:pass@" + text, plain_too=True)
    assert not rules.is_address("file://" + text, plain_too=True)


def test_a_lecture_from_its_plan_to_its_certificates_is_told_with_ids_alone(app, world, gateway):
    _id, secret = told(world.here, gateway)
    held(world.here, {1: (0, 60)})
    issue_due()
    send_webhooks()

    kinds = [body["type"] for body in gateway.bodies()]
    assert kinds == ["lecture.notified", "lecture.opened", "completion.decided", "lecture.closed", "certificate.issued"]
    for heard in gateway.heard:
        name, when = heard.headers["webhook-id"], heard.headers["webhook-timestamp"]
        key = base64.b64decode(secret.removeprefix("whsec_"))
        made = hmac.new(key, f"{name}.{when}.".encode() + heard.body, hashlib.sha256).digest()
        assert heard.headers["webhook-signature"] == "v1," + base64.b64encode(made).decode()
        assert not re.search("[一-龥]", heard.body.decode()) and str(world.here.enterprise_id) in heard.body.decode()


def test_only_what_was_asked_for_and_only_ones_own_is_told(app, world, gateway):
    told(world.here, gateway, rules.LECTURE_CLOSED)
    with unit_of_work(SYSTEM, "home") as uow:
        service.put_out(uow, world.here.enterprise_id, rules.LECTURE_OPENED, uow.now, {})
        service.put_out(uow, world.there.enterprise_id, rules.LECTURE_CLOSED, uow.now, {"lecture_id": 0})
    close(world.here, 1)
    send_webhooks()

    assert numbers(gateway) == [1]


def test_a_receiver_down_for_a_day_hears_everything_in_order_and_once(app, world, gateway, wall):
    told(world.here, gateway, rules.LECTURE_CLOSED)
    gateway.answer = lambda heard, before: (503, {})
    for number in range(8):
        close(world.here, number)
        send_webhooks()
        wall.forward(hours=3)
    tried = len(gateway.heard)
    assert set(numbers(gateway)) == {0} and 4 <= tried <= 8  # the first is tried ever more rarely, the others wait behind it

    gateway.answer = lambda heard, before: (200, {})
    wall.forward(hours=24)
    send_webhooks()
    send_webhooks()

    assert numbers(gateway)[tried:] == list(range(8))
    assert len({one.headers["webhook-id"] for one in gateway.heard}) == 8
    assert all(one.sent_at for one in rows(WebhookMessage))


def test_after_days_of_silence_it_stops_and_goes_on_when_somebody_says_so(app, world, gateway, wall, client_as):
    webhook_id, _secret = told(world.here, gateway, rules.LECTURE_CLOSED)
    gateway.answer = lambda heard, before: None
    close(world.here, 1, 2)
    for pause in (*rules.PAUSES, timedelta()):
        send_webhooks()
        wall.forward(seconds=pause.total_seconds())
    send_webhooks()
    assert rows(Webhook)[0].stopped_at and len(gateway.heard) == len(rules.PAUSES) + 1
    trainer = client_as(world.here.trainer)
    assert "起停止推送，2 条在等" in trainer.get(f"/webhooks/{webhook_id}").text

    gateway.answer = lambda heard, before: (200, {})
    before = len(gateway.heard)
    trainer.post(f"/webhooks/{webhook_id}/send-on")
    send_webhooks()

    assert numbers(gateway)[before:] == [1, 2]


def test_one_that_asks_to_wait_is_left_alone_for_so_long(app, world, gateway, wall):
    told(world.here, gateway, rules.LECTURE_CLOSED)
    gateway.answer = lambda heard, before: (429, {"wait": "600"}) if before == 0 else (200, {})
    close(world.here, 1)
    send_webhooks()
    wall.forward(minutes=9)  # by itself it would have come again after five seconds
    send_webhooks()
    assert len(gateway.heard) == 1

    wall.forward(minutes=1)
    send_webhooks()
    assert numbers(gateway) == [1, 1] and rows(WebhookMessage)[0].sent_at


@pytest.mark.parametrize(
    ("said", "seconds"),
    [(None, 0), ("", 0), ("120", 120), ("-5", 0), ("soon", 0), ("9" * 30, 0), ("999999", 86_400),
     ("Mon, 23 Nov 2026 02:02:00 GMT", 120), ("Mon, 23 Nov 2020 02:02:00 GMT", 0), ("Mon, 23 Nov 2026 02:02:00", 0)],
)  # fmt: skip
def test_how_long_an_answer_asks_to_wait(said, seconds):
    assert rules.told_to_wait(said, TEN).total_seconds() == seconds


def test_a_new_secret_signs_beside_the_old_one_for_a_day(app, world, gateway, wall, client_as):
    webhook_id, old = told(world.here, gateway, rules.LECTURE_CLOSED)
    trainer = client_as(world.here.trainer)
    shown = trainer.post(f"/webhooks/{webhook_id}/rotate").text
    new = re.search('value="(whsec_[^"]+)"', shown)[1]
    assert new != old and new not in trainer.get(f"/webhooks/{webhook_id}").text

    def signed_by():
        close(world.here, 1)
        send_webhooks()
        heard = gateway.heard[-1]
        name, when = heard.headers["webhook-id"], heard.headers["webhook-timestamp"]
        given = heard.headers["webhook-signature"].split(" ")
        return [secret for secret in (new, old) if rules.signature(name, when, heard.body.decode(), secret) in given], len(given)

    assert signed_by() == ([new, old], 2)
    wall.forward(hours=25)
    assert signed_by() == ([new], 1)


def test_one_that_says_it_is_gone_is_asked_no_more(app, world, gateway):
    told(world.here, gateway, rules.LECTURE_CLOSED)
    gateway.answer = lambda heard, before: (410, {})
    close(world.here, 1)
    send_webhooks()
    send_webhooks()

    assert len(gateway.heard) == 1 and rows(Webhook)[0].stopped_at


def test_the_page_sets_up_shows_the_secret_once_tries_and_replays_under_the_same_id(app, world, gateway, client_as):
    trainer = client_as(world.here.trainer)
    form = {"name": "门禁系统", "url": gateway.url + "/hook?key=hidden-key", "kinds": [rules.LECTURE_CLOSED]}
    made = trainer.post("/webhooks", data=form)
    secret = re.search('value="(whsec_[^"]+)"', made.text)[1]
    webhook = rows(Webhook)[0]
    page = f"/webhooks/{webhook.id}"
    assert secret not in trainer.get("/webhooks").text and "hidden-key" not in trainer.get(page).text

    trainer.post(f"{page}/try")
    send_webhooks()
    assert gateway.bodies()[0]["type"] == "trial" and "已送到" in trainer.get(page).text
    trainer.post(f"/webhooks/messages/{rows(WebhookMessage)[0].id}/replay")
    send_webhooks()
    assert len(gateway.heard) == 2 and gateway.heard[0].headers["webhook-id"] == gateway.heard[1].headers["webhook-id"]

    trainer.post(f"{page}/remove")
    assert rows(Webhook) == [] and rows(WebhookMessage) == []
    for wrong in ("ftp://gate.example/", "https://me:word@gate.example/", "gate.example", "https://"):
        assert trainer.post("/webhooks", data=form | {"url": wrong}).status_code == 422


def test_neither_an_inner_address_nor_a_name_that_changes_its_mind_leads_inside(app, world, gateway, client_as, monkeypatch):
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], private_gateways=False)
    told(world.here, gateway, rules.LECTURE_CLOSED)
    close(world.here, 1)
    send_webhooks()
    client, page = client_as(world.here.trainer), f"/webhooks/{rows(Webhook)[0].id}"
    assert gateway.heard == [] and "地址指向内部网络" in client.get(page).text
    client.set_cookie(COOKIE, "en")
    refresh()
    assert "leads into the internal network" in client.get(page).text

    port, looked, reached = int(gateway.url.rpartition(":")[2]), [], []

    def look_up(host, *more, **other):
        looked.append(host)
        address = "93.184.215.14" if len(looked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(address, *more, **other):
        reached.append(address[0])
        raise OSError("nobody there")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    with unit_of_work(SYSTEM, "home") as uow:
        webhook = uow.session.scalars(select(Webhook)).one()
        webhook.sealed_url = f"http://rebinding.example:{port}/"
        service.send_on(uow, webhook)
    send_webhooks()

    assert looked[:1] == ["rebinding.example"] and reached == ["93.184.215.14"] and gateway.heard == []


def test_what_is_told_is_forgotten_after_a_month(app, world, gateway, wall):
    told(world.here, gateway, rules.LECTURE_CLOSED)
    close(world.here, 1)
    wall.forward(days=31)
    close(world.here, 2)
    with unit_of_work(SYSTEM, "home") as uow:
        service.forget_old(uow)

    assert [json.loads(one.body)["data"]["lecture_id"] for one in rows(WebhookMessage)] == [2]
