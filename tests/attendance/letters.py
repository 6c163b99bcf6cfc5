"""Seals what is for the server alone, as static/js/station/seal.js does in a browser."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def seal(text: str, box: str) -> str:
    mine = ec.generate_private_key(ec.SECP256R1())
    shared = mine.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64.b64decode(box)))
    key = HKDF(hashes.SHA256(), 32, salt=b"", info=b"anke-letter").derive(shared)
    point = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.b64encode(point + AESGCM(key).encrypt(bytes(12), text.encode(), None)).decode()
