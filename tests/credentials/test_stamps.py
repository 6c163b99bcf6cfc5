"""Time stamps of a third party, by a small authority of our own that speaks RFC 3161."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper
from sqlalchemy import text

from lms.core import clock
from lms.core.db import db
from lms.core.documents import sealing
from lms.core.documents.reading import read_signed
from lms.core.documents.stamping import NoStamp, read_stamp, stamp
from lms.core.settings import SettingsFault, read_settings
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.credentials import issuing, queries
from lms.lectures.models import Lecture
from lms.ledger import stamps
from lms.ledger.service import verify
from lms.registry.anchoring import anchor_chains, stamp_receipts
from tests.credentials.scenes import SYSTEM, certificates, held
from tests.forging import lifting
from tests.services import served

NAME = "岳阳时间戳服务"


@pytest.fixture(scope="module")
def authority() -> Iterator[str]:
    """Its address."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    made = made.not_valid_before(clock.now() - timedelta(days=1)).not_valid_after(clock.now() + timedelta(days=9))
    made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    certificate = made.sign(key, hashes.SHA256())
    secret = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    clerk = DummyTimeStamper(asn1.Certificate.load(certificate.public_bytes(Encoding.DER)), keys.PrivateKeyInfo.load(secret))

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            body = clerk.request_tsa_response(asked).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    with served(server):
        yield f"http://127.0.0.1:{server.server_port}/"


@pytest.fixture
def stamped(app, authority, monkeypatch):
    """The application with that authority."""
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], stamp_url=authority))
    monkeypatch.setitem(app.extensions, "sealer", None)
    return app


def test_a_stamp_fits_its_message_and_no_other(authority):
    token = stamp(authority, b"one")

    told = read_stamp(token, b"one")

    assert told.fits and told.by == NAME and abs(told.at - clock.now()) < timedelta(minutes=5)
    assert not read_stamp(token, b"other").fits
    with pytest.raises(ValueError):
        read_stamp(token[:40], b"one")


def test_a_certificate_is_stamped_and_waits_where_the_authority_is_away(stamped, world, authority, monkeypatch):
    settings = stamped.extensions["settings"]
    monkeypatch.setitem(stamped.extensions, "settings", replace(settings, stamp_url="http://127.0.0.1:9/"))
    lecture_id = held(world.here, {2: (0, 60)})
    assert not certificates(lecture_id)
    with unit_of_work(SYSTEM, "system") as uow:
        assert "时间戳服务没有应答" in queries.problems(uow, uow.session.get_one(Lecture, lecture_id))[0].problem

    monkeypatch.setitem(stamped.extensions, "settings", settings)
    monkeypatch.setitem(stamped.extensions, "sealer", None)
    assert issuing.issue_due(lecture_id).problems == []

    pdf = storage().get(certificates(lecture_id)[0].pdf_sha256)
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    assert [attr["type"].native for attr in signature.signer_info["unsigned_attrs"]] == ["signature_time_stamp_token"]
    assert read_signed(pdf, sealing.identity().chain).whole


def test_receipts_are_stamped_once_and_a_stamp_that_is_not_theirs_is_found(stamped, world):
    held(world.here, {2: (0, 60)})
    anchor_chains()
    stamp_receipts()
    stamp_receipts()
    with unit_of_work(SYSTEM, "system") as uow:
        (one,) = stamps.of_enterprise(uow, world.here.enterprise_id).values()
        assert one.authority == NAME and verify(uow, world.here.enterprise_id).whole
        other = stamp(stamps.authority(), b"something else")

    with db.engine.begin() as connection:
        for statement in lifting(connection.dialect.name, "chain_stamp"):
            connection.exec_driver_sql(statement)
        connection.execute(text("UPDATE chain_stamp SET token = :token"), {"token": other})

    with unit_of_work(SYSTEM, "system") as uow:
        assert [one.what for one in verify(uow, world.here.enterprise_id).contradicted] == ["unstamped"]


def test_a_wrong_address_is_named_at_start_and_an_authority_that_is_away_when_it_is_asked(tmp_path):
    with pytest.raises(SettingsFault, match="ANKE_STAMP_URL"):
        read_settings({"ANKE_ENV": "demo", "ANKE_DATA_DIR": str(tmp_path), "ANKE_STAMP_URL": "ftp://x"})
    with pytest.raises(NoStamp):
        stamp("http://127.0.0.1:9/", b"one")
