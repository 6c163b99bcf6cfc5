"""What the QR code of a certificate says by itself, signed (证书声明): read and checked with no network and no database.

The code is an address, a # and a statement: what follows a # never reaches a server. The statement is base64url of a text and
the Ed25519 signature of it. The code in the address is signed with it, so that no statement fits another certificate's address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from lms.core.signatures import base64url, from_base64url
from lms.credentials.frozen import CertificateData
from lms.credentials.rules import NAMED, plain
from lms.ledger.receipts import is_sealed, seal

MARK = "anke-certificate"  # no receipt or manifest begins with it, though they are signed with the same key
VERSION = "1"
SIGNATURE_BYTES = 64
SEPARATOR = "\t"
ADDRESS = re.compile(r"/verify/([A-Za-z0-9_-]{1,32})#([A-Za-z0-9_-]{1,600})$")


class Said(NamedTuple):
    """What a statement says. name: masked. hours: "" where somebody was named. score: of 100, "" without a quiz.
    Days: 2026-11-23; valid_until "" for no end.
    """

    serial: str
    name: str
    hours: str
    score: str
    issued_on: str
    valid_until: str


def said_of(data: CertificateData, masked_name: str) -> Said:
    """What the statement of a certificate is to say."""
    score = "" if data.score is None else str(data.score)
    until = data.valid_until.isoformat() if data.valid_until else ""
    hours = "" if data.kind in NAMED else plain(data.hours)
    return Said(data.serial, masked_name, hours, score, data.issued_on.isoformat(), until)


def signed_address(address: str, said: Said, seed: bytes) -> str:
    """The address of a certificate's page with its statement. seed: the 32 bytes of the signing key."""
    text = SEPARATOR.join((VERSION, *said))
    signature, _key = seal(seed, _message(address.rsplit("/", 1)[1], text.encode()))
    return f"{address}#{base64url(text.encode() + bytes.fromhex(signature))}"


def read(scanned: str, key: str) -> Said | None:
    """What the text of a QR code says; None when it is none of ours, or a byte of it is not as it was signed.

    key: the public key, 64 hex digits.
    """
    found = ADDRESS.search(scanned.strip())
    if found is None:
        return None
    code, statement = found.groups()
    raw = from_base64url(statement)
    if raw is None:
        return None
    text, signature = raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]
    # The last character has bits that mean nothing: another one would be read as the same bytes.
    if base64url(raw) != statement or not is_sealed(_message(code, text), signature.hex(), key):
        return None
    version, *fields = text.decode().split(SEPARATOR)
    return Said(*fields) if version == VERSION else None


def read_by_any(scanned: str, keys: Iterable[str]) -> Said | None:
    """The same, by whichever of several public keys."""
    return next((said for key in keys if (said := read(scanned, key)) is not None), None)


def _message(code: str, text: bytes) -> bytes:
    return f"{MARK}\n{code}\n".encode() + text
