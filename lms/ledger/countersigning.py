"""The bureau signs each receipt too (副签), with the key it issues certificates by: who has the installation's secret alone
cannot make a receipt of a day that is over.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from lms.core.documents.sealing import identity
from lms.core.uow import UnitOfWork
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


def countersign(uow: UnitOfWork, row: ChainReceipt) -> None:
    """Sign a receipt with the issuer's key and keep it beside it; the first one counts. Raises UnusableKey."""
    who, message = identity(), _message(row.statement, row.signature)
    there = select(ChainCountersignature.id).where(ChainCountersignature.receipt_id == row.id)
    if uow.session.scalar(there) is None:
        uow.session.add(
            ChainCountersignature(
                enterprise_id=row.enterprise_id, receipt_id=row.id, signature=who.sign(message), signed_at=uow.now,
                certificate=who.certificate.public_bytes(Encoding.PEM).decode(), signer=_signer(who.certificate)[:200],
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


def of_enterprise(uow: UnitOfWork, enterprise_id: UUID) -> dict[str, ChainCountersignature]:
    """What the bureau signed of an enterprise's receipts, by the statement of each."""
    rows = uow.session.execute(
        select(ChainReceipt.statement, ChainCountersignature)
        .join(ChainCountersignature, ChainCountersignature.receipt_id == ChainReceipt.id)
        .where(ChainReceipt.enterprise_id == enterprise_id)
    )
    return {row.statement: row.ChainCountersignature for row in rows}


def unfit(uow: UnitOfWork, enterprise_id: UUID) -> list[str]:
    """The statements of receipts whose countersignature is not of them, or was changed."""
    rows = uow.session.execute(
        select(ChainReceipt.statement, ChainReceipt.signature, ChainCountersignature)
        .join(ChainCountersignature, ChainCountersignature.receipt_id == ChainReceipt.id)
        .where(ChainReceipt.enterprise_id == enterprise_id)
    )
    return [
        row.statement
        for row in rows
        if not fits(row.statement, row.signature, row.ChainCountersignature.signature, row.ChainCountersignature.certificate)
    ]


def _message(statement: str, signature: str) -> bytes:
    return f"anke-receipt\n{statement}\n{signature}".encode()


def _signer(certificate: x509.Certificate) -> str:
    """As people call whoever signed: the common name, or else all of it."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()
