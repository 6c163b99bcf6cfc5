"""What this installation signs, and its keys, as programs elsewhere read them: JWS and JWK (RFC 7515, 7517, 8037)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from lms.core.signatures import base64url
from lms.ledger.receipts import public_key, seal


def jwk(key: str) -> dict[str, str]:
    """A public key as a JSON Web Key. key: 64 hex digits. kid: its thumbprint (RFC 7638)."""
    named = {"crv": "Ed25519", "kty": "OKP", "x": base64url(bytes.fromhex(key))}
    thumbprint = hashlib.sha256(_compact(named)).digest()
    return named | {"kid": base64url(thumbprint), "use": "sig", "alg": "EdDSA"}


def jws(seed: bytes, kind: str, payload: Mapping[str, Any]) -> str:
    """A payload, signed, in compact form. seed: the 32 bytes of the private key. kind: what it is, the header `typ`.

    The same payload gives the same text: Ed25519 leaves nothing to chance.
    """
    header = {"alg": "EdDSA", "kid": jwk(public_key(seed))["kid"], "typ": kind}
    message = f"{base64url(_compact(header))}.{base64url(_compact(payload))}"
    signature, _key = seal(seed, message.encode())
    return f"{message}.{base64url(bytes.fromhex(signature))}"


def _compact(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
