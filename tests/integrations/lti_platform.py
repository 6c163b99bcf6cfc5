"""A teaching platform of our own, with its own keys: a course page, a sign-in, and what it says of who comes."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from lms.core.uow import unit_of_work
from lms.integrations.lti import service
from lms.integrations.lti.rules.launching import CLAIM
from tests.notices.conftest import SYSTEM
from tests.world import Side

CLIENT, DEPLOYMENT = "anke-client", "7"
FORM = """<!doctype html><title>.</title><form method="post" action="{action}">{fields}</form>
<script>document.forms[0].submit()</script>"""
COURSE = """<!doctype html><html lang="zh"><title>课程</title><h1>课程</h1>
<iframe name="tool" title="安课" width="420" height="760" src="{src}"></iframe>
<script>
const kept = {{}};
addEventListener("message", ({{ data, source, origin }}) => {{
  if (data.subject === "lti.put_data") kept[data.key] = data.value;
  else if (data.subject !== "lti.get_data") return;
  const {{ subject, message_id, key }} = data;
  source.postMessage({{ subject: subject + ".response", message_id, key, value: kept[key] }}, origin);
}});
</script></html>"""


@dataclass
class Platform:
    """claims: what the next tokens say beside or in place of what is right; None for a claim to leave out."""

    url: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    claims: dict[str, Any] = field(default_factory=dict)
    login_url: str = ""
    storage: str = ""
    platform_id: Any = None

    def token(self, nonce: str, key: RSAKey | None = None, **changes: Any) -> str:
        key = key or self.key
        return jwt.encode({"alg": "RS256", "kid": str(key.kid)}, self.says(nonce, **changes), key)

    def says(self, nonce: str, **changes: Any) -> dict[str, Any]:
        now = int(time.time())
        said = {
            "iss": self.url, "aud": CLIENT, "sub": "42", "exp": now + 60, "iat": now, "nonce": nonce, "name": "刘洋",
            "email": "liu.yang@example.cn", CLAIM + "version": "1.3.0", CLAIM + "message_type": "LtiResourceLinkRequest",
            CLAIM + "deployment_id": DEPLOYMENT, CLAIM + "target_link_uri": "/me", CLAIM + "resource_link": {"id": "1"},
            CLAIM + "roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
        } | self.claims | changes  # fmt: skip
        return {name: value for name, value in said.items() if value is not None}


def begin(client: FlaskClient, platform: Platform, **more: str) -> dict[str, str]:
    """The first step of a launch: what the product asks of the platform."""
    asked = {"iss": platform.url, "client_id": CLIENT, "login_hint": "42", "target_link_uri": "http://anke.test/me"} | more
    answer = client.get(f"/lti/{platform.platform_id}/login?{urlencode(asked)}")
    assert answer.status_code == 302 and answer.location.startswith(f"{platform.url}/auth?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.location).query).items()}


def come(client: FlaskClient, platform: Platform, **changes: Any) -> TestResponse:
    """Both steps; changes: of the claims."""
    asked = begin(client, platform)
    return back(client, platform, asked, platform.token(asked["nonce"], **changes))


def back(client: FlaskClient, platform: Platform, asked: dict[str, str], token: str, **more: str) -> TestResponse:
    return client.post(f"/lti/{platform.platform_id}/launch", data={"id_token": token, "state": asked["state"], **more})


def register(side: Side, platform: Platform, **more: Any) -> None:
    """The trainer of a side writes down what the platform is."""
    told = {
        "name": "集团 Moodle", "issuer": platform.url, "client_id": CLIENT, "auth_url": f"{platform.url}/auth",
        "token_url": f"{platform.url}/token", "keys_url": f"{platform.url}/keys", "frames": [], "deployments": [DEPLOYMENT],
        "trusts_numbers": False,
    } | more  # fmt: skip
    with unit_of_work(SYSTEM, "home") as uow:
        made = service.add(uow, side.enterprise_id, "集团 Moodle")
        service.describe(uow, made, service.Details(**told))
        platform.platform_id = made.id


@pytest.fixture(scope="session")
def platform_server() -> Iterator[Platform]:
    platform, app = Platform(), Flask("platform")

    @app.get("/keys")
    def keys() -> dict[str, Any]:
        return {"keys": [platform.key.as_dict(private=False)]}

    @app.get("/course")
    def course() -> str:
        asked = {"iss": platform.url, "client_id": CLIENT, "login_hint": "42", "target_link_uri": "x"}
        asked |= {"lti_storage_target": platform.storage} if platform.storage else {}
        return COURSE.format(src=f"{platform.login_url}?{urlencode(asked)}".replace("&", "&amp;"))

    @app.get("/auth")
    def auth() -> str:
        told = {"id_token": platform.token(request.args["nonce"]), "state": request.args["state"]}
        fields = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in told.items())
        return FORM.format(action=request.args["redirect_uri"], fields=fields)

    server = make_server("127.0.0.1", 0, app, threaded=True)
    platform.url = f"http://localhost:{server.port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield platform
    server.shutdown()


@pytest.fixture
def platform(platform_server: Platform) -> Platform:
    """As a test finds it: honest."""
    platform_server.claims, platform_server.storage, platform_server.login_url = {}, "", ""
    return platform_server


def unknown_key() -> RSAKey:
    return RSAKey.generate_key(2048, parameters={"kid": secrets.token_hex(8)})
