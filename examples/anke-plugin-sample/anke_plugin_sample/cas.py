"""A way to sign in: CAS, as many universities and bureaus have it.

Source: CAS Protocol 3.0, https://apereo.github.io/cas/development/protocol/CAS-Protocol-Specification.html, 2.1 and 2.8; answers
as JSON (`format=JSON`). The state travels in the service, which the ticket is good for alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from lms.notices.channels import Net
from lms.notices.channels.fields import Field
from lms.notices.channels.parcels import Request
from lms.sign_in.models import Rule
from lms.sign_in.ways import NotSignedIn, Outsider, Trip

LABEL = "统一身份认证（CAS）"
RULES = (Rule.OWN, Rule.WORK_NO)
FIELDS = (Field("base", "CAS 地址", "例如 https://cas.example.cn/cas，结尾不带斜杠。", towards=True),)


def start(settings: dict[str, str], trip: Trip, net: Net) -> str:
    return f"{settings['base']}/login?{urlencode({'service': _service(trip)})}"


def finish(settings: dict[str, str], trip: Trip, query: Mapping[str, str], net: Net) -> Outsider:
    if not query.get("ticket"):
        raise NotSignedIn("CAS 没有给 ticket")
    asked = urlencode({"service": _service(trip), "ticket": query["ticket"], "format": "JSON"})
    told = net.ask(Request("GET", f"{settings['base']}/p3/serviceValidate?{asked}")).json().get("serviceResponse") or {}
    user = (told.get("authenticationSuccess") or {}).get("user")
    if not user:
        raise NotSignedIn(f"CAS 不认这个 ticket：{(told.get('authenticationFailure') or {}).get('code', '')}")
    return Outsider(str(user), str(user)[:60], {Rule.WORK_NO: str(user)})


def _service(trip: Trip) -> str:
    return f"{trip.back_to}?{urlencode({'state': trip.state})}"
