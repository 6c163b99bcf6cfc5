"""The other side, played on loopback as its documents say: a provider of OpenID Connect, 企业微信, 钉钉."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from argon2 import PasswordHasher

from lms.access import service as accounts
from lms.access.models import Role
from lms.access.service import add_user
from lms.core.uow import unit_of_work
from lms.notices.channels.tokens import TOKENS
from lms.registry.models import Person
from lms.sign_in import service
from lms.sign_in.models import Rule, WayKind
from lms.sign_in.ways import oidc
from tests.notices.conftest import Gateway, Heard, gateway  # noqa: F401  # a fixture
from tests.world import Actor

PASSWORD = "correct horse battery"


QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    """What is kept of passwords and PINs is as strong as ever elsewhere; here nobody guesses, and many are typed."""
    monkeypatch.setattr(accounts, "_hasher", QUICK)
    monkeypatch.setattr(accounts, "_DECOY", QUICK.hash("nobody has this password"))


@pytest.fixture
def app(app):
    """The application, allowed to talk to servers on this machine, as an installation of one's own may be."""
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], private_gateways=True)
    TOKENS._held.clear()
    oidc._documents.clear()
    return app


@pytest.fixture
def trainer(world) -> str:
    """The trainer of the firm, who also has a password: 赵倩, number 0002 on the roster."""
    with unit_of_work(Actor.system("test"), "home") as uow:
        own = {"enterprise_id": world.here.enterprise_id, "person_id": world.here.person_ids[1]}
        add_user(uow, username="zhaoqian", name="赵倩", password=PASSWORD, role=Role.TRAINER, **own)
    return "zhaoqian"


def set_up(side, kind: WayKind, settings: dict[str, str], rule: Rule, way_id=None, **scope):
    """A way of the firm, or a change of one; its id."""
    from lms.sign_in.models import SignInWay

    with unit_of_work(Actor.system("test"), "home") as uow:
        way = uow.session.get(SignInWay, way_id) if way_id else None
        scope = {} if way else scope or {"enterprise_id": side.enterprise_id}
        return service.set_up(uow, way, kind, "单位账号", settings, rule, enabled=True, **scope).id


def change_person(person_id, **values) -> None:
    with unit_of_work(Actor.system("test"), "home") as uow:
        person = uow.session.get_one(Person, person_id)
        for name, value in values.items():
            setattr(person, name, value)


def who(client) -> str:
    with client.session_transaction() as session:
        return session.get("_user_id", "")


@pytest.fixture
def liuyang(world):
    """The employee with number 0003."""
    return world.here.person_ids[2]


class Provider:
    """A provider of OpenID Connect. claims: what its next ID token says besides the usual. sign: makes it otherwise."""

    def __init__(self, gateway: Gateway) -> None:  # noqa: F811
        from joserfc.jwk import RSAKey

        self.issuer, self.client = gateway.url, {"id": "anke", "secret": "a secret&of ours"}
        self.key = RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})
        self.claims: dict[str, Any] = {"sub": "liuyang", "name": "刘洋"}
        self.sign: Any = None
        self.codes: dict[str, dict[str, str]] = {}
        self.refused: list[str] = []
        gateway.answer = self.answer

    @property
    def settings(self) -> dict[str, str]:
        return {
            "issuer": self.issuer, "client_id": self.client["id"], "secret": self.client["secret"],
            "work_no_claim": "employee_number",
        }  # fmt: skip

    def visit(self, address: str, code: str = "code-1") -> str:
        """Somebody signs in at this address; the query that they come back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256" and "openid" in asked["scope"]
        self.codes[code] = asked
        return f"code={code}&state={asked['state']}"

    def answer(self, heard: Heard, _before: int) -> tuple[int, dict[str, Any]]:
        if heard.path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/auth", "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys", "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            }  # fmt: skip
        if heard.path == "/keys":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        form = {name: values[0] for name, values in parse_qs(heard.body.decode()).items()}
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        pair = base64.b64decode(heard.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        if (
            heard.path != "/token"
            or asked is None
            or base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
            or pair != "anke:a%20secret%26of%20ours"
        ):
            self.refused.append(heard.path)
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": self.client["id"], "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.token(usual | self.claims)}

    def token(self, claims: dict[str, Any]) -> str:
        from joserfc import jwt

        if self.sign:
            return self.sign(claims)
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)


@pytest.fixture
def provider(gateway) -> Provider:  # noqa: F811
    return Provider(gateway)
