"""钉钉: work notices (工作通知) of an app to members, and robots in group chats.

Sources, as documented by the vendor: token https://open.dingtalk.com/document/orgapp/obtain-orgapp-token; asyncsend_v2
https://open.dingtalk.com/document/orgapp/asynchronous-sending-of-enterprise-session-messages (at most 100 members a request;
the answer says that it was taken, not that it arrived; the same content to the same member arrives once a day); what became of
it https://open.dingtalk.com/document/orgapp/gets-the-result-of-sending-messages-asynchronously-to-the-enterprise (143106: had it
already); robots https://open.dingtalk.com/document/robots/custom-robot-access, signed by
https://open.dingtalk.com/document/robots/customize-robot-security-settings: HMAC-SHA256 of "timestamp\\nsecret" with the secret,
Base64, the timestamp in milliseconds and at most an hour off; 20 messages a minute, else 130101 or 660026.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any
from urllib.parse import urlencode

from lms.notices.channels.net import Net
from lms.notices.channels.parcels import Answer, Outcome, Parcel, Request, Result, Unreachable, alike, one_by_one, post_json
from lms.notices.channels.tokens import TOKENS, TokenRefused

BASE = "https://oapi.dingtalk.com"
MOST_MEMBERS = 100
TOKEN_OVER = {40014, 42001, 33001, 88}
WAIT = {-1, 130101, 660026, 143103, 143104}  # busy, too often
HAD_IT = "143106"


def token_request(settings: dict[str, str]) -> Request:
    """How an application asks for its access token."""
    query = urlencode({"appkey": settings["app_key"], "appsecret": settings["secret"]})
    return Request("GET", f"{_base(settings)}/gettoken?{query}")


def app_request(settings: dict[str, str], token: str, members: list[str], parcel: Parcel) -> Request:
    """One work notice to these members: a card that opens the page, or plain text where there is no page."""
    message: dict[str, Any] = {"msgtype": "text", "text": {"content": parcel.text}}
    if parcel.url:
        markdown = f"### {parcel.title}\n\n{parcel.body}"
        card = {"title": parcel.title, "markdown": markdown, "single_title": "查看", "single_url": parcel.url}
        message = {"msgtype": "action_card", "action_card": card}
    body = {"agent_id": int(settings["agent_id"]), "userid_list": ",".join(members), "msg": message}
    return post_json(_topapi(settings, token, "asyncsend_v2"), body)


def app_outcome(answer: Answer) -> Outcome:
    """What became of a request, for all its members alike; who was reached is asked later by its task."""
    told = answer.json()
    if told.get("errcode") == 0:
        return Outcome(Result.SENT, reference=str(told.get("task_id", ""))[:100])
    return _failed(answer, told)


def result_request(settings: dict[str, str], token: str, task: str) -> Request:
    """How it asks what became of a message it gave in."""
    return post_json(_topapi(settings, token, "getsendresult"), {"agent_id": int(settings["agent_id"]), "task_id": int(task)})


def result_of(answer: Answer) -> dict[str, tuple[str, str]]:
    """Member → ("read" | "delivered" | "had" | "failed", why, a key of FAULTS); had: the same content before.

    Members it says nothing of are left out.
    """
    told: dict[str, Any] = answer.json().get("send_result") or {}
    codes = {str(one.get("userid")): str(one.get("code")) for one in told.get("forbidden_list") or []}
    found = {str(name): ("read", "") for name in told.get("read_user_id_list") or []}
    found |= {str(name): ("delivered", "") for name in told.get("unread_user_id_list") or []}
    found |= {str(name): ("failed", "dingtalk-nobody") for name in told.get("invalid_user_id_list") or []}
    found |= {str(name): ("failed", "dingtalk-failed") for name in told.get("failed_user_id_list") or []}
    for name in map(str, told.get("forbidden_user_id_list") or []):
        had = codes.get(name) == HAD_IT
        found[name] = ("had", "dingtalk-had") if had else ("failed", "dingtalk-too-many")
    return found


def signed(webhook: str, secret: str, now_ms: int) -> str:
    """The robot's address with its signature. secret: begins with SEC; empty for a robot that asks for none."""
    if not secret:
        return webhook
    digest = hmac.new(secret.encode(), f"{now_ms}\n{secret}".encode(), hashlib.sha256).digest()
    query = urlencode({"timestamp": now_ms, "sign": base64.b64encode(digest).decode()})
    return f"{webhook}{'&' if '?' in webhook else '?'}{query}"


def group_request(settings: dict[str, str], parcel: Parcel, now_ms: int) -> Request:
    """A message to the robot of a group, signed where the robot asks for it. now_ms: milliseconds since 1970."""
    address = signed(settings["webhook"], settings.get("secret", ""), now_ms)
    return post_json(address, {"msgtype": "text", "text": {"content": parcel.text}})


def group_outcome(answer: Answer) -> Outcome:
    """What a robot's answer says of the message."""
    told = answer.json()
    return Outcome(Result.SENT) if told.get("errcode") == 0 else _failed(answer, told)


def send_app(settings: dict[str, str], parcels: list[Parcel], net: Net) -> list[Outcome]:
    """What says the same goes to up to 100 members at once."""
    found: dict[Any, Outcome] = {}
    for together in alike(parcels, MOST_MEMBERS):
        members = [parcel.to for parcel in together]

        def ask(token: str, members: list[str] = members, parcel: Parcel = together[0]) -> Answer:
            return net.ask(app_request(settings, token, members, parcel))

        found |= dict.fromkeys([parcel.key for parcel in together], _tried(settings, net, ask))
    return [found[parcel.key] for parcel in parcels]


def results(settings: dict[str, str], task: str, net: Net) -> dict[str, tuple[str, str]]:
    """What became of a task, by member; empty when it cannot be known now."""
    try:
        return result_of(
            TOKENS.with_token(
                token_request(settings), net, lambda token: net.ask(result_request(settings, token, task)), TOKEN_OVER
            )
        )
    except (TokenRefused, Unreachable):
        return {}


def send_group(settings: dict[str, str], parcels: list[Parcel], net: Net) -> list[Outcome]:
    """Send to the robot of a group, one message after another; an outcome for each, in their order."""
    return one_by_one(parcels, lambda one: group_outcome(net.ask(group_request(settings, one, int(time.time() * 1000)))))


def _tried(settings: dict[str, str], net: Net, ask: Any) -> Outcome:
    try:
        return app_outcome(TOKENS.with_token(token_request(settings), net, ask, TOKEN_OVER))
    except TokenRefused as refusal:
        return Outcome(Result.AGAIN, "dingtalk-token", said=str(refusal))
    except Unreachable as fault:
        return fault.outcome


def _base(settings: dict[str, str]) -> str:
    return (settings.get("base") or BASE).rstrip("/")


def _topapi(settings: dict[str, str], token: str, name: str) -> str:
    return f"{_base(settings)}/topapi/message/corpconversation/{name}?{urlencode({'access_token': token})}"


def _failed(answer: Answer, told: dict[str, Any]) -> Outcome:
    code = told.get("errcode")
    if code is None:
        return Outcome(Result.AGAIN, "dingtalk-status", said=str(answer.status))
    said = str(told.get("errmsg", ""))[:100]
    return Outcome(Result.AGAIN if code in WAIT else Result.REFUSED, "dingtalk-refused", said=f"{code} {said}")
