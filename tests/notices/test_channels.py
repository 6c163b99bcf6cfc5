"""Each way out of the product, against a server that plays the other side by the vendor's documents."""

import base64
import email
import email.policy
import hashlib
import hmac
import ssl
import subprocess
import time
from contextlib import suppress
from threading import Event, Thread
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from lms.core.uow import unit_of_work
from lms.notices.channels import dingtalk, mail, sms, wecom
from lms.notices.channels.fields import faults
from lms.notices.channels.net import Net
from lms.notices.channels.parcels import Answer, Outcome, Parcel, Request, Result, Unreachable, told
from lms.notices.channels.tokens import Tokens
from lms.notices.models import ChannelKind, Delivery, DeliveryState
from lms.notices.sending import ask_what_became, deliver
from lms.notices.service import outbox
from tests.notices.conftest import SYSTEM, channel, deliveries, say, states
from tests.notices.conftest import sms as sms_channel
from tests.world import change

KEY = UUID("0192f0c0-0000-7000-8000-000000000001")
PARCEL = Parcel(KEY, "13900000001", '通知"一"', "第一行\n{phone}", "https://anke.test/x")
OUT = Net(allow_private=True)


def test_no_text_breaks_out_of_its_place_in_a_template():
    settings = {
        "url": "https://gate.test",
        "method": "POST",
        "body": "json",
        "template": '{"to": ["{phone}"], "say": "{title}|{body}"}',
    }

    request = sms.request_for(settings, PARCEL)

    assert b'"to": ["13900000001"]' in request.content
    assert '"say": "通知\\"一\\"|第一行\\n{phone}"'.encode() in request.content


def test_a_form_and_a_get_carry_the_same_values():
    lines = {"url": "https://gate.test/send?app=1", "template": "mobile={phone}\ncontent={title}&x", "body": "form"}

    form, get = sms.request_for(lines | {"method": "POST"}, PARCEL), sms.request_for(lines | {"method": "GET"}, PARCEL)

    assert form.content == b"mobile=13900000001&content=%E9%80%9A%E7%9F%A5%22%E4%B8%80%22%26x"
    assert get.url == "https://gate.test/send?app=1&" + form.content.decode() and get.content == b""


@pytest.mark.parametrize(
    ("success", "status", "body", "result"),
    [
        ("", 204, b"", Result.SENT),
        ("code=0", 200, b'{"code": 0}', Result.SENT),
        ("data.ok=true", 200, b'{"data": {"ok": true}}', Result.SENT),
        ("code=0", 200, b'{"code": 33}', Result.REFUSED),
        ("code=0", 200, b"<html>", Result.REFUSED),
        ("SUCCESS", 200, b"result:SUCCESS", Result.SENT),
        ("", 503, b"", Result.AGAIN),
        ("", 429, b"", Result.AGAIN),
        ("", 302, b"", Result.REFUSED),
        ("", 401, b"", Result.REFUSED),
    ],
)
def test_which_answer_of_a_gateway_means_success(success, status, body, result):
    assert sms.outcome_of({"success": success}, Answer(status, body)).result is result


def test_what_a_gateway_says_is_passed_on_without_its_wrapping():
    refusal = Answer(200, '{"code": 7, "msg": "空号"}'.encode())

    assert told(sms.outcome_of({"success": "code=0"}, refusal).kept) == "短信平台没有接收：空号"


def test_a_redirect_into_the_private_network_is_not_followed(gateway):
    gateway.answer = lambda heard, before: (302, {"to": f"{gateway.url}/inside"})

    assert OUT.ask(Request("GET", f"{gateway.url}/out")).status == 302
    assert [heard.path for heard in gateway.heard] == ["/out"]


