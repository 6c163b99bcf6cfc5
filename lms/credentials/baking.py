"""A certificate's credential, and its picture with the credential inside ("baked", Open Badges 3.0), for pages and programs."""

from __future__ import annotations

from lms.core.documents.apart import print_apart
from lms.credentials import badges, queries
from lms.credentials.frozen import CertificateData
from lms.credentials.models import Certificate
from lms.ledger.keys import signing_seed

PIXELS = 1600  # of the picture's width: an A4 page at 137 dpi


def token_of(certificate: Certificate, base_url: str) -> str:
    """The credential as a signed JWT."""
    data = CertificateData.from_json(certificate.data)
    return badges.signed(signing_seed(), badges.credential(data, certificate.id, certificate.issued_at, base_url))


def picture_of(certificate: Certificate, token: str) -> bytes:
    """The frozen page as a PNG with this credential inside; "": none. Raises Forgotten."""
    return print_apart(badges.drawn, (queries.frozen(certificate), token, PIXELS))
