"""Tokens of platforms, read and checked by their published keys; and ours, signed for them (RFC 7515, 7517, 7519)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lms.core.signatures import from_base64url
from lms.integrations.lti.rules.launching import ALGORITHM, Unfit
from lms.notices.channels import Net
from lms.notices.channels.parcels import Request, Unreachable

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

FRESH_SECONDS = 3600.0
AGAIN_SECONDS = 20.0  # an unknown key is looked for once in so long, however many tokens come with it
MOST_TOKEN = 32 * 1024
BITS = 2048
_shelf: dict[str, tuple[float, dict[str, RSAKey]]] = {}  # address of keys → when fetched, the keys by their id


def read(token: str, keys_url: str, net: Net) -> dict[str, Any]:
    """The claims of a token that was signed by a key published at that address. Raises Unfit.

    The algorithm is ours to choose, never the token's: none, or HMAC with a public key as its secret, are refused unread.
    """
    from joserfc import jwt
    from joserfc.errors import JoseError

    header = _header(token)
    if header.get("alg") != ALGORITHM:
        raise Unfit("algorithm", header.get("alg", ""))
    key = _key(keys_url, str(header.get("kid", "")), net)
    try:
        claims = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
    except (JoseError, ValueError) as fault:
        raise Unfit("signature") from fault
    if not isinstance(claims, dict):
        raise Unfit("token")
    return claims


def sign(pem: str, kid: str, claims: Mapping[str, Any], now: float, life: timedelta) -> str:
    """A token of ours. pem: the private key. now: seconds since the epoch."""
    from joserfc import jwt
    from joserfc.jwk import RSAKey

    times = {"iat": int(now), "exp": int(now + life.total_seconds())}
    return jwt.encode({"alg": ALGORITHM, "kid": kid, "typ": "JWT"}, {**claims, **times}, RSAKey.import_key(pem))


def new_key() -> tuple[str, str]:
    """A private key as PEM, and its thumbprint (RFC 7638)."""
    from joserfc.jwk import RSAKey

    key = RSAKey.generate_key(BITS, auto_kid=True)
    return key.as_pem(private=True).decode(), str(key.kid)


def public_jwk(pem: str, kid: str) -> dict[str, Any]:
    """The public half of a key as it stands in the key set (RFC 7517)."""
    from joserfc.jwk import RSAKey

    return {**RSAKey.import_key(pem).as_dict(private=False), "kid": kid, "use": "sig", "alg": ALGORITHM}


def forget(keys_url: str | None) -> None:
    """Fetch the keys of an address anew the next time: somebody changed what is known of a platform."""
    _shelf.pop(keys_url or "", None)


def _header(token: str) -> dict[str, Any]:
    try:
        if len(token) > MOST_TOKEN or token.count(".") != 2:
            raise ValueError
        first = token.partition(".")[0]
        header = json.loads(from_base64url(first) or b"")
    except ValueError as fault:
        raise Unfit("token") from fault
    if not isinstance(header, dict):
        raise Unfit("token")
    return header


def _key(keys_url: str, kid: str, net: Net) -> RSAKey:
    fetched, keys = _shelf.get(keys_url, (float("-inf"), {}))
    age = time.monotonic() - fetched
    if age > FRESH_SECONDS or (kid not in keys and age > AGAIN_SECONDS):
        try:
            keys = _fetch(keys_url, net)
        except Unreachable as fault:
            if kid not in keys:
                raise Unfit("keys", fault.kept, keys_url) from fault
        _shelf[keys_url] = (time.monotonic(), keys)
    if kid not in keys:
        raise Unfit("key", kid)
    return keys[kid]


def _fetch(keys_url: str, net: Net) -> dict[str, RSAKey]:
    from joserfc.errors import JoseError
    from joserfc.jwk import RSAKey

    answer = net.ask(Request("GET", keys_url, {"Accept": "application/json"}))
    listed = answer.json().get("keys")
    if answer.status != 200 or not isinstance(listed, list):
        raise Unreachable("platform-keys", answer.status)
    found: dict[str, RSAKey] = {}
    for each in listed:
        if isinstance(each, dict) and each.get("kty") == "RSA" and isinstance(each.get("kid"), str):
            try:
                found[each["kid"]] = RSAKey.import_key({name: each[name] for name in ("kty", "n", "e")})
            except (JoseError, ValueError, KeyError, TypeError):
                continue  # one key that is none does not spoil the others
    return found
