"""A platform and we tell each other what we are, so that an administrator pastes one address.

Source: 1EdTech LTI Dynamic Registration 1.0, https://www.imsglobal.org/spec/lti-dr/v1p0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lms.integrations.lti.rules.launching import DEEP_LINKING, RESOURCE, Unfit, origin
from lms.integrations.lti.rules.results import LINES, MEMBERS, SCORE

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
ADDRESSES = ("registration_endpoint", "authorization_endpoint", "jwks_uri", "token_endpoint")
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Offered:
    """What a platform says of itself."""

    issuer: str
    registration_url: str
    auth_url: str
    keys_url: str
    token_url: str


def read(address: str, told: Mapping[str, Any]) -> Offered:
    """What the document at an address says; its issuer must be of the same origin. Raises Unfit."""
    issuer = told.get("issuer")
    if not isinstance(issuer, str) or len(issuer) > 300 or origin(issuer) is None or origin(issuer) != origin(address):
        raise Unfit("registration", issuer or "", origin(address) or "")
    found = {name: told.get(name) for name in ADDRESSES}
    for value in found.values():
        if not isinstance(value, str) or len(value) > LONGEST or origin(value) is None:
            raise Unfit("registration", value or "", origin(address) or "")
    registration, auth, keys, token = (str(found[name]) for name in ADDRESSES)
    return Offered(issuer, registration, auth, keys, token)


def request_of(base: str, login: str, back: str, keys: str, name: str, about: str) -> dict[str, Any]:
    """What we ask to be registered as. base, login, back, keys: our whole addresses."""
    host = urlsplit(base).netloc
    return {
        "application_type": "web", "response_types": ["id_token"], "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": login, "redirect_uris": [back], "client_name": name, "jwks_uri": keys,
        "token_endpoint_auth_method": "private_key_jwt", "scope": " ".join((LINES, SCORE, MEMBERS)),
        TOOL: {
            "domain": host, "target_link_uri": f"{base}/me", "description": about, "claims": ["iss", "sub", "name"],
            "custom_parameters": {}, "messages": [
                {"type": RESOURCE, "target_link_uri": f"{base}/me", "label": name},
                {"type": DEEP_LINKING, "target_link_uri": f"{base}/me", "label": name},
            ],
        },
    }  # fmt: skip


def registered(told: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The client id and the deployments that a platform answers with; the latter may come later. Raises Unfit."""
    client_id, tool = told.get("client_id"), told.get(TOOL)
    if not isinstance(client_id, str) or not 0 < len(client_id) <= 200:
        raise Unfit("registration")
    deployment = tool.get("deployment_id") if isinstance(tool, dict) else None
    return client_id, [str(deployment)] if isinstance(deployment, str | int) and str(deployment) else []
