"""What an adapter is given, what it asks the network, and what came of it."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

MOST_BYTES = 2048  # of a text on 企业微信 and 钉钉
KEPT = "Fault"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to one address, or to a group where `to` is empty. key: stays the same however often it is tried."""

    key: UUID
    to: str
    title: str
    body: str
    url: str = ""

    @property
    def text(self) -> str:
        """All of it as plain text, as long as a short message may be."""
        lines = [part for part in (self.title, self.body, self.url) if part]
        while len("\n".join(lines).encode()) > MOST_BYTES:
            lines[-2 if self.url else -1] = lines[-2 if self.url else -1][:-20]
        return "\n".join(lines)


class Result(enum.Enum):
    """What became of a message."""

    SENT = "sent"  # the channel has taken it
    AGAIN = "again"  # not reached, or told to wait: worth trying again, for a day if need be
    REFUSED = "refused"  # answered with no: worth few tries
    HOPELESS = "hopeless"  # this address will never work


@dataclass(frozen=True, slots=True)
class Outcome:
    """why: where it was not sent, a key of FAULTS, or what a plug-in says of its own; said: where, or what was answered.
    reference: the channel's own number of the message.
    """

    result: Result
    why: str = ""
    said: str = field(default="", kw_only=True)
    reference: str = field(default="", kw_only=True)

    @property
    def kept(self) -> str:
        """Why, for a row of the database: in no language. told() reads it."""
        return kept_fault(self.why, self.said)


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request. content: the body as bytes."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """headers: by their names in small letters."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """The JSON object answered; empty when it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


FAULTS: dict[str, Any] = {
    "address": _l("地址不是 http 或 https 网址"),
    "length": _l("对方的回答太长或太慢"),
    "late": _l("对方没有在规定时间内回答"),
    "refused": _l("连不上对方的服务器"),
    "name": _l("找不到服务器 %(said)s"),
    "private": _l("地址指向内部网络，没有发送"),
    "mail": _l("连不上邮件服务器"),
    "mail-slow": _l("邮件服务器太慢，剩下的过一会儿再发"),
    "ours": _l("发送时系统出了问题，会再试"),
    "off": _l("这个渠道已停用"),
    "no-contact": _l("花名册上没有可用的联系方式"),
    "sms-status": _l("短信平台答复 %(said)s"),
    "sms-refused": _l("短信平台没有接收：%(said)s"),
    "sms-template": _l("短信平台的请求模板不是有效的 JSON"),
    "wecom-status": _l("企业微信答复 %(said)s"),
    "wecom-refused": _l("企业微信没有接收：%(said)s"),
    "wecom-token": _l("企业微信不认企业 ID 或 Secret：%(said)s"),
    "wecom-nobody": _l("企业微信里没有这个账号，或者不在应用的可见范围内"),
    "dingtalk-status": _l("钉钉答复 %(said)s"),
    "dingtalk-refused": _l("钉钉没有接收：%(said)s"),
    "dingtalk-token": _l("钉钉不认 AppKey 或 AppSecret：%(said)s"),
    "dingtalk-nobody": _l("钉钉里没有这个账号"),
    "dingtalk-failed": _l("钉钉说没有发成"),
    "dingtalk-had": _l("钉钉今天给过同样的内容，没有再发"),
    "dingtalk-too-many": _l("钉钉因发送太多拦下了"),
    "mail-login": _l("邮件服务器不认用户名或密码（很多邮箱要填授权码）"),
    "mail-cut": _l("邮件服务器断开了连接，或者不支持所选的加密方式"),
    "mail-address": _l("邮箱地址不对"),
    "mail-letters": _l("邮件服务器不收这样的邮箱地址"),
    "mail-refused": _l("邮件服务器没有接收：%(said)s"),
}


class Unreachable(Exception):
    """Nobody answered, or whoever did is not to be talked to. code: a key of FAULTS, or what a plug-in says of
    its own; said: where, or what was answered.
    """

    def __init__(self, code: str, said: object = "") -> None:
        super().__init__(code, said)
        self.code, self.said = code, str(said)

    def __str__(self) -> str:
        """In the language of whoever reads it; of a job, which nobody reads, in the source language."""
        return told(self.kept)

    @property
    def kept(self) -> str:
        """The same for a row of the database: in no language. told() reads it."""
        return kept_fault(self.code, self.said)

    @property
    def outcome(self) -> Outcome:
        """Of a message that did not get there: it is tried again."""
        return Outcome(Result.AGAIN, self.code, said=self.said)


def one_by_one(parcels: Iterable[Parcel], send: Callable[[Parcel], Outcome]) -> list[Outcome]:
    """Send one message after another; an outcome for each, in their order. One that nobody answers keeps no other back."""

    def one(parcel: Parcel) -> Outcome:
        try:
            return send(parcel)
        except Unreachable as fault:
            return fault.outcome

    return [one(parcel) for parcel in parcels]


def kept_fault(why: str, said: str = "") -> str:
    """What went wrong, as a row keeps it. why: a key of FAULTS, or words of a plug-in, which stay as they are."""
    return f"{KEPT}:{why}:{said}" if why in FAULTS else f"{why}:{said}".removesuffix(":")


def told(why: str) -> str:
    """What is kept of a fault, to whoever reads it now; other words, of plug-ins and of before, stay as they are."""
    kind, _, rest = why.partition(":")
    code, _, said = rest.partition(":")
    return str(FAULTS[code]) % {"said": said} if kind == KEPT and code in FAULTS else why


def post_json(url: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> Request:
    """A POST of one JSON object."""
    content = json.dumps(body, ensure_ascii=False).encode()
    return Request("POST", url, {"Content-Type": "application/json; charset=utf-8"} | (headers or {}), content)


def alike(parcels: Iterable[Parcel], most: int) -> Iterable[list[Parcel]]:
    """Parcels that say the same, at most so many at a time: they go as one request to many people."""
    same: dict[tuple[str, str, str], list[Parcel]] = {}
    for parcel in parcels:
        same.setdefault((parcel.title, parcel.body, parcel.url), []).append(parcel)
    for group in same.values():
        for start in range(0, len(group), most):
            yield group[start : start + most]
