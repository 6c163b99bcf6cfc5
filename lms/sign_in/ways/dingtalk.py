"""钉钉: an app of the firm says which member it is.

Sources, as documented by the vendor: sign-in https://open.dingtalk.com/document/orgapp/tutorial-obtaining-user-personal-information
(comes back with `authCode`), token of the user https://open.dingtalk.com/document/orgapp/obtain-user-token, who it is
https://open.dingtalk.com/document/orgapp/dingtalk-retrieve-user-information (`unionId`), and whether that is a member of the firm
https://open.dingtalk.com/document/orgapp/query-a-user-by-the-union-id (`userid`; contact_type 0: a member; 60121: nobody).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask_babel import lazy_gettext as _l

from lms.notices.channels import Net
from lms.notices.channels.dingtalk import BASE, TOKEN_OVER, token_request
from lms.notices.channels.fields import FIELDS as CHANNELS
from lms.notices.channels.parcels import Answer, Request, post_json
from lms.notices.channels.tokens import TOKENS, TokenRefused
from lms.notices.models import ChannelKind
from lms.sign_in.models import Rule
from lms.sign_in.ways.given import NotSignedIn, Outsider, Trip

LABEL = _l("钉钉")
RULES: tuple[Rule, ...] = (Rule.ROSTER, Rule.WORK_NO, Rule.OWN)
FIELDS = tuple(field for field in CHANNELS[ChannelKind.DINGTALK_APP] if field.name in ("app_key", "secret", "base"))
LOGIN, API = "https://login.dingtalk.com", "https://api.dingtalk.com"
MEMBER = 0


def start(settings: dict[str, str], trip: Trip, net: Net) -> str:
    """Where the browser is sent to sign in (OAuth 2.0, 钉钉)."""
    query = urlencode({
        "redirect_uri": trip.back_to, "response_type": "code", "client_id": settings["app_key"], "scope": "openid",
        "state": trip.state, "prompt": "consent",
    })  # fmt: skip
    return f"{_own(settings) or LOGIN}/oauth2/auth?{query}"


def finish(settings: dict[str, str], trip: Trip, query: Mapping[str, str], net: Net) -> Outsider:
    """Who came back. Raises NotSignedIn, Unreachable."""
    code = query.get("authCode") or query.get("code")
    if not code:
        raise NotSignedIn("declined", "authCode")
    api = _own(settings) or API
    asked = {"clientId": settings["app_key"], "clientSecret": settings["secret"], "code": code, "grantType": "authorization_code"}
    token = _said(net.ask(post_json(f"{api}/v1.0/oauth2/userAccessToken", asked)), "accessToken")
    headers = {"x-acs-dingtalk-access-token": token}
    me = net.ask(Request("GET", f"{api}/v1.0/contact/users/me", headers))
    union_id = _said(me, "unionId")

    def ask(token: str) -> Answer:
        address = f"{_own(settings) or BASE}/topapi/user/getbyunionid?{urlencode({'access_token': token})}"
        return net.ask(post_json(address, {"unionid": union_id}))

    try:
        told = TOKENS.with_token(token_request(settings), net, ask, TOKEN_OVER).json()
    except TokenRefused as refusal:
        raise NotSignedIn("settings", refusal) from refusal
    found = told.get("result") or {}
    if told.get("errcode") != 0 or found.get("contact_type") != MEMBER or not found.get("userid"):
        raise NotSignedIn("stranger", told.get("errcode"))
    member = str(found["userid"])
    return Outsider(member, str(me.json().get("nick") or member)[:60], {Rule.ROSTER: member, Rule.WORK_NO: member})


def _own(settings: dict[str, str]) -> str:
    return settings.get("base", "").rstrip("/")


def _said(answer: Answer, name: str) -> str:
    """One text of an answer. Raises NotSignedIn with what the other side says when it is not there."""
    told = answer.json()
    if answer.status != 200 or not isinstance(told.get(name), str):
        raise NotSignedIn("unknown", f"{answer.status} {str(told.get('code', ''))[:60]}".strip())
    return str(told[name])
