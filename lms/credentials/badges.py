"""A certificate for other programs: an Open Badges 3.0 credential, a W3C Verifiable Credential (数字凭证), signed as a JWT.

Sources: Open Badges 3.0 §8.2 (JWT proof), VC Data Model 2.0, Securing VCs using JOSE and COSE §3, Bitstring Status List 1.0.
"""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from lms.core import clock
from lms.core.signatures import base64url
from lms.credentials.documents import Look, certificate_pdf, english
from lms.credentials.frozen import CertificateData
from lms.credentials.rules import NAMED, STANDARD, CertificateKind, plain
from lms.ledger.jose import jws

KIND = "vc+jwt"
VC = "https://www.w3.org/ns/credentials/v2"
CONTEXTS = (VC, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")
OB = "https://purl.imsglobal.org/ob/v3p0"  # the name space of the element inside an SVG, Open Badges 3.0 §5.3.2
BAKED = "openbadgecredential"  # the name of the text inside a picture, Open Badges 3.0 §5.3.1
LEAST_BITS = 131_072  # of a status list, so that who asks for it does not tell about whom (Bitstring Status List §6.1)
SERIAL = re.compile(r"AK-(.+-\d{4})-(\d{6,})")


def credential(data: CertificateData, certificate_id: UUID, issued_at: datetime, base_url: str) -> dict[str, Any]:
    """The credential of a certificate, with the claims that a JWT has beside it. It says what the paper says, and no more."""
    series, index = place_of(data.serial)
    address, _hash, _statement = data.verify_url.partition("#")
    identity = f"urn:uuid:{certificate_id}"
    told: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": identity,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{STANDARD[data.kind].title} {data.serial}",
        "issuer": {"id": base_url, "type": ["Profile"], "name": data.issuer_name},
        "validFrom": issued_at.isoformat(timespec="seconds"),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityType": "name", "identityHash": data.holder_name}
            ],
            **({} if data.kind in NAMED else {"creditsEarned": float(data.hours)}),
            "achievement": {
                "id": f"{identity}#achievement",
                "type": ["Achievement"],
                "achievementType": "Certificate",
                "name": data.lecture_title,
                "description": english(data),
                "criteria": {"narrative": _criteria(data)},
            },
        },
        "evidence": [{"id": address, "type": ["Evidence"], "name": "查验页"}],
        "credentialStatus": {
            "id": f"{base_url}/status-lists/{series}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(index),
            "statusListCredential": f"{base_url}/status-lists/{series}",
        },
        "iss": base_url, "jti": identity, "nbf": int(issued_at.timestamp()),
    }  # fmt: skip
    if data.valid_until:
        over = clock.end_of(data.valid_until)
        told |= {"validUntil": over.isoformat(), "exp": int(over.timestamp())}
    return told


def status_list(series: str, ended: Iterable[int], last: int, base_url: str, on: datetime) -> dict[str, Any]:
    """Which certificates of a district and year are revoked or replaced. ended: their places. last: the number given out last."""
    address = f"{base_url}/status-lists/{series}"
    return {
        "@context": [VC],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": base_url,
        "validFrom": on.isoformat(timespec="seconds"),
        "credentialSubject": {
            "id": f"{address}#list", "type": "BitstringStatusList", "statusPurpose": "revocation",
            "encodedList": encoded(ended, last),
        },
        "iss": base_url, "nbf": int(on.timestamp()),
    }  # fmt: skip


def place_of(serial: str) -> tuple[str, int]:
    """The status list of a number, and its place in it: AK-430602-2026-000001 is the first one of 430602-2026.

    Raises ValueError for what is no number of ours.
    """
    found = SERIAL.fullmatch(serial)
    if found is None:
        raise ValueError(f"{serial!r} is no serial number")
    return found[1], int(found[2]) - 1


def encoded(places: Iterable[int], last: int) -> str:
    """A bit for each number, the first one leftmost, packed; those at places are set."""
    size = LEAST_BITS
    while size < last:
        size *= 2
    bits = bytearray(size // 8)
    for place in places:
        bits[place // 8] |= 0x80 >> place % 8
    return "u" + base64url(gzip.compress(bytes(bits), mtime=0))


def signed(seed: bytes, told: dict[str, Any]) -> str:
    """A credential as a JWT. seed: the 32 bytes of the signing key."""
    return jws(seed, KIND, told)


def enveloped(token: str) -> dict[str, Any]:
    """A JWT as JSON that says what it is (VC Data Model 2.0 §4.13)."""
    return {"@context": VC, "id": f"data:application/{KIND},{token}", "type": "EnvelopedVerifiableCredential"}


def baked(pdf: bytes, token: str, width: int) -> bytes:
    """The first page of a PDF as a PNG picture with the credential inside, "" for none. width: in pixels."""
    import pypdfium2
    from PIL.PngImagePlugin import PngInfo

    page = pypdfium2.PdfDocument(pdf)[0]
    picture = page.render(scale=width / page.get_width()).to_pil().convert("RGB").quantize(64)
    inside, out = PngInfo(), BytesIO()
    if token:
        inside.add_itxt(BAKED, token)
    picture.save(out, "PNG", pnginfo=inside)
    return out.getvalue()


def drawn(order: tuple[bytes, str, int]) -> bytes:
    """baked() in a process of its own, which then loads this module and no views, in a third of the time."""
    return baked(*order)


def drawn_sample(order: tuple[CertificateData, Look, int]) -> bytes:
    """A certificate of nobody as a picture, printed and drawn in a process of its own. The last: width, in pixels."""
    data, look, width = order
    return baked(certificate_pdf(data, look), "", width)


def baked_svg(picture: bytes, token: str, said: str) -> str:
    """The page as an SVG with the credential inside. picture: the page as a PNG; said: what it shows, for who does not see it.

    The credential is the value of `verify` there, as for any proof outside of the JSON (Open Badges 3.0 §5.3.2).
    """
    from xml.sax.saxutils import escape, quoteattr

    width, height = int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])  # PNG: of its first chunk, IHDR
    inside = base64.b64encode(picture).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="{OB}" viewBox="0 0 {width} {height}" role="img">'
        f"<title>{escape(said)}</title><openbadges:credential verify={quoteattr(token)}/>"
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{inside}"/></svg>'
    )


def _criteria(data: CertificateData) -> str:
    if data.kind is not CertificateKind.LECTURE:
        return f"{data.presence}。"
    quiz = "" if data.score is None else f"，考核 {data.score} 分，合格"
    return f"{data.presence}{quiz}，记 {plain(data.hours)} 学时。"
