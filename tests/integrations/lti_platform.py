"""A teaching platform of our own, with its own keys: a course page, a sign-in, and what it says of who comes."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask, jsonify, request
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from lms.core.uow import unit_of_work
from lms.integrations.lti import keys, service, services
from lms.integrations.lti.rules import results as rules
from lms.integrations.lti.rules.launching import CLAIM
from lms.integrations.lti.rules.registration import TOOL
from tests.notices.conftest import SYSTEM
from tests.services import served
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
    """claims: what the next tokens say beside or in place of what is right; None for a claim to leave out.

    calls: to its services; each fails_each-th fails, by turns before and after it did what it was asked. answer: what it says
    to every score instead.
    """

    url: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    claims: dict[str, Any] = field(default_factory=dict)
    login_url: str = ""
    storage: str = ""
    platform_id: Any = None
    tool_keys: dict[str, Any] = field(default_factory=dict)
    calls: int = 0
    lines: list[dict[str, Any]] = field(default_factory=list)
    scores: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    roster: list[dict[str, Any]] = field(default_factory=list)
    registered: dict[str, Any] = field(default_factory=dict)
    issuer: str = ""
    answer: int = 0
    fails_each: int = 0
    lock: Any = field(default_factory=threading.Lock)

    def given(self, kind: str) -> dict[str, list[Any]]:
        """What arrived in the line of a kind: user → scores, each that was news to the platform."""
        line = next(each["id"] for each in self.lines if each["tag"] == kind)
        return {user: [one.get("scoreGiven") for one in got] for (url, user), got in self.scores.items() if url == line}

    def course(self, **more: Any) -> dict[str, Any]:
        """Claims of a launch from its course."""
        endpoint = {"scope": [rules.LINES, rules.SCORE], "lineitems": f"{self.url}/lines?type_id=3"}
        members = {"context_memberships_url": f"{self.url}/members?course=c1"}
        names = rules.NRPS + "claim/namesroleservice"
        return {CLAIM + "context": {"id": "c1", "title": "安全培训"}, rules.ENDPOINT: endpoint | more, names: members}

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
        platform.platform_id, platform.tool_keys = made.id, keys.published(uow)


@pytest.fixture(scope="session")
def platform_server() -> Iterator[Platform]:
    with serving() as platform:
        yield platform


@contextmanager
def serving() -> Iterator[Platform]:
    """A platform that answers, on this machine."""
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

    def guarded(act: Callable[[], Any]) -> Any:
        with platform.lock:
            platform.calls += 1
            fails = platform.fails_each and platform.calls % platform.fails_each == 0
            if fails and platform.calls % (2 * platform.fails_each):
                return {}, 503
            done = act()
            return ({}, 500) if fails else done

    @app.post("/token")
    def token() -> Any:
        def act() -> Any:
            claims = jwt.decode(request.form["client_assertion"], KeySet.import_key_set(platform.tool_keys)).claims
            assert claims["iss"] == claims["sub"] == CLIENT and claims["aud"] == f"{platform.url}/token"
            return {"access_token": "t-" + request.form["scope"], "expires_in": 3600}

        return guarded(act)

    @app.route("/lines", methods=["GET", "POST"])
    def lines() -> Any:
        assert rules.LINES in request.headers["Authorization"] and request.args["type_id"] == "3"

        def act() -> Any:
            if request.method == "POST":
                made = json.loads(request.data) | {"id": f"{platform.url}/lines/{len(platform.lines)}?type_id=3"}
                platform.lines.append(made)
                return made, 201
            wanted = {"resourceId": request.args["resource_id"], "tag": request.args["tag"]}
            return jsonify([each for each in platform.lines if wanted.items() <= each.items()])

        return guarded(act)

    @app.post("/lines/<int:number>/scores")
    def scores(number: int) -> Any:
        assert rules.SCORE in request.headers["Authorization"] and request.content_type == rules.SCORE_TYPE

        def act() -> Any:
            if platform.answer:
                return {}, platform.answer
            told = json.loads(request.data)
            before = platform.scores[f"{platform.url}/lines/{number}?type_id=3", told["userId"]]
            if before and before[-1]["timestamp"] >= told["timestamp"]:
                return {}, 409
            before.append(told)
            return {}

        return guarded(act)

    @app.get("/members")
    def members() -> Any:
        assert rules.MEMBERS in request.headers["Authorization"] and request.args["course"] == "c1"
        if platform.answer:
            return {}, platform.answer
        start = int(request.args.get("from", 0))  # two to a page
        page = jsonify({"members": platform.roster[start : start + 2]})
        if start + 2 < len(platform.roster):
            page.headers["Link"] = f'<{platform.url}/members?course=c1&from={start + 2}>; rel="next"'
        return page

    @app.get("/configuration")
    def configuration() -> Any:
        places = {
            "registration": "registration_endpoint",
            "auth": "authorization_endpoint",
            "keys": "jwks_uri",
            "token": "token_endpoint",
        }
        return {"issuer": platform.issuer or platform.url} | {name: f"{platform.url}/{path}" for path, name in places.items()}

    @app.post("/registration")
    def registration() -> Any:
        platform.registered = json.loads(request.data)
        if request.headers["Authorization"] != "Bearer once":
            return {}, 401
        tool = platform.registered[TOOL]
        return platform.registered | {"client_id": CLIENT, TOOL: tool | {"deployment_id": DEPLOYMENT}}

    server = make_server("127.0.0.1", 0, app, threaded=True)
    platform.url = f"http://localhost:{server.port}"
    with served(server):
        yield platform


@pytest.fixture
def platform(platform_server: Platform) -> Platform:
    """As a test finds it: honest."""
    fresh = Platform(url=platform_server.url, key=platform_server.key)
    vars(platform_server).update(vars(fresh))
    services._held.clear()
    return platform_server


def unknown_key() -> RSAKey:
    return RSAKey.generate_key(2048, parameters={"kid": secrets.token_hex(8)})
