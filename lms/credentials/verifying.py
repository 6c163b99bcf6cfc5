"""Whether a certificate holds that somebody shows as a file or as the text of its QR code: what the command `verify` says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from flask_babel import gettext as _

from lms.core.documents.reading import Unreadable, read_signed
from lms.core.documents.sealing import identity
from lms.core.uow import UnitOfWork
from lms.credentials import queries, statements
from lms.credentials.frozen import CertificateData, fingerprint_of
from lms.credentials.models import Certificate
from lms.credentials.rules import CertificateState
from lms.credentials.statements import Said
from lms.ledger.keys import known_keys
from lms.registry.words import masked_name

FORGED = "forged"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Another installation, known by what it publishes: its public key, 64 hex digits, and who signs its files."""

    key: str
    authorities: Sequence[x509.Certificate] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """said: None when nothing it says can be relied on. state: a CertificateState, FORGED, or "" where only the signature is
    known: it is another installation's. faults: why it does not hold, a sentence each."""

    said: Said | None
    state: str
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.faults


def check_code(uow: UnitOfWork, text: str, issuer: Issuer | None = None) -> Verdict:
    """Check the text of a QR code; by its signature alone when it is another issuer's, and by the register when it is ours."""
    said = statements.read_by_any(text, _keys(issuer))
    if said is None:
        return Verdict(None, FORGED, (_("签名不符：码里的内容被改过，或者不是用这个公钥签的。"),))
    return Verdict(said, "", ()) if issuer else _registered(uow, said, queries.by_serial(uow, said.serial), [])


def check_file(uow: UnitOfWork, pdf: bytes, issuer: Issuer | None = None) -> Verdict:
    """Check a PDF file: every byte by its signature, its data by their fingerprint and statement, all by the register."""
    who = identity() if issuer is None else None
    authorities = issuer.authorities if issuer else (who.chain[-1:] or (who.certificate,)) if who else ()
    try:
        signed = read_signed(pdf, authorities)
        facts = json.loads(signed.facts)
        data = CertificateData.from_json(facts)
    except (Unreadable, ValueError, KeyError, TypeError):
        return Verdict(None, FORGED, (_("不是签过名的培训证明，或者文件坏了。"),))
    faults = []
    if not signed.whole:
        faults.append(_("签名不符：文件在签名以后被改过。"))
    said = statements.read_by_any(data.verify_url, _keys(issuer))
    if said != statements.said_of(data, masked_name(data.holder_name)):
        faults.append(_("文件里的数据与二维码里签过名的声明不符。"))
    if issuer:
        if not signed.known:
            faults.append(_("签名人“%(signer)s”不是这个发证机构认证的。", signer=signed.signer))
        return Verdict(said, FORGED if faults else "", tuple(faults))
    certificate = queries.by_serial(uow, data.serial)
    if certificate and certificate.pdf_sha256 != hashlib.sha256(pdf).hexdigest():
        faults.append(_("编号 %(serial)s 是真的，但签发时冻结的不是这份文件。", serial=data.serial))
    if certificate and fingerprint_of(facts) != certificate.fingerprint:
        faults.append(_("文件里的数据与登记的指纹不符。"))
    return _registered(uow, said, certificate, faults, data.serial)


def _keys(issuer: Issuer | None) -> tuple[str, ...]:
    return (issuer.key,) if issuer else known_keys()


def _registered(
    uow: UnitOfWork, said: Said | None, certificate: Certificate | None, faults: list[str], serial: str = ""
) -> Verdict:
    if certificate is None:
        faults = [*faults, _("本系统没有签发过编号 %(serial)s。", serial=said.serial if said else serial)]
    if certificate is None or faults:
        return Verdict(None, FORGED, tuple(faults))
    state = certificate.state_on(uow.today)
    return Verdict(said, state, tuple(_why_over(certificate, state)))


def _why_over(certificate: Certificate, state: CertificateState) -> list[str]:
    """Genuine, and in force no more."""
    match state:
        case CertificateState.REVOKED:
            return [_("真的，但已经撤销：%(reason)s", reason=certificate.revoked_reason)]
        case CertificateState.SUPERSEDED if certificate.successor:
            return [_("真的，但已经换发，新证编号 %(serial)s。", serial=certificate.successor.serial)]
        case CertificateState.SUPERSEDED:
            return [_("真的，但已经换发，新证还没有签发。")]
        case CertificateState.EXPIRED:
            return [_("真的，但已经过期：有效期至 %(day)s。", day=certificate.valid_until)]
        case _:
            return []