def test_what_a_plug_in_says_of_a_fault_is_read_as_it_said_it():
    said = [Unreachable("插件：超时"), Unreachable("timeout: 30 s"), Unreachable("busy", "try later")]
    assert [told(one.kept) for one in said] == ["插件：超时", "timeout: 30 s", "busy:try later"]

    assert told(Outcome(Result.AGAIN, "busy", said="try later").kept) == "busy:try later"
    with pytest.raises(TypeError):
        Outcome(Result.SENT, "", "a number of the message, or what was answered?")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.8", "169.254.169.254", "[::ffff:127.0.0.1]", "0.0.0.0"]
)
def test_addresses_of_the_own_network_are_refused_where_enterprises_share_an_installation(host):
    with pytest.raises(Unreachable, match="内部网络"):
        Net(allow_private=False).ask(Request("GET", f"http://{host}/"))


def test_an_enterprise_cannot_make_the_product_knock_on_its_own_door(app, world, gateway, wall):
    import dataclasses

    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], private_gateways=False)
    sms_channel(world.here, gateway)

    say(world.here, world.here.person_ids[:1])

    assert gateway.heard == []
    assert told(deliveries()[0].why) == "地址指向内部网络，没有发送"


def test_a_gateway_that_never_answers_is_given_up_and_tried_later(gateway, monkeypatch):
    monkeypatch.setattr("lms.notices.channels.net.WAIT_SECONDS", 0.2)
    gateway.answer = lambda heard, before: time.sleep(1)
    settings = {"url": gateway.url, "method": "POST", "body": "json", "template": "{}"}

    (outcome,) = sms.send(settings, [PARCEL], Net(allow_private=True))

    assert (outcome.result, told(outcome.kept)) == (Result.AGAIN, "对方没有在规定时间内回答")


def vendor(gateway, send_path, answer):
    """Plays 企业微信 or 钉钉: a token is asked for first; it is good for this test only."""

    def play(heard, before):
        if heard.path.endswith("gettoken"):
            return 200, {"errcode": 0, "access_token": "token-1", "expires_in": 7200}
        assert heard.path == send_path and heard.query["access_token"] == "token-1"
        return 200, answer(heard.json())

    gateway.answer = play


WECOM = {"corpid": "ww1", "agent_id": "1000002", "secret": "s"}


def test_wecom_sends_what_is_the_same_in_one_request_and_knows_whom_it_missed(world, gateway, wall):
    channel(world.here, ChannelKind.WECOM_APP, WECOM | {"base": gateway.url})
    for at, person_id in enumerate(world.here.person_ids):
        change(person_id, wecom_id=f"User{at}")
    vendor(gateway, "/cgi-bin/message/send", lambda body: {"errcode": 0, "invaliduser": "user3", "msgid": "m1"})

    say(world.here)

    tokens, sends = [h for h in gateway.heard if "gettoken" in h.path], [h for h in gateway.heard if "send" in h.path]
    assert tokens[0].query == {"corpid": "ww1", "corpsecret": "s"}
    (body,) = [heard.json() for heard in sends]
    assert sorted(body["touser"].split("|")) == [f"User{at}" for at in range(5)]
    assert body["agentid"] == 1000002 and body["enable_duplicate_check"] == 1
    assert body["textcard"] == {
        "title": "安全课通知：粉尘防爆",
        "description": "3 号会议室",
        "url": "http://anke.test/me",
        "btntxt": "查看",
    }
    assert states() == {"sent": 4, "failed": 1}
    (lost,) = deliveries(person_id=world.here.person_ids[3])
    assert "没有这个账号" in told(lost.why)


def test_wecom_asks_for_a_new_token_when_the_old_one_is_over(gateway):
    fetched = []

    def play(heard, before):
        if heard.path.endswith("gettoken"):
            fetched.append(1)
            return 200, {"errcode": 0, "access_token": f"t{len(fetched)}", "expires_in": 7200}
        return 200, {"errcode": 42001} if heard.query["access_token"] == "t1" else {"errcode": 0}

    gateway.answer = play
    settings = WECOM | {"base": gateway.url, "corpid": "ww-over"}

    (outcome,) = wecom.send_app(settings, [PARCEL], OUT)

    assert outcome.result is Result.SENT and len(fetched) == 2


