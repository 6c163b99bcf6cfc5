"""The bureau signs each receipt too (副签), with the key it issues certificates by.

Where that is a key of its own, who has the installation's secret cannot make the receipt of a day that is over; the built-in key
follows from the secret and proves no more than the receipt. Whether the certificates are the bureau's is for it to compare.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from sqlalchemy import Select, func, select

from lms.core.crypto import keyring
from lms.core.documents.sealing import Identity, built_in, identity
from lms.core.uow import UnitOfWork
from lms.ledger.keys import generation
from lms.ledger.models import ChainCountersignature, ChainReceipt
from lms.ledger.receipts import Receipt

PATIENCE = timedelta(days=7)  # an older receipt stays as it is: what is signed today says nothing of that day


def waiting(uow: UnitOfWork, limit: int) -> list[UUID]:
    """Receipts of the last days that the bureau has not signed, the oldest first."""
    wanted = (
        select(ChainReceipt.id)
        .outerjoin(ChainCountersignature, ChainCountersignature.receipt_id == ChainReceipt.id)
        .where(ChainCountersignature.id.is_(None), ChainReceipt.anchored_on >= uow.today - PATIENCE)
        .order_by(ChainReceipt.anchored_on, ChainReceipt.id)
    )
    return list(uow.session.scalars(wanted.limit(limit)))


def last_countersigned(uow: UnitOfWork, enterprise_id: UUID) -> Receipt | None:
    """The latest receipt of a chain that the bureau signed."""
    columns = (getattr(ChainReceipt, name) for name in Receipt._fields)
    wanted = (
        select(*columns)
        .join(ChainCountersignature, ChainCountersignature.receipt_id == ChainReceipt.id)
        .where(ChainReceipt.enterprise_id == enterprise_id)
        .order_by(ChainReceipt.anchored_on.desc())
    )
    row = uow.session.execute(wanted.limit(1)).first()
    return Receipt._make(row) if row else None


def sign(who: Identity, receipt: Receipt) -> bytes:
    """The issuer's signature of a receipt. Raises UnusableKey."""
    return who.sign(_message(receipt.statement, receipt.signature))


def keep(uow: UnitOfWork, receipt_id: UUID, enterprise_id: UUID, signature: bytes, certificate: x509.Certificate) -> None:
    """Keep a countersignature beside its receipt; the first one counts."""
    there = select(ChainCountersignature.id).where(ChainCountersignature.receipt_id == receipt_id)
    if uow.session.scalar(there) is None:
        uow.session.add(
            ChainCountersignature(
                enterprise_id=enterprise_id, receipt_id=receipt_id, signature=signature, signed_at=uow.now,
                certificate=certificate.public_bytes(Encoding.PEM).decode(), signer=_signer(certificate)[:200],
            )
        )  # fmt: skip


def fits(statement: str, signature: str, countersignature: bytes, certificate: str) -> bool:
    """Whether a countersignature is that of a receipt by the certificate beside it. certificate: PEM.

    ECDSA or RSA (PKCS #1 v1.5), with SHA-256, of "anke-receipt", the statement and the receipt's signature, a line each.
    """
    message = _message(statement, signature)
    try:
        key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(countersignature, message, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(countersignature, message, padding.PKCS1v15(), hashes.SHA256())
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True


def of_enterprise(uow: UnitOfWork, enterprise_id: UUID) -> dict[str, tuple[bytes, str]]:
    """What the bureau signed of an enterprise's receipts: statement → signature and certificate, as for receipts.written."""
    return {row.statement: (row.signed, row.certificate) for row in uow.session.execute(_signed(enterprise_id)) if row.signed}


def signer_of(uow: UnitOfWork, enterprise_id: UUID, statement: str) -> str:
    """Who countersigned a receipt, as people call them; empty when nobody did."""
    wanted = (
        select(ChainCountersignature.signer)
        .join(ChainReceipt, ChainReceipt.id == ChainCountersignature.receipt_id)
        .where(ChainReceipt.enterprise_id == enterprise_id, ChainReceipt.statement == statement)
    )
    return uow.session.scalar(wanted) or ""


class Signers(NamedTuple):
    """Whose countersignatures count, by the fingerprints of their certificates. present: of who signs now; earlier: of who
    signed before, and cannot have signed anything after the first one of the present.
    """

    present: str
    earlier: frozenset[str]


def signers(before: Iterable[x509.Certificate] = ()) -> Signers:
    """The issuer of the running application and the built-in keys of its generations. Raises UnusableKey.

    before: what else the bureau says that it signed with.
    """
    own = [built_in(keyring(), number).certificate for number in range(1, generation() + 1)]
    return Signers(_fingerprint(identity().certificate), frozenset(map(_fingerprint, (*own, *before))))


def unfit(uow: UnitOfWork, enterprise_id: UUID, known: Signers | None = None) -> list[str]:
    """The statements of receipts whose countersignature is not of them, was changed, or is of a certificate that is not known;
    and of those that have none, days after another receipt had one. known: None for signers().
    """
    found, begun, present = [], False, False
    for row in uow.session.execute(_signed(enterprise_id)):
        begun = begun or row.signed is not None
        if row.signed is None:
            good = not begun or row.anchored_on >= uow.today - PATIENCE  # it may be signed yet
        elif good := fits(row.statement, row.signature, row.signed, row.certificate):
            known = known or signers()
            by = _fingerprint(x509.load_pem_x509_certificate(row.certificate.encode()))
            present = present or by == known.present
            good = by == known.present or (by in known.earlier and not present)
        if not good:
            found.append(row.statement)
    return found


class Used(NamedTuple):
    """A certificate that countersigned. fingerprint: SHA-256, hex, empty when it is none; first, last: days of its receipts."""

    signer: str
    fingerprint: str
    receipts: int
    first: date
    last: date


def used(uow: UnitOfWork, enterprise_id: UUID | None = None) -> list[Used]:
    """The certificates that receipts were countersigned by, of an enterprise or of all; whether they are its own, the bureau
    knows.
    """
    one, day = ChainCountersignature, ChainReceipt.anchored_on
    wanted = (
        select(one.signer, one.certificate, func.count(), func.min(day), func.max(day))
        .join(ChainReceipt, ChainReceipt.id == one.receipt_id)
        .group_by(one.signer, one.certificate)
        .order_by(func.min(day), one.signer)
    )
    rows = uow.session.execute(wanted if enterprise_id is None else wanted.where(one.enterprise_id == enterprise_id))
    return [Used(row[0], _told(row[1]), row[2], row[3], row[4]) for row in rows]


def _signed(enterprise_id: UUID) -> Select[str, str, date, bytes, str]:
    """The receipts of an enterprise in their order, each with what countersigned it."""
    return (
        select(
            ChainReceipt.statement, ChainReceipt.signature, ChainReceipt.anchored_on,
            ChainCountersignature.signature.label("signed"), ChainCountersignature.certificate,
        )
        .outerjoin(ChainCountersignature, ChainCountersignature.receipt_id == ChainReceipt.id)
        .where(ChainReceipt.enterprise_id == enterprise_id)
        .order_by(ChainReceipt.anchored_on)
    )  # fmt: skip


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def _told(certificate: str) -> str:
    try:
        return _fingerprint(x509.load_pem_x509_certificate(certificate.encode()))
    except ValueError:
        return ""


def _message(statement: str, signature: str) -> bytes:
    return f"anke-receipt\n{statement}\n{signature}".encode()


def _signer(certificate: x509.Certificate) -> str:
    """As people call whoever signed: the common name, or else all of it."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()
