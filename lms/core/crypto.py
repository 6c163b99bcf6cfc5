"""Personal data at rest: encrypted, and found again by a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import current_app

NONCE_BYTES = 12
CURVE = ec.SECP256R1()  # what every browser's WebCrypto knows
POINT_BYTES = 65
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Keyring:
    """The keys of one installation, each derived from its secret for one purpose (RFC 5869)."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._derived: dict[str, bytes] = {}
        self._cipher = AESGCM(self.derive("personal-data"))
        self._lookup = self.derive("personal-data-lookup")

    def derive(self, purpose: str) -> bytes:
        """32 bytes that are used for this purpose only."""
        if purpose not in self._derived:
            key = HKDF(hashes.SHA256(), 32, salt=b"anke", info=purpose.encode()).derive(self._secret)
            self._derived[purpose] = key
        return self._derived[purpose]

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

    def letter_box(self) -> bytes:
        """The public key for what a device keeps sealed until it reaches us: an uncompressed point of P-256, 65 bytes."""
        return self._letter_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def open_letter(self, letter: bytes) -> bytes:
        """What was sealed for letter_box(): the sender's point, then AES-256-GCM with a key for this one letter.

        Key: HKDF-SHA-256 of the shared secret, without salt, info "anke-letter"; nonce: 12 zeros. Raises ValueError.
        """
        try:
            sender = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, letter[:POINT_BYTES])
            shared = self._letter_key().exchange(ec.ECDH(), sender)
            key = HKDF(hashes.SHA256(), 32, salt=b"", info=b"anke-letter").derive(shared)
            return AESGCM(key).decrypt(bytes(NONCE_BYTES), letter[POINT_BYTES:], None)
        except InvalidTag as error:
            raise ValueError("not sealed for this installation") from error

    def _letter_key(self) -> ec.EllipticCurvePrivateKey:
        number = int.from_bytes(self.derive("letter-box-1") + self.derive("letter-box-2"), "big")
        return ec.derive_private_key(number % (_ORDER - 1) + 1, CURVE)


def hash_of(token: str) -> str:
    """What is kept of a token of at least 128 random bits, which need no salt: SHA-256, in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyring() -> Keyring:
    """The keyring of the running application."""
    ring: Keyring = current_app.extensions["keyring"]
    return ring
