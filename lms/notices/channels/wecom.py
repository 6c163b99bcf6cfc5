"""企业微信: messages of an app to members, and robots in group chats.

Sources, as documented by the vendor: access token https://developer.work.weixin.qq.com/document/path/91039 (kept until it
expires, fetched anew when told that it is no longer valid); message/send https://developer.work.weixin.qq.com/document/path/90236
(at most 1,000 members a request, `invaliduser` names in lower case whom it did not reach, 81013 when it is everybody, and the
same content to the same member within `duplicate_check_interval` seconds arrives once); robots
https://developer.work.weixin.qq.com/document/path/91770 (text of at most 2,048 bytes, 20 messages a minute, else 45009).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from lms.notices.channels.net import Net
from lms.notices.channels.parcels import Answer, Outcome, Parcel, Request, Result, Unreachable, alike, one_by_one, post_json
from lms.notices.channels.tokens import TOKENS, TokenRefused

BASE = "https://qyapi.weixin.qq.com"
MOST_MEMBERS = 1000
SAME_WITHIN = 4 * 3600  # seconds, the most that is allowed
TOKEN_OVER = {40014, 42001}
NOBODY_REACHED = 81013
WAIT = {-1, 45009, 45033}  # busy, too often


def token_request(settings: dict[str, str]) -> Request:
    """How an application asks for its access token."""
    query = urlencode({"corpid": settings["corpid"], "corpsecret": settings["secret"]})
    return Request("GET", f"{_base(settings)}/cgi-bin/gettoken?{query}")


def app_request(settings: dict[str, str], token: str, members: list[str], parcel: Parcel) -> Request:
    """One message to these members: a card that opens the page, or plain text where there is no page."""
    content: dict[str, Any] = {"msgtype": "text", "text": {"content": parcel.text}}
    if parcel.url:
        card = {
            "title": parcel.title[:128],
            "description": parcel.body[:500] or parcel.title,
            "url": parcel.url,
            "btntxt": "查看",
        }
        content = {"msgtype": "textcard", "textcard": card}
    body = content | {
        "touser": "|".join(members), "agentid": int(settings["agent_id"]),
        "enable_duplicate_check": 1, "duplicate_check_interval": SAME_WITHIN,
    }  # fmt: skip
    return post_json(f"{_base(settings)}/cgi-bin/message/send?{urlencode({'access_token': token})}", body)


def app_outcomes(answer: Answer, members: list[str]) -> list[Outcome]:
    """What became of a message for each member, in their order."""
    told = answer.json()
    code, said = told.get("errcode"), str(told.get("errmsg", ""))[:100]
    if code not in (0, NOBODY_REACHED):
        return [_failed(answer, code, said)] * len(members)
    lost = {name.lower() for part in ("invaliduser", "unlicenseduser") for name in str(told.get(part) or "").split("|") if name}
    sent = Outcome(Result.SENT, reference=str(told.get("msgid", ""))[:100])
    nobody = Outcome(Result.HOPELESS, "wecom-nobody")
    return [nobody if code == NOBODY_REACHED or name.lower() in lost else sent for name in members]


def group_request(settings: dict[str, str], parcel: Parcel) -> Request:
    """A message to the robot of a group."""
    return post_json(settings["webhook"], {"msgtype": "text", "text": {"content": parcel.text}})


def group_outcome(answer: Answer) -> Outcome:
    """What a robot's answer says of the message."""
    told = answer.json()
    code = told.get("errcode")
    return Outcome(Result.SENT) if code == 0 else _failed(answer, code, str(told.get("errmsg", ""))[:100])


def send_app(settings: dict[str, str], parcels: list[Parcel], net: Net) -> list[Outcome]:
    """What says the same goes to up to 1,000 members at once."""
    found: dict[Any, Outcome] = {}
    for together in alike(parcels, MOST_MEMBERS):
        members = [parcel.to for parcel in together]

        def ask(token: str, members: list[str] = members, parcel: Parcel = together[0]) -> Answer:
            return net.ask(app_request(settings, token, members, parcel))

        try:
            answer = TOKENS.with_token(token_request(settings), net, ask, TOKEN_OVER)
            outcomes = app_outcomes(answer, members)
        except TokenRefused as refusal:
            outcomes = [Outcome(Result.AGAIN, "wecom-token", said=str(refusal))] * len(members)
        except Unreachable as fault:
            outcomes = [fault.outcome] * len(members)
        found |= {parcel.key: outcome for parcel, outcome in zip(together, outcomes, strict=True)}
    return [found[parcel.key] for parcel in parcels]


def send_group(settings: dict[str, str], parcels: list[Parcel], net: Net) -> list[Outcome]:
    """Send to the robot of a group, one message after another; an outcome for each, in their order."""
    return one_by_one(parcels, lambda one: group_outcome(net.ask(group_request(settings, one))))


def _base(settings: dict[str, str]) -> str:
    return (settings.get("base") or BASE).rstrip("/")


def _failed(answer: Answer, code: Any, said: str) -> Outcome:
    if code is None:
        return Outcome(Result.AGAIN, "wecom-status", said=str(answer.status))
    return Outcome(Result.AGAIN if code in WAIT else Result.REFUSED, "wecom-refused", said=f"{code} {said}")
