"""What somebody hostile tries with the ways out of the product, and what they find: nothing."""

import json
import subprocess
import sys

import pytest
from aiosmtpd.controller import Controller

from lms.core.uow import unit_of_work
from lms.notices.channels import mail
from lms.notices.channels.net import Net
from lms.notices.channels.parcels import Parcel, Request, Result, Unreachable, told
from lms.notices.models import Channel, ChannelKind
from lms.notices.sending import deliver
from tests.notices.conftest import SYSTEM, channel, deliveries, say, sms
from tests.notices.test_channels import KEY, OUT, Mailbox, free_port
from tests.world import change

LOGGED = """
import dataclasses, sys
from lms.core import logs
from lms.core.settings import read_settings
from lms.notices.channels.net import Net
from lms.notices.channels.parcels import Request
logs.set_up(dataclasses.replace(read_settings({"ANKE_ENV": "test", "ANKE_DATA_DIR": sys.argv[2]}), env="production"))
Net(allow_private=True).ask(Request("GET", sys.argv[1]))
"""


def kept(channel_id):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return uow.session.get_one(Channel, channel_id).settings


@pytest.mark.parametrize(("kind", "typed", "elsewhere", "secrets"), [
    (ChannelKind.EMAIL, {"host": "smtp.firm.test", "port": "465", "security": "ssl", "username": "u", "password": "geheim-1",
        "sender": "a@firm.test"}, {"host": "smtp.evil.test"}, ["password"]),
    (ChannelKind.EMAIL, {"host": "smtp.firm.test", "port": "465", "security": "ssl", "username": "u", "password": "geheim-1",
        "sender": "a@firm.test"}, {"security": "none"}, ["password"]),
    (ChannelKind.WECOM_APP, {"corpid": "w", "agent_id": "1", "secret": "geheim-2"}, {"base": "https://evil.test"}, ["secret"]),
    (ChannelKind.SMS, {"url": "https://gate.test/a", "method": "POST", "body": "json", "template": '{"m": "{phone}"}',
        "headers": "Authorization: geheim-3"}, {"url": "https://evil.test/a"}, ["headers"]),
])  # fmt: skip
def test_a_colleague_cannot_have_a_secret_sent_to_a_server_of_their_own(world, client_as, kind, typed, elsewhere, secrets):
    channel_id = channel(world.here, kind, typed)
    trainer = client_as(world.here.trainer)
    form = typed | {"url": "", "enabled": "y"} | dict.fromkeys(secrets, "") | elsewhere

    trainer.post(f"/channels/{kind}", data=form)

    there = kept(channel_id)
    assert not all(there[name] for name in secrets) or not all(there[name] == value for name, value in elsewhere.items())


def test_whoever_moves_the_mail_server_is_asked_for_the_password_anew(world, client_as):
    typed = {"host": "a.test", "port": "465", "security": "ssl", "username": "u", "password": "geheim-1", "sender": "a@a.test"}
    channel_id = channel(world.here, ChannelKind.EMAIL, typed)
    trainer = client_as(world.here.trainer)

    asked = trainer.post("/channels/email", data=typed | {"host": "b.test", "password": "", "enabled": "y"})
    assert asked.status_code == 422 and "重新填一遍" in asked.text
    stayed = trainer.post("/channels/email", data=typed | {"sender": "b@a.test", "password": "", "enabled": "y"})
    assert stayed.status_code == 303 and kept(channel_id)["password"] == "geheim-1"
    moved = trainer.post("/channels/email", data=typed | {"host": "b.test", "password": "geheim-9", "enabled": "y"})

    assert moved.status_code == 303 and kept(channel_id)["password"] == "geheim-9"


def test_what_a_gateway_says_back_puts_no_phone_number_and_no_secret_into_the_clear(world, gateway, wall):
    sms(world.here, gateway, headers="Authorization: Bearer geheim-4711")
    change(world.here.person_ids[0], phone="13912345678")
    gateway.answer = lambda heard, _before: (400, {"msg": f"bad {heard.headers['Authorization']}: {heard.body.decode()}"})
    say(world.here, [world.here.person_ids[0]])

    deliver()

    (row,) = deliveries()
    assert "短信平台答复 400" in told(row.why)
    assert "13912345678" not in row.why and "geheim-4711" not in row.why


def test_no_address_with_its_secret_gets_into_the_log(gateway, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", LOGGED, f"{gateway.url}/gettoken?appsecret=geheim-4711&mobile=13912345678", str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert len(gateway.heard) == 1
    assert "geheim" not in done.stderr and "13912345678" not in done.stderr


@pytest.mark.parametrize("host", ["[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::1]", "[::127.0.0.1]", "[fec0::1]"])
def test_an_inner_address_within_an_outer_one_is_refused(host):
    with pytest.raises(Unreachable, match="内部网络"):
        Net(allow_private=False).ask(Request("GET", f"http://{host}/"))


def test_one_address_that_a_mail_server_cannot_take_keeps_nobody_else_from_their_mail():
    box, port = Mailbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port, enable_SMTPUTF8=False)
    server.start()
    settings = {"host": "127.0.0.1", "port": str(port), "security": "none", "sender": "a@firm.test"}
    try:
        outcomes = mail.send(settings, [Parcel(KEY, to, "标题", "内容") for to in ("陈@firm.test", "two@firm.test")], OUT)
    finally:
        server.stop()

    assert [outcome.result for outcome in outcomes] == [Result.HOPELESS, Result.SENT]
    assert [envelope.rcpt_tos for envelope in box.arrived] == [["two@firm.test"]]


@pytest.mark.parametrize("field", ["{0.__class__}", "{phone.__class__}", "{{phone}}", "%(phone)s", "{id!r}", "{text:>99999999}"])
def test_a_template_reaches_nothing_but_its_places(world, gateway, wall, field):
    sms(world.here, gateway, template=json.dumps({"m": "{phone}", "x": field}))
    change(world.here.person_ids[0], phone="13912345678")
    say(world.here, [world.here.person_ids[0]])

    deliver()

    (said,) = gateway.bodies()
    assert said["x"] == field.replace("{phone}", "13912345678")
