"""OpenID Connect: any provider that has a discovery document, by authorization code with PKCE.

Sources: OpenID Connect Core 1.0, 3.1 (the ID token is checked as in 3.1.3.7), Discovery 1.0, 4; RFC 7636 (S256); RFC 9207.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask_babel import lazy_gettext as _l

from lms.core.signatures import base64url
from lms.notices.channels import Net
from lms.notices.channels.fields import Field
from lms.notices.channels.parcels import Request
from lms.sign_in.models import Rule
from lms.sign_in.ways.given import NotSignedIn, Outsider, Trip

LABEL = _l("统一身份认证（OIDC）")
RULES: tuple[Rule, ...] = (Rule.OWN, Rule.WORK_NO, Rule.PHONE)
FIELDS: tuple[Field, ...] = (
    Field(
        "issuer",
        _l("Issuer"),
        _l("认证平台的地址，和平台给的一字不差，结尾的斜杠也算。"),
        towards=True,
    ),
    Field("client_id", _l("Client ID"), _l("在认证平台登记本系统后得到。"), towards=True),
    Field("secret", _l("Client Secret"), secret=True),
    Field(
        "work_no_claim",
        _l("工号在哪一项"),
        _l("按工号认人时，工号所在的声明（claim）。"),
        default="employee_number",
        required=False,
    ),
)
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]  # none with a shared key
CLOCKS_APART = 60  # seconds
KEPT = 3600  # seconds that a discovery document and its keys are kept
_documents: dict[str, tuple[float, dict[str, Any]]] = {}


def start(settings: dict[str, str], trip: Trip, net: Net) -> str:
    """Where the browser is sent to sign in (OpenID Connect, with PKCE, RFC 7636)."""
    provider = _provider(settings, net)
    challenge = base64url(hashlib.sha256(trip.verifier.encode()).digest())
    query = urlencode({
        "response_type": "code", "client_id": settings["client_id"], "redirect_uri": trip.back_to,
        "scope": "openid profile phone", "state": trip.state, "nonce": trip.nonce,
        "code_challenge": challenge, "code_challenge_method": "S256",
    })  # fmt: skip
    address = _endpoint(provider, "authorization_endpoint", net)
    return f"{address}{'&' if '?' in address else '?'}{query}"


def finish(settings: dict[str, str], trip: Trip, query: Mapping[str, str], net: Net) -> Outsider:
    """Who came back. Raises NotSignedIn, Unreachable."""
    if "iss" in query and query["iss"] != settings["issuer"]:
        raise NotSignedIn("elsewhere")
    if "error" in query or not query.get("code"):
        raise NotSignedIn("declined", query.get("error", "code")[:60])
    provider = _provider(settings, net)
    body = {
        "grant_type": "authorization_code", "code": query["code"], "redirect_uri": trip.back_to, "code_verifier": trip.verifier,
    }  # fmt: skip
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if "client_secret_basic" in provider.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
        pair = f"{quote(settings['client_id'], safe='')}:{quote(settings['secret'], safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        body |= {"client_id": settings["client_id"], "client_secret": settings["secret"]}
    answer = net.ask(Request("POST", _endpoint(provider, "token_endpoint", net), headers, urlencode(body).encode()))
    told = answer.json()
    if answer.status != 200 or not isinstance(told.get("id_token"), str):
        raise NotSignedIn("no-token", f"{answer.status} {str(told.get('error', ''))[:60]}".strip())
    claims = _claims(provider, told["id_token"], net)
    _check(settings, trip, claims)
    return _outsider(settings, claims)


def _claims(provider: dict[str, Any], token: str, net: Net) -> dict[str, Any]:
    """What a token says, once its signature holds; keys that are unknown are fetched once more: they may be new."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    address = _endpoint(provider, "jwks_uri", net)
    for fresh in (False, True):
        try:
            keys = KeySet.import_key_set(_document(address, net, fresh=fresh))  # type: ignore[arg-type]  # checked by joserfc
            return dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError, KeyError, TypeError) as fault:
            if fresh:
                raise NotSignedIn("signature", type(fault).__name__) from fault
    raise AssertionError("one of the two ends it")


def _check(settings: dict[str, str], trip: Trip, claims: dict[str, Any]) -> None:
    """Raises NotSignedIn where the token is not of this provider, for us, of this trip, and of now."""
    now, audience = time.time(), claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    wrong = [
        name
        for name, fits in (
            ("iss", claims.get("iss") == settings["issuer"]),
            ("aud", settings["client_id"] in audiences),
            (
                "azp",
                claims.get("azp", settings["client_id"] if len(audiences) == 1 else None) == settings["client_id"],
            ),
            ("exp", _number(claims.get("exp")) > now - CLOCKS_APART),
            ("iat", now - KEPT < _number(claims.get("iat")) < now + CLOCKS_APART),
            ("nonce", claims.get("nonce") == trip.nonce),
            ("sub", isinstance(claims.get("sub"), str) and 0 < len(claims["sub"]) <= 255),
        )
        if not fits
    ]
    if wrong:
        raise NotSignedIn("token", ", ".join(wrong))


def _outsider(settings: dict[str, str], claims: dict[str, Any]) -> Outsider:
    keys = {Rule.WORK_NO: str(claims.get(settings.get("work_no_claim") or "employee_number") or "")}
    if claims.get("phone_number_verified") is True:
        keys[Rule.PHONE] = str(claims.get("phone_number") or "")
    name = str(claims.get("name") or claims.get("preferred_username") or claims["sub"])
    return Outsider(claims["sub"], name[:60], {rule: key for rule, key in keys.items() if key})


def _provider(settings: dict[str, str], net: Net) -> dict[str, Any]:
    found = _document(settings["issuer"].rstrip("/") + "/.well-known/openid-configuration", net)
    if found.get("issuer") != settings["issuer"]:
        raise NotSignedIn("provider", str(found.get("issuer"))[:120])
    return found


def _document(address: str, net: Net, *, fresh: bool = False) -> dict[str, Any]:
    kept_at, found = _documents.get(address, (0.0, {}))
    if fresh or time.monotonic() - kept_at > KEPT or not found:
        answer = net.ask(Request("GET", address, {"Accept": "application/json"}))
        found = answer.json()
        if answer.status != 200 or not found:
            raise NotSignedIn("document", f"{urlsplit(address).path} ({answer.status})")
        _documents[address] = (time.monotonic(), found)
    return found


def _endpoint(provider: dict[str, Any], name: str, net: Net) -> str:
    address = str(provider.get(name) or "")
    if urlsplit(address).scheme not in (("https", "http") if net.allow_private else ("https",)):
        raise NotSignedIn("address", name)
    return address


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("-inf")
