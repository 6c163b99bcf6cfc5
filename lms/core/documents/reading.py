"""What a signed PDF file says of itself: whether a byte was changed since it was signed, who signed it, and the data inside."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from lms.core.documents.press import FACTS

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader


class Unreadable(Exception):
    """It is no PDF file with a signature and data inside; the message is the reader's own."""


@dataclass(frozen=True, slots=True)
class Signed:
    """signer: as in its certificate. whole: not a byte of the file is another since. known: certified by one of those relied on.

    facts: the JSON that the document was made of.
    """

    signer: str
    whole: bool
    known: bool
    facts: bytes


def read_signed(pdf: bytes, relied_on: Sequence[x509.Certificate]) -> Signed:
    """Read a file of unknown origin. relied_on: authorities, or signers themselves. Raises Unreadable."""
    with ThreadPoolExecutor(1) as apart:  # pyHanko runs an event loop, and a thread of a host may have one already
        return apart.submit(_read, pdf, relied_on).result()


def _read(pdf: bytes, relied_on: Sequence[x509.Certificate]) -> Signed:
    from asn1crypto import x509 as asn1
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    roots = [asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in relied_on]
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # it tells each fault with its trace; ours are in what is returned
    try:
        reader = PdfFileReader(BytesIO(pdf))
        (signature,) = reader.embedded_signatures
        status = validate_pdf_signature(signature, ValidationContext(trust_roots=roots, allow_fetching=False))
        return Signed(
            signer=status.signing_cert.subject.native.get("common_name") or status.signing_cert.subject.human_friendly,
            whole=status.intact and status.valid and status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
            known=status.trusted,
            facts=_facts(reader),
        )
    except Exception as fault:  # a broken file makes a parser stumble in any way there is
        raise Unreadable(f"{type(fault).__name__}: {fault}") from fault


def _facts(reader: PdfFileReader) -> bytes:
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    inside = {str(names[at]): names[at + 1] for at in range(0, len(names), 2)}
    return bytes(inside[FACTS]["/EF"]["/F"].data)
