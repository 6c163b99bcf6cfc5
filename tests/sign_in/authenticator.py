"""A device that keeps passkeys, and the browser in front of it, as Web Authentication says; it answers whatever a test wants."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import struct
from typing import Any

from cbor2 import dumps
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Device:
    """count: how often it says it was used; counts: else it says 0 for ever, as phones do.

    flags: what it says of its owner. handle: whose passkey it says it has.
    """

    def __init__(self, origin: str = "https://anke.test", party: str = "anke.test") -> None:
        self.origin, self.party = origin, party
        self.id, self.key, self.count = secrets.token_bytes(16), ec.generate_private_key(ec.SECP256R1()), 0
        self.flags, self.handle, self.counts = PRESENT | VERIFIED, b"", True

    def make(self, options: dict[str, Any], **said: Any) -> str:
        """The browser's answer to "create", as JSON."""
        self.handle = base64.urlsafe_b64decode(options["user"]["id"] + "==")
        point = self.key.public_key().public_numbers()
        cose = dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        held = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cose
        told = dumps({"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + held})
        return self._answer({"clientDataJSON": self._client("webauthn.create", options, said), "attestationObject": told})

    def prove(self, options: dict[str, Any], **said: Any) -> str:
        """The browser's answer to "get", as JSON. said: what its client data say instead."""
        self.count += self.counts
        client, data = self._client("webauthn.get", options, said), self._data()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature, "userHandle": self.handle}
        return self._answer(parts)

    def _client(self, kind: str, options: dict[str, Any], said: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False} | said
        return json.dumps(told).encode()

    def _data(self, more: int = 0) -> bytes:
        return hashlib.sha256(self.party.encode()).digest() + struct.pack(">BI", self.flags | more, self.count)

    def _answer(self, parts: dict[str, bytes]) -> str:
        response = {name: text(part) for name, part in parts.items()}
        return json.dumps({"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response})
