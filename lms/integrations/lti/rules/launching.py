"""What a launch must say to be one, and what it says.

Sources: 1EdTech LTI Core 1.3, https://www.imsglobal.org/spec/lti/v1p3; Security Framework 1.0,
https://www.imsglobal.org/spec/security/v1p0 §5.1; OpenID Connect Core 1.0 §3.1.3.7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
RESOURCE, DEEP_LINKING = "LtiResourceLinkRequest", "LtiDeepLinkingRequest"
ALGORITHM = "RS256"
SKEW = timedelta(minutes=1)  # by which the clock of a platform may be wrong
OLDEST = timedelta(minutes=15)  # since the platform signed
LONGEST = 255
NOBODYS = ""  # in place of a claim that is not there


class Unfit(Exception):
    """A launch that is refused. code: of refusals.WHY. said: what the platform said, where that helps; known: what we know."""

    def __init__(self, code: str, said: object = "", known: object = "") -> None:
        super().__init__(code)
        self.code, self.said, self.known = code, str(said)[:200], str(known)[:200]


@dataclass(frozen=True, slots=True)
class Launch:
    """Who comes from where, and wants what. numbers: what the platform says of the person's numbers, by name."""

    deployment_id: str
    kind: str
    subject: str
    name: str
    target: str
    roles: tuple[str, ...]
    numbers: Mapping[str, str]
    claims: Mapping[str, Any]

    @property
    def teaches(self) -> bool:
        """Whether the platform says that this is somebody who puts contents into a course."""
        return any(role.rpartition("#")[2] in ("Instructor", "Administrator", "ContentDeveloper") for role in self.roles)


def check_begin(issuer: str, client_id: str, asked: Mapping[str, str]) -> None:
    """Whether a sign-in that a platform begins is one of the platform that it was registered for. Raises Unfit."""
    if asked.get("iss", NOBODYS) != issuer:
        raise Unfit("issuer", asked.get("iss", NOBODYS), issuer)
    if asked.get("client_id", client_id) != client_id:
        raise Unfit("client", asked.get("client_id"), client_id)
    if not asked.get("login_hint"):
        raise Unfit("begin")


def sign_in_url(auth_url: str, client_id: str, back: str, asked: Mapping[str, str], state: str, nonce: str) -> str:
    """Where the browser goes for the platform to say who it is. back: our address for the answer."""
    values = {
        "scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none", "client_id": client_id,
        "redirect_uri": back, "login_hint": asked["login_hint"], "state": state, "nonce": nonce,
    }  # fmt: skip
    if asked.get("lti_message_hint"):
        values["lti_message_hint"] = asked["lti_message_hint"]
    return f"{auth_url}{'&' if urlsplit(auth_url).query else '?'}{urlencode(values)}"


def check_claims(claims: Mapping[str, Any], issuer: str, client_id: str, nonce: str, now: datetime) -> None:
    """Whether a token whose signature is right was made by this platform for us, for this browser and just now. Raises Unfit."""
    if claims.get("iss") != issuer:
        raise Unfit("issuer", claims.get("iss"), issuer)
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if client_id not in audiences or ((len(audiences) > 1 or "azp" in claims) and claims.get("azp") != client_id):
        raise Unfit("audience", audience, client_id)
    expires, issued = _instant(claims, "exp"), _instant(claims, "iat")
    if expires + SKEW.total_seconds() <= now.timestamp() or issued < (now - OLDEST).timestamp():
        raise Unfit("expired")
    if issued > (now + SKEW).timestamp():
        raise Unfit("clock")
    if claims.get("nonce") != nonce:
        raise Unfit("nonce")


def read_launch(claims: Mapping[str, Any]) -> Launch:
    """What a token says that was found right. Raises Unfit."""
    if claims.get(CLAIM + "version") != "1.3.0":
        raise Unfit("version", claims.get(CLAIM + "version", ""))
    kind = claims.get(CLAIM + "message_type")
    if kind not in (RESOURCE, DEEP_LINKING):
        raise Unfit("message", kind)
    subject, deployment = claims.get("sub"), claims.get(CLAIM + "deployment_id")
    if not _is_name(subject):
        raise Unfit("anonymous")
    if not _is_name(deployment):
        raise Unfit("deployment", deployment or "")
    roles, custom, lis = claims.get(CLAIM + "roles"), _object(claims, CLAIM + "custom"), _object(claims, CLAIM + "lis")
    numbers = {"work_no": custom.get("work_no") or lis.get("person_sourcedid"), "phone": custom.get("phone")}
    return Launch(
        deployment_id=str(deployment),
        kind=str(kind),
        subject=str(subject),
        name=_text(claims.get("name")),
        target=_text(custom.get("page")) or _text(claims.get(CLAIM + "target_link_uri")),
        roles=tuple(str(role) for role in roles) if isinstance(roles, list) else (),
        numbers={name: _text(value) for name, value in numbers.items() if _is_filled(value)},
        claims=claims,
    )


def origin(url: str) -> str | None:
    """Scheme, host and port of an address, as browsers compare them; None where it has none."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or not parts.hostname.isascii():
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    clean = all(letter.isalnum() or letter in ".-_[]:" for letter in host)
    return f"{parts.scheme}://{host}{port}" if clean else None


def _instant(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit("token")
    return float(value)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST and value.isprintable()


def _is_filled(value: object) -> bool:
    """Platforms send what they have nothing for as it stands: $Person.phone.mobile."""
    return isinstance(value, str | int) and bool(_text(value)) and not _text(value).startswith("$")


def _text(value: object) -> str:
    return str(value).strip()[:500] if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _object(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = claims.get(name)
    return value if isinstance(value, dict) else {}
