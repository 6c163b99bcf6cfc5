"""Personal data at rest: encrypted, and found again by a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

NONCE_BYTES = 12


class Keyring:
    """The keys of one installation, each derived from its secret for one purpose (RFC 5869)."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._cipher = AESGCM(self.derive("personal-data"))
        self._lookup = self.derive("personal-data-lookup")

    def derive(self, purpose: str) -> bytes:
        """32 bytes that are used for this purpose only."""
        return HKDF(hashes.SHA256(), 32, salt=b"anke", info=purpose.encode()).derive(self._secret)

    def encrypt(self, plain: bytes) -> bytes:
        """AES-256-GCM with a random nonce in front: the same text never looks the same twice."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, None)

    def decrypt(self, sealed: bytes) -> bytes:
        """Raises cryptography.exceptions.InvalidTag when a byte was changed or the secret is another one."""
        return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)

    def fingerprint(self, plain: str) -> str:
        """64 hex digits by which an encrypted value is looked up; useless without the key."""
        return hmac.new(self._lookup, plain.encode(), hashlib.sha256).hexdigest()


def keyring() -> Keyring:
    """The keyring of the running application."""
    ring: Keyring = current_app.extensions["keyring"]
    return ring
