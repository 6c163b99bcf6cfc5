"""A receipt (存证收据): the head of a chain on a day, signed, so that who rewrites the whole chain later contradicts it."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lms.ledger.rules import GENESIS, Head, canonical


class Receipt(NamedTuple):
    """statement: canonical JSON of enterprise, anchored_on, at, seq, hash and the hash of the receipt before. signature: of
    its UTF-8 bytes, Ed25519, 128 hex digits. key: the public key, 64 hex digits.
    """

    statement: str
    signature: str
    key: str

    @property
    def digest(self) -> str:
        """SHA-256 of the statement: what the next receipt names as the one before it."""
        return hashlib.sha256(self.statement.encode()).hexdigest()

    @property
    def said(self) -> dict[str, Any]:
        """The statement as values. Raises ValueError when it is none."""
        said = json.loads(self.statement)
        if not isinstance(said, dict) or not {"enterprise", "anchored_on", "seq", "hash"} <= said.keys():
            raise ValueError("not a receipt")
        texts = (said[name] for name in ("enterprise", "anchored_on", "hash"))
        if not (isinstance(said["seq"], int) and all(isinstance(text, str) for text in texts)):
            raise ValueError("not a receipt")
        return said

    @property
    def is_one(self) -> bool:
        """Whether the statement can be read at all: one that was written over may be anything."""
        try:
            return bool(self.said)
        except ValueError:
            return False

    @property
    def signed(self) -> bool:
        """Whether the signature is that of the statement by the key beside it."""
        return is_sealed(self.statement.encode(), self.signature, self.key)


def sign(seed: bytes, enterprise_id: UUID, head: Head, on: date, at: datetime, before: Receipt | None) -> Receipt:
    """The receipt for the head of a chain. seed: the 32 bytes of the signing key."""
    statement = canonical({
        "enterprise": enterprise_id, "anchored_on": on, "at": at, "seq": head.seq, "hash": head.hash,
        "previous": before.digest if before else GENESIS,
    })  # fmt: skip
    return Receipt(statement, *seal(seed, statement.encode()))


def seal(seed: bytes, message: bytes) -> tuple[str, str]:
    """The signature of a message, 128 hex digits, and the public key, 64."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message).hex(), public_key(seed)


def is_sealed(message: bytes, signature: str, key: str) -> bool:
    """Whether a signature is that of a message by a public key: the inverse of seal."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key(seed: bytes) -> str:
    """64 hex digits."""
    key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def read(line: str) -> Receipt:
    """A receipt from a line of a file. Raises ValueError when it is none."""
    values = json.loads(line)
    if not isinstance(values, dict) or not all(isinstance(values.get(name), str) for name in Receipt._fields):
        raise ValueError("not a receipt")
    receipt = Receipt(*(values[name] for name in Receipt._fields))
    assert receipt.said
    return receipt


def written(receipt: Receipt, stamp: bytes | None = None, countersigned: tuple[bytes, str] | None = None) -> str:
    """The line of a file for it, the inverse of read. stamp: of a time-stamp authority, DER; it is there in base64.

    countersigned: the bureau's signature and its certificate, as ledger.countersigning keeps them.
    """
    more = {"stamp": b64encode(stamp).decode()} if stamp else {}
    if countersigned:
        more |= {"countersignature": b64encode(countersigned[0]).decode(), "certificate": countersigned[1]}
    return json.dumps(receipt._asdict() | more, ensure_ascii=False)


def against(receipt: Receipt, hashes: Mapping[int, str]) -> str | None:
    """How a chain contradicts a receipt: forged (its signature does not hold), cut (the entry is not there any more) or
    rewritten (it is another one); None when it does not. hashes: of the chain's entries by seq.
    """
    if not receipt.signed:
        return "forged"
    there = hashes.get(receipt.said["seq"])
    if there is None:
        return "cut"
    return None if there == receipt.said["hash"] else "rewritten"
