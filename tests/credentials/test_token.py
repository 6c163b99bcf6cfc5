"""A signing key that stays in a token, here SoftHSM's: signed with it, and what happens when it cannot be used."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from lms.core import clock
from lms.core.documents import sealing, token
from lms.core.documents.reading import read_signed
from lms.core.documents.sealing import Identity, Sealer
from lms.core.documents.stamping import NoStamp
from lms.core.documents.token import Token, UnusableKey
from lms.core.settings import read_settings
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.credentials import commands, issuing, queries
from lms.credentials.documents import certificate_pdf
from lms.credentials.models import SerialCounter
from lms.lectures.models import Lecture
from tests.credentials.scenes import SYSTEM, certificates, held
from tests.credentials.test_documents import DATA
from tests.credentials.test_sealing import pdfsig

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/libsofthsm2.so")
PIN, SIGNER = "271828", "岳阳楼区应急管理局"


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """A token with a key and its certificate, made by the tools of its maker; its address."""
    folder: Path = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    before, os.environ["SOFTHSM2_CONF"] = os.environ.get("SOFTHSM2_CONF"), str(folder / "softhsm2.conf")
    key = ec.generate_private_key(ec.SECP256R1())
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    told = ["--token", "anke", "--pin", PIN]
    for arguments in (
        ["--init-token", "--free", "--label", "anke", "--so-pin", "314159", "--pin", PIN],
        ["--import", folder / "key.pem", *told, "--label", "issuer", "--id", "01"],
    ):
        subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)
    module = next(path for path in MODULES if Path(path).exists())
    keep_certificate(module, certified(key))
    yield f"pkcs11:token=anke;object=issuer?module-path={module}"
    os.environ.pop("SOFTHSM2_CONF") if before is None else os.environ.update(SOFTHSM2_CONF=before)


def certified(key: ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SIGNER)])
    begins = clock.now() - timedelta(days=1)
    made = x509.CertificateBuilder(name, name, key.public_key(), 7, begins, begins + timedelta(days=400))
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    return made.add_extension(usage, True).sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def keep_certificate(module: str, certificate: bytes) -> None:
    import pkcs11
    from pkcs11.util.x509 import decode_x509_certificate

    with pkcs11.lib(module).get_token(token_label="anke").open(rw=True, user_pin=PIN) as session:
        told = decode_x509_certificate(certificate)
        session.create_object(told | {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: "issuer"})


@pytest.fixture(autouse=True)
def closed():
    """Each test is a process that has not asked the token for anything yet."""
    for session in token._open.values():
        session.close()
    token._open.clear()
    token._refused.clear()


@pytest.fixture
def use(app, monkeypatch):
    """Sign with the key at this address from now on."""

    def with_key(address: str, pin: str = PIN) -> None:
        settings = replace(app.extensions["settings"], signing_key=address, signing_password=pin)
        monkeypatch.setitem(app.extensions, "settings", settings)
        monkeypatch.setitem(app.extensions, "sealer", None)

    return with_key


def test_what_a_token_signs_is_valid_and_the_key_stays_in_it(app, world, address, use, tmp_path):
    use(address)
    (certificate,) = certificates(held(world.here, {2: (0, 60)}))
    pdf = storage().get(certificate.pdf_sha256)

    told = pdfsig(pdf, tmp_path)
    assert "Signature is Valid" in told and f"CN={SIGNER}" in told
    signed = read_signed(pdf, [sealing.identity().certificate])
    assert signed.whole and signed.known and signed.signer == SIGNER
    secret, *others = sealing.identity().packed()
    assert isinstance(secret, Token), "a helper gets where the key is, not the key"
    assert Sealer(Identity.unpacked(secret, *others)).sign(certificate_pdf(DATA)).startswith(b"%PDF")
    sealing.identity().certificate.public_key().verify(
        sealing.identity().sign(b"a receipt"), b"a receipt", ec.ECDSA(hashes.SHA256())
    )
    assert SIGNER in CliRunner().invoke(commands.key, []).output


def test_an_authority_that_is_away_is_not_taken_for_a_broken_token(app, address, use):
    use(address)
    with pytest.raises(NoStamp):
        Sealer(sealing.identity(), "http://127.0.0.1:9/").sign(certificate_pdf(DATA))
    assert list(token._open), "and its session is kept"


def test_a_token_that_is_away_or_whose_pin_is_wrong_stops_issuing_with_a_sentence_and_loses_no_number(app, world, address, use):
    use(address.replace("token=anke", "token=gone"))
    lecture_id = held(world.here, {2: (0, 60), 3: (0, 60)})
    assert certificates(lecture_id) == []
    for wrong, said in ((("token=gone", PIN), "没有应答"), (("token=anke", "000000"), "口令不对")):
        use(address.replace("token=anke", wrong[0]), wrong[1])
        assert said in issuing.issue_due(lecture_id).problems[0]
        assert said in issuing.issue_due(lecture_id).problems[0]
        with unit_of_work(SYSTEM, "system", write=False) as uow:
            assert {said in one.problem for one in queries.problems(uow, uow.session.get_one(Lecture, lecture_id))} == {True}
            assert uow.session.query(SerialCounter).count() == 0, "no number is used"
        refused = CliRunner().invoke(commands.key, [])
        assert refused.exit_code == 1 and said in refused.output and "Traceback" not in refused.output

    use(address)
    assert issuing.issue_due(lecture_id).problems == []
    assert [one.serial[-6:] for one in certificates(lecture_id)] == ["000001", "000002"]


def test_a_wrong_pin_is_tried_once_so_that_the_token_does_not_lock(address, monkeypatch):
    wrong = Token.at(address, "111111")
    with pytest.raises(UnusableKey, match="口令不对"):
        wrong.certificates()
    import pyhanko.sign.pkcs11 as asked

    monkeypatch.setattr(asked, "open_pkcs11_session", lambda *_args, **_told: pytest.fail("asked the token again"))
    with pytest.raises(UnusableKey):
        wrong.certificates()


@pytest.mark.parametrize(
    "said", ["pkcs11:", "pkcs11:token=anke", "pkcs11:token=anke;object=issuer", "pkcs11:object=x?module-path=/x"]
)
def test_an_address_that_says_too_little_is_named(tmp_path, said):
    settings = read_settings({"ANKE_ENV": "demo", "ANKE_DATA_DIR": str(tmp_path), "ANKE_SIGNING_KEY": said})

    with pytest.raises(UnusableKey) as raised:
        Token.at(str(settings.signing_key), "")
    assert "ANKE_SIGNING_KEY" in str(raised.value)
