"""Signatures in PDF files: PAdES baseline B (ETSI EN 319 142-1), by the installation's key or one its owner was given."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from flask import current_app

from lms.core.crypto import CURVE, Keyring, keyring
from lms.core.documents.moulding import moulded
from lms.core.documents.stamping import ROOM, NoStamp, faults, stamper
from lms.core.documents.token import Token, UnusableKey
from lms.core.settings import settings

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer

SigningKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
FIELD = "Issuer"
# The built-in authority is made anew from the installation's secret wherever it is needed, so nothing in it may be chance or now.
FROM, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2056, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signs. chain: the certificates above, the authority's last."""

    key: SigningKey | Token
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def subject(self) -> str:
        return self.certificate.subject.rfc4514_string()

    @property
    def ends_on(self) -> date:
        return self.certificate.not_valid_after_utc.date()

    def sign(self, message: bytes) -> bytes:
        """A signature of a message by SHA-256: ECDSA, or RSA by PKCS#1 1.5. Raises UnusableKey."""
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(message, ec.ECDSA(hashes.SHA256()))
        return (
            self.key.sign(message) if isinstance(self.key, Token) else self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        )

    def packed(self) -> tuple[Token | bytes, ...]:
        """As values that pickle, the key first, for a process of our own."""
        key = self.key
        secret = key if isinstance(key, Token) else key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return secret, *(one.public_bytes(Encoding.DER) for one in (self.certificate, *self.chain))

    @classmethod
    def unpacked(cls, secret: Token | bytes, *certificates: bytes) -> Self:
        """The inverse of packed."""
        key = secret if isinstance(secret, Token) else load_der_private_key(secret, None)
        assert isinstance(key, SigningKey | Token)
        first, *above = (x509.load_der_x509_certificate(one) for one in certificates)
        return cls(key, first, tuple(above))


