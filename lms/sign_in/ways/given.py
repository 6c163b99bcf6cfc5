"""What a way to sign in is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask_babel import lazy_gettext as _l

from lms.notices.channels import Net
from lms.notices.channels.fields import Field
from lms.sign_in.models import Rule


@dataclass(frozen=True, slots=True)
class Trip:
    """One way there and back. back_to: our address, as entered at the other side. state, nonce, verifier: made for this trip
    and this browser alone. inside: the browser is the one inside the other side's own app.
    """

    back_to: str
    state: str
    nonce: str
    verifier: str
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Outsider:
    """Who came back. subject: as in ExternalAccount. keys: by which rule they are known as whom, only what is verified."""

    subject: str
    name: str
    keys: Mapping[Rule, str] = field(default_factory=dict)


FAULTS: dict[str, Any] = {
    "declined": _l("没有在那边同意登录（%(said)s）"),
    "stranger": _l("不是这家企业的成员（%(said)s）"),
    "unknown": _l("对方没有认出是谁（%(said)s）"),
    "settings": _l("对方不认这里填的编号或密钥（%(said)s）"),
    "elsewhere": _l("回来的不是这个认证平台（iss 不符）"),
    "provider": _l("认证平台自称 %(said)s，和填的 Issuer 不一样"),
    "document": _l("认证平台没有给出 %(said)s"),
    "address": _l("认证平台的 %(said)s 不是 https 网址"),
    "no-token": _l("认证平台没有给 ID Token（%(said)s）"),
    "signature": _l("ID Token 的签名不对（%(said)s）"),
    "token": _l("ID Token 不能用，这几项不对：%(said)s"),
    "plug-in": _l("插件没有说清是谁"),
    "plug-in-fault": _l("插件出错，详情见日志"),
}


class NotSignedIn(Exception):
    """Nobody came back, or nobody to be believed. code: a key of FAULTS, or what a plug-in says of its own; said: what the other
    side said, with no secret in it. str() is shown on the page, to whoever signs in, and passed on to whoever set the way up.
    """

    def __init__(self, code: str, said: object = "") -> None:
        super().__init__(code, said)
        self.code, self.said = code, str(said)

    def __str__(self) -> str:
        return str(FAULTS[self.code]) % {"said": self.said} if self.code in FAULTS else self.code


class Adapter(Protocol):
    """A way to sign in elsewhere; a module of ours, or what a plug-in brings."""

    LABEL: Any  # as chosen by whoever sets one up
    FIELDS: tuple[Field, ...]
    RULES: tuple[Rule, ...]  # by which accounts may become known

    def start(self, settings: dict[str, str], trip: Trip, net: Net) -> str:
        """The address to send the browser to. Raises NotSignedIn, Unreachable."""

    def finish(self, settings: dict[str, str], trip: Trip, query: Mapping[str, str], net: Net) -> Outsider:
        """Who the browser that came back with this query is. Raises NotSignedIn, Unreachable."""