def test_a_firm_whose_gateway_hangs_holds_no_other_firms_token_up():
    hangs, asked = Event(), Event()

    class Slow:
        def ask(self, request):
            asked.set()
            hangs.wait(20)
            return Answer(200, b'{"errcode": 0, "access_token": "late", "expires_in": 7200}')

    class Quick:
        def ask(self, request):
            return Answer(200, b'{"errcode": 0, "access_token": "quick", "expires_in": 7200}')

    tokens, said = Tokens(), []

    def ask(token):
        said.append(token)
        return Answer(200, b"{}")

    hung = Thread(target=tokens.with_token, args=(Request("GET", "https://hangs.test"), Slow(), ask, ()))
    hung.start()
    asked.wait(20)
    quick = Thread(target=tokens.with_token, args=(Request("GET", "https://quick.test"), Quick(), ask, ()))
    quick.start()
    quick.join(5)
    before = list(said)
    hangs.set()
    hung.join()
    quick.join()
    assert before == ["quick"]


def test_wecom_tells_of_a_wrong_secret_in_words(gateway):
    gateway.answer = lambda heard, before: (200, {"errcode": 40001, "errmsg": "invalid credential"})

    (outcome,) = wecom.send_app(WECOM | {"base": gateway.url, "corpid": "ww-wrong"}, [PARCEL], OUT)

    assert outcome.result is Result.AGAIN and "不认企业 ID 或 Secret：40001 invalid credential" in told(outcome.kept)


def test_a_long_text_is_cut_to_what_a_robot_takes(gateway):
    parcel = Parcel(KEY, "", "标题", "很长" * 900, "https://anke.test/x")

    wecom.send_group({"webhook": f"{gateway.url}/cgi-bin/webhook/send?key=k"}, [parcel], OUT)

    said = gateway.heard[0].json()["text"]["content"]
    assert len(said.encode()) <= 2048 and said.endswith("https://anke.test/x")


def test_dingtalks_robot_is_signed_as_its_document_says(gateway):
    """The signature is checked by its definition, written down here a second time."""
    secret = "SEC0123456789"
    before = int(time.time() * 1000)

    dingtalk.send_group({"webhook": f"{gateway.url}/robot/send?access_token=a", "secret": secret}, [PARCEL], OUT)

    heard = gateway.heard[0]
    stamp = heard.query["timestamp"]
    wanted = base64.b64encode(
        hmac.new(secret.encode(), (stamp + "\n" + secret).encode("utf-8"), digestmod=hashlib.sha256).digest()
    )
    assert heard.query["sign"] == wanted.decode() and heard.query["access_token"] == "a"
    assert before <= int(stamp) <= time.time() * 1000
    assert heard.json()["msgtype"] == "text"


@pytest.mark.parametrize("robot", [wecom, dingtalk])
def test_a_message_to_a_group_that_nobody_answers_is_tried_again_and_keeps_no_other_back(robot):
    class Net:
        asked = 0

        def ask(self, request: Request) -> Answer:
            self.asked += 1
            if self.asked == 1:
                raise Unreachable("refused")
            return Answer(200, b'{"errcode": 0}')

    first, second = robot.send_group({"webhook": "https://robot.test/send"}, [PARCEL, PARCEL], Net())

    assert (first.result, first.why, second.result) == (Result.AGAIN, "refused", Result.SENT)