class Sealer:
    """Signs PDF files; kept, because reading a key again for each file takes longer than signing it."""

    def __init__(self, identity: Identity, stamp_url: str | None = None) -> None:
        """stamp_url: of the time-stamp authority that each signature is stamped by (PAdES baseline T); None: none."""
        from asn1crypto import keys  # all of these here, not above: only who signs has them in memory
        from asn1crypto import x509 as asn1
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        def loaded(certificate: x509.Certificate) -> asn1.Certificate:
            return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))

        # Room for a signature in the file: pyHanko would make each twice, the first time to measure it.
        certificates = sum(len(one.public_bytes(Encoding.DER)) for one in (identity.certificate, *identity.chain))
        public = identity.certificate.public_key()
        assert isinstance(public, ec.EllipticCurvePublicKey | rsa.RSAPublicKey)
        self._room = 2 * (certificates + public.key_size // 4 + 1200)
        self._stamper = stamper(stamp_url) if stamp_url else None
        self._room += ROOM if stamp_url else 0
        self._token = identity.key if isinstance(identity.key, Token) else None
        if not isinstance(identity.key, Token):
            above = SimpleCertificateStore()
            above.register_multiple([loaded(one) for one in identity.chain])
            secret = keys.PrivateKeyInfo.load(identity.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
            self._kept = moulded(
                identity.sign, signing_cert=loaded(identity.certificate), signing_key=secret, cert_registry=above
            )

    @contextmanager
    def _signer(self) -> Iterator[Signer]:
        """What pyHanko signs with. Raises UnusableKey."""
        if self._token is None:
            yield self._kept
        else:
            with self._token.signer() as signer:
                yield signer

    def sign(self, pdf: bytes) -> bytes:
        """The file with an invisible signature of all of it. Never the same bytes twice: keep what comes out.

        Raises NoStamp, UnusableKey.
        """
        from pyhanko.pdf_utils.extensions import DeveloperExtension
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign.fields import SigSeedSubFilter
        from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
        from pyhanko.sign.signers.constants import ESIC_EXTENSION_1

        class Kept(IncrementalPdfFileWriter):
            """Adds the signature and leaves all else as it was: a file of PDF/A-3 is of PDF 1.7, and its metadata are its own."""

            def ensure_output_version(self, version: tuple[int, int]) -> None:
                pass

            def register_extension(self, ext: DeveloperExtension) -> None:
                if ext is ESIC_EXTENSION_1:
                    super().register_extension(ext)

            def _update_meta(self) -> None:
                pass

        told = PdfSignatureMetadata(field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
        signed = BytesIO()
        # pyHanko runs an event loop, and a thread of a host may have one already
        with self._signer() as own, ThreadPoolExecutor(1) as apart:
            signer = PdfSigner(told, signer=own, timestamper=self._stamper)
            try:
                apart.submit(signer.sign_pdf, Kept(BytesIO(pdf)), output=signed, bytes_reserved=self._room).result()
            except Exception as fault:
                if self._stamper is not None and isinstance(fault, faults()):
                    raise NoStamp(why=str(fault) or type(fault).__name__) from fault
                raise
        return signed.getvalue()


def built_in(ring: Keyring, generation: int = 1) -> Identity:
    """A key of an installation and its certificate by the installation's own authority, which is one for all generations."""
    purpose = "document-signing" if generation == 1 else f"document-signing-g{generation}"
    above, own = _key(ring, "document-authority"), _key(ring, purpose)
    root, name = _name("安课签发机构", above), _name("安课文件签名", own)
    basic, usage = x509.BasicConstraints(ca=True, path_length=0), _usage(certs=True)
    authority = _certified(above, root, above, root, [(basic, True), (usage, True)])
    basic, usage = x509.BasicConstraints(ca=False, path_length=None), _usage(certs=False)
    return Identity(own, _certified(own, name, above, root, [(basic, True), (usage, True)]), (authority,))


def from_file(path: Path, password: str) -> Identity:
    """A key with its certificates from a PKCS#12 file. Raises UnusableKey."""
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(path.read_bytes(), password.encode() or None)
    except (OSError, ValueError) as fault:
        raise UnusableKey(why=f"{path}: {fault}") from fault
    if not isinstance(key, SigningKey) or certificate is None:
        raise UnusableKey(why=f"{path}: no RSA or elliptic-curve key with a certificate in it")
    return Identity(key, certificate, tuple(chain))


def identity() -> Identity:
    """Who signs the documents of the running application: ANKE_SIGNING_KEY, or the built-in key. Raises UnusableKey."""
    kept = settings()
    if kept.signing_key is None:
        return built_in(keyring(), kept.key_generation)
    if isinstance(kept.signing_key, str):
        token = Token.at(kept.signing_key, kept.signing_password)
        own, *above = token.certificates()
        return Identity(token, own, tuple(above))
    return from_file(kept.signing_key, kept.signing_password)


def sealer() -> Sealer:
    """The one of the running application, made when it is first asked for. Raises UnusableKey."""
    made: Sealer | None = current_app.extensions.get("sealer")
    if made is None:
        made = current_app.extensions["sealer"] = Sealer(identity(), settings().stamp_url)
    return made


def _key(ring: Keyring, purpose: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(ring.derive(f"{purpose}-1") + ring.derive(f"{purpose}-2"), "big")
    return ec.derive_private_key(number % (CURVE.group_order - 1) + 1, CURVE)


def _name(words: str, key: ec.EllipticCurvePrivateKey) -> x509.Name:
    """Two installations have different names, so that nobody takes the authority of one for that of another."""
    mark = x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest.hex()[:8]
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{words} {mark}")])


def _usage(*, certs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certs, content_commitment=not certs, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=certs, crl_sign=certs, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _certified(
    key: ec.EllipticCurvePrivateKey, name: x509.Name, above: ec.EllipticCurvePrivateKey, by: x509.Name,
    extensions: list[tuple[x509.ExtensionType, bool]],
) -> x509.Certificate:  # fmt: skip
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    made = x509.CertificateBuilder().subject_name(name).issuer_name(by).public_key(key.public_key())
    made = made.serial_number(int.from_bytes(hashlib.sha256(own.digest).digest()[:15], "big"))
    made = made.not_valid_before(FROM).not_valid_after(UNTIL).add_extension(own, False)
    made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), False)
    for extension, critical in extensions:
        made = made.add_extension(extension, critical)
    return made.sign(above, hashes.SHA256(), ecdsa_deterministic=True)
