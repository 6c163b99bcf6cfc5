"""A certificate as a file to keep: its data inside, signed by the issuer, and every byte of it."""

import hashlib
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from lms.core import clock
from lms.core.crypto import Keyring
from lms.core.documents import sealing
from lms.core.documents.reading import read_signed
from lms.core.storage import storage
from lms.credentials import commands
from lms.credentials.documents import certificate_pdf, certificate_pdfs
from tests.credentials.scenes import certificates, held
from tests.credentials.test_documents import DATA

PASSWORD = "river-stone"


def pdfsig(pdf: bytes, folder: Path) -> str:
    (folder / "signed.pdf").write_bytes(pdf)
    return subprocess.run(["pdfsig", folder / "signed.pdf"], capture_output=True, text=True, check=False).stdout


def certified(key: sealing.SigningKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "湘粮油脂有限公司")])
    begins = clock.now() - timedelta(days=1)
    made = x509.CertificateBuilder(name, name, key.public_key(), 7, begins, begins + timedelta(days=400))
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    return made.add_extension(usage, True).sign(key, hashes.SHA256())


@pytest.fixture
def own_key(tmp_path) -> Path:
    """A key that an issuer was given by an authority, here by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = certified(key)
    path = tmp_path / "own.p12"
    sealed = BestAvailableEncryption(PASSWORD.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"own", key, certificate, None, sealed))
    return path


def test_an_issued_certificate_is_signed_and_a_changed_byte_breaks_the_signature(app, world, tmp_path):
    (certificate,) = certificates(held(world.here, {2: (0, 60)}))
    pdf = storage().get(certificate.pdf_sha256)

    told = pdfsig(pdf, tmp_path)

    assert "Signature is Valid" in told and "ETSI.CAdES.detached" in told and "Total document signed" in told
    at = pdf.index(b"stream") + 30
    assert "Digest Mismatch" in pdfsig(pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :], tmp_path)
    published = app.test_client().get("/.well-known/anke-ca.pem").data
    other = sealing.built_in(Keyring("another-installation-with-a-secret")).chain[0].public_bytes(Encoding.PEM)
    for authority, trusted in ((published, True), (other, False)):
        root = asn1.Certificate.load(x509.load_pem_x509_certificate(authority).public_bytes(Encoding.DER))
        signature = PdfFileReader(BytesIO(pdf)).embedded_signatures[0]
        with ThreadPoolExecutor(1) as apart:  # a browser of another test may have an event loop in this thread
            status = apart.submit(validate_pdf_signature, signature, ValidationContext(trust_roots=[root])).result()
        assert (status.intact, status.valid, status.trusted) == (True, True, trusted)


def test_the_data_lie_in_the_file_and_are_those_of_the_fingerprint(app, tmp_path):
    pdf = sealing.sealer().sign(certificate_pdf(DATA))
    (tmp_path / "a.pdf").write_bytes(pdf)

    subprocess.run(["pdfdetach", "-saveall", "-o", tmp_path, tmp_path / "a.pdf"], check=True, capture_output=True)

    inside = (tmp_path / "data.json").read_bytes()
    assert hashlib.sha256(inside).hexdigest() == DATA.fingerprint
    assert json.loads(inside)["holder_name"] == DATA.holder_name


def test_an_issuer_signs_with_a_key_of_its_own(app, own_key, tmp_path, monkeypatch):
    settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", replace(settings, signing_key=own_key, signing_password=PASSWORD))
    monkeypatch.setitem(app.extensions, "sealer", None)

    told = pdfsig(sealing.sealer().sign(certificate_pdf(DATA)), tmp_path)

    assert "Signature is Valid" in told and "CN=湘粮油脂有限公司" in told
    assert "湘粮油脂有限公司" in CliRunner().invoke(commands.key, []).output
    monkeypatch.setitem(app.extensions, "settings", replace(settings, signing_key=own_key, signing_password="wrong"))
    refused = CliRunner().invoke(commands.key, [])
    assert refused.exit_code == 1 and "own.p12" in refused.output


def test_the_key_of_an_installation_is_the_same_in_every_process():
    one, again = (sealing.built_in(Keyring("a-secret-of-this-installation-only")) for _ in range(2))

    assert (one.certificate, one.chain) == (again.certificate, again.chain)
    one.certificate.verify_directly_issued_by(one.chain[0])


@pytest.mark.parametrize("kind", ["elliptic", "rsa"])
def test_every_signature_of_a_signer_is_its_own_and_holds(kind, own_key, tmp_path):
    """They are cast from one mould: a digest or signature left over from another file would break."""
    who = sealing.from_file(own_key, PASSWORD)
    if kind == "rsa":
        key = rsa.generate_private_key(65537, 2048)
        who = replace(who, key=key, certificate=certified(key), chain=())
    signer, pdfs = (
        sealing.Sealer(who),
        list(certificate_pdfs(replace(DATA, holder_name=name, fingerprint="") for name in "甲乙丙丁")),
    )

    signed = [signer.sign(pdf) for pdf in (*pdfs, pdfs[0])]

    for pdf in signed:
        assert "Signature is Valid" in pdfsig(pdf, tmp_path)
        found = read_signed(pdf, [who.certificate])
        assert found.whole and found.known
    assert len(set(signed)) == 5, "the same file signed twice is not the same bytes, or its signature was copied"