def test_dingtalk_says_later_who_was_reached_and_who_read_it(world, gateway, wall):
    channel(world.here, ChannelKind.DINGTALK_APP, {"app_key": "k", "agent_id": "7", "secret": "s", "base": gateway.url})
    for at, person_id in enumerate(world.here.person_ids):
        change(person_id, dingtalk_id=f"d{at}")

    def play(heard, before):
        if heard.path == "/gettoken":
            assert heard.query == {"appkey": "k", "appsecret": "s"}
            return 200, {"errcode": 0, "access_token": "t", "expires_in": 7200}
        if heard.path.endswith("asyncsend_v2"):
            return 200, {"errcode": 0, "task_id": 256271667526}
        return 200, {
            "errcode": 0,
            "send_result": {
                "read_user_id_list": ["d0"], "unread_user_id_list": ["d1"], "invalid_user_id_list": ["d2"],
                "forbidden_user_id_list": ["d3"], "forbidden_list": [{"code": "143106", "count": 1, "userid": "d3"}],
            },
        }  # fmt: skip

    gateway.answer = play
    say(world.here)
    assert states() == {"sent": 5}
    wall.forward(seconds=31)
    ask_what_became()

    sent = next(h.json() for h in gateway.heard if h.path.endswith("asyncsend_v2"))
    assert sorted(sent["userid_list"].split(",")) == ["d0", "d1", "d2", "d3", "d4"] and sent["agent_id"] == 7
    assert sent["msg"]["action_card"]["single_url"] == "http://anke.test/me"
    asked = next(h.json() for h in gateway.heard if h.path.endswith("getsendresult"))
    assert asked == {"agent_id": 7, "task_id": 256271667526}
    became = [deliveries(person_id=person_id)[0].state.value for person_id in world.here.person_ids]
    assert became == ["read", "delivered", "failed", "failed", "sent"], "d3 had the same content before, and never this message"
    with unit_of_work(SYSTEM, "home") as uow:  # but who had it of an earlier try of this very message has it
        row = uow.session.get_one(Delivery, deliveries(person_id=world.here.person_ids[4])[0].id)
        row.tries = 2
        outbox.settle_asked(uow, row.channel_id, [row], {row.person_id: ("had", "")})
        assert row.state == DeliveryState.DELIVERED
    before = len(gateway.heard)
    ask_what_became()
    assert len(gateway.heard) == before, "not asked again for half an hour"


