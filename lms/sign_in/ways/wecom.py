"""企业微信: an app of the firm says which member it is.

Sources, as documented by the vendor: by QR code in any browser https://developer.work.weixin.qq.com/document/path/98152, inside
the app https://developer.work.weixin.qq.com/document/path/91022 (scope snsapi_base: asks nothing of the member), who it is
https://developer.work.weixin.qq.com/document/path/91023 (`userid` of a member; somebody else has `openid` only; a code works
once, for five minutes). Names of members are case-insensitive.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask_babel import lazy_gettext as _l

from lms.notices.channels import Net
from lms.notices.channels.fields import FIELDS as CHANNELS
from lms.notices.channels.parcels import Answer, Request
from lms.notices.channels.tokens import TOKENS, TokenRefused
from lms.notices.channels.wecom import TOKEN_OVER, token_request
from lms.notices.models import ChannelKind
from lms.sign_in.models import Rule
from lms.sign_in.ways.given import NotSignedIn, Outsider, Trip

LABEL = _l("企业微信")
RULES: tuple[Rule, ...] = (Rule.ROSTER, Rule.WORK_NO, Rule.OWN)
FIELDS = CHANNELS[ChannelKind.WECOM_APP]  # the same app may send messages
BY_CODE, IN_APP, API = "https://login.work.weixin.qq.com", "https://open.weixin.qq.com", "https://qyapi.weixin.qq.com"


def start(settings: dict[str, str], trip: Trip, net: Net) -> str:
    """Where the browser is sent to sign in (OAuth 2.0, 企业微信; inside its app or by its code on a screen)."""
    own = settings.get("base", "").rstrip("/")
    back = {"redirect_uri": trip.back_to, "state": trip.state, "agentid": settings["agent_id"], "appid": settings["corpid"]}
    if trip.inside:
        query = urlencode(back | {"response_type": "code", "scope": "snsapi_base"})
        return f"{own or IN_APP}/connect/oauth2/authorize?{query}#wechat_redirect"
    return f"{own or BY_CODE}/wwlogin/sso/login?{urlencode(back | {'login_type': 'CorpApp'})}"


def finish(settings: dict[str, str], trip: Trip, query: Mapping[str, str], net: Net) -> Outsider:
    """Who came back. Raises NotSignedIn, Unreachable."""
    if not query.get("code"):
        raise NotSignedIn("declined", "code")
    base = settings.get("base", "").rstrip("/") or API

    def ask(token: str) -> Answer:
        who = urlencode({"access_token": token, "code": query["code"]})
        return net.ask(Request("GET", f"{base}/cgi-bin/auth/getuserinfo?{who}"))

    try:
        told = TOKENS.with_token(token_request(settings), net, ask, TOKEN_OVER).json()
    except TokenRefused as refusal:
        raise NotSignedIn("settings", refusal) from refusal
    if told.get("errcode") != 0:
        raise NotSignedIn("unknown", f"{told.get('errcode')} {str(told.get('errmsg', ''))[:80]}".strip())
    member = str(told.get("userid") or "")
    if not member:
        raise NotSignedIn("stranger", "openid")
    return Outsider(member.lower(), member[:60], {Rule.ROSTER: member.lower(), Rule.WORK_NO: member})