@pytest.fixture
def certified(tmp_path):
    """A certificate for localhost that this process trusts for a while, made by openssl and not by us."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate


class Mailbox:
    def __init__(self):
        self.arrived, self.logins = [], []

    async def handle_DATA(self, server, session, envelope):
        self.arrived.append(envelope)
        return "250 OK"


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_mail_goes_encrypted_and_signed_in_over(security, certified, monkeypatch):
    context, certificate = certified
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    box = Mailbox()

    def check(server, session, envelope, mechanism, data):
        box.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"code", handled=False)

    class WithTls(Controller):
        def factory(self):
            tls = {"tls_context": context, "require_starttls": True} if security == "starttls" else {}
            return SMTP(self.handler, authenticator=check, auth_require_tls=security == "starttls", auth_required=True, **tls)

    port = free_port()
    server = WithTls(box, hostname="127.0.0.1", port=port, ssl_context=context if security == "ssl" else None)
    server.start()
    settings = {
        "host": "localhost", "port": str(port), "security": security, "username": "u", "password": "code",
        "sender": "a@firm.test",
    }  # fmt: skip
    try:
        (outcome,) = mail.send(settings, [Parcel(KEY, "chen@firm.test", "安全课\n通知", "明天 9 点", "https://anke.test/x")], OUT)
        (refused,) = mail.send(settings | {"password": "wrong"}, [PARCEL], OUT)
    finally:
        server.stop()

    assert outcome.result is Result.SENT, outcome.kept
    assert box.logins[0] == (b"u", b"code")
    arrived = email.message_from_bytes(box.arrived[0].content, policy=email.policy.default)
    assert arrived["Subject"] == "安全课 通知" and arrived["Message-ID"] == f"<{KEY}@firm.test>"
    assert arrived.get_content().replace("\r\n", "\n") == "明天 9 点\n\nhttps://anke.test/x\n"
    assert refused.result is Result.AGAIN and "授权码" in told(refused.kept)


def test_a_mail_server_with_a_certificate_of_somebody_else_is_not_trusted(certified):
    context, _certificate = certified
    port = free_port()
    server = Controller(Mailbox(), hostname="127.0.0.1", port=port, ssl_context=context)
    with suppress(ssl.SSLError):  # aiosmtpd greets itself to see whether it runs, and does not trust itself either
        server.start()
    settings = {"host": "localhost", "port": str(port), "security": "ssl", "sender": "a@firm.test"}
    try:
        (outcome,) = mail.send(settings, [Parcel(KEY, "chen@firm.test", "a", "b")], OUT)
    finally:
        server.stop()

    assert outcome.result is Result.AGAIN and "加密方式" in told(outcome.kept)


def test_one_refused_recipient_keeps_nobody_else_from_their_mail(post):
    post.refuse = {"gone@firm.test": "550 No such user", "full@firm.test": "452 Mailbox full"}
    settings = {"host": "127.0.0.1", "port": str(post.port), "security": "none", "sender": "a@firm.test"}
    to = ["gone@firm.test", "one@firm.test", "full@firm.test", "not an address", "two@firm.test"]

    outcomes = mail.send(settings, [Parcel(KEY, address, "标题", "内容") for address in to], OUT)

    assert [outcome.result for outcome in outcomes] == [Result.HOPELESS, Result.SENT, Result.AGAIN, Result.HOPELESS, Result.SENT]
    assert [envelope.rcpt_tos for envelope in post.arrived] == [["one@firm.test"], ["two@firm.test"]]


def test_a_mail_server_that_is_off_is_tried_again(world, wall):
    channel(
        world.here,
        ChannelKind.EMAIL,
        {"host": "127.0.0.1", "port": str(free_port()), "security": "none", "sender": "a@firm.test"},
    )
    change(world.here.person_ids[0], email="chen@firm.test")

    say(world.here, world.here.person_ids[:1])
    for _ in range(3):
        wall.forward(minutes=5)
        deliver()

    (row,) = deliveries()
    assert (row.state.value, row.tries, told(row.why)) == ("queued", 4, "连不上邮件服务器")


def test_a_header_cannot_be_smuggled_into_a_mail():
    settings = {"sender": "a@firm.test"}

    message = mail.message_of(settings, Parcel(KEY, "chen@firm.test", "x\r\nBcc: all@firm.test", "b"))

    assert message["Bcc"] is None and message["Subject"] == "x Bcc: all@firm.test"
    with pytest.raises(ValueError):
        mail.message_of(settings, Parcel(KEY, "chen@firm.test\r\nBcc: all@firm.test", "a", "b"))


@pytest.mark.parametrize(
    ("kind", "values", "wrong"),
    [
        (ChannelKind.SMS, {"url": "gate", "method": "POST", "body": "json", "template": "{"}, {"url", "template"}),
        (ChannelKind.SMS, {"url": "https://g", "method": "POST", "body": "form", "template": "text={text}"}, {"template"}),
        (
            ChannelKind.SMS,
            {"url": "https://g:99999", "method": "PUT", "body": "json", "template": '{"p":"{phone}"}'},
            {"url", "method"},
        ),
        (ChannelKind.EMAIL, {"host": "h", "port": "0", "security": "ssl", "sender": "me"}, {"port", "sender"}),
        (ChannelKind.WECOM_APP, {"corpid": "w", "agent_id": "x", "secret": ""}, {"agent_id", "secret"}),
        (ChannelKind.DINGTALK_GROUP, {"webhook": "https://oapi.dingtalk.com/robot/send?access_token=a"}, set()),
    ],
)
def test_settings_that_cannot_work_are_named_by_their_field(kind, values, wrong):
    assert set(faults(kind, values)) == wrong


def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
