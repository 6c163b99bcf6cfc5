"""Whose signature beside a receipt counts: that of the bureau's certificates, not of any that lies beside it."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from sqlalchemy import delete, select, update

from lms.core import clock
from lms.core.crypto import keyring
from lms.core.db import db
from lms.core.documents.sealing import Identity, built_in
from lms.core.uow import unit_of_work
from lms.ledger import countersigning
from lms.ledger.models import ChainCountersignature, ChainReceipt
from lms.ledger.receipts import Receipt
from lms.ledger.service import append, verify
from lms.registry.anchoring import anchor_chains, countersign_receipts
from lms.registry.chains import verify as command
from tests.credentials.scenes import SYSTEM
from tests.forging import lifting

NOON = clock.now().replace(hour=4)  # by the clock in UTC


@pytest.fixture
def on_day(app, world, monkeypatch):
    """Go to a day; with a receipt, countersigned, when something happened on it."""

    def go(number: int, *, happened: bool = True) -> None:
        now = NOON + timedelta(days=number)
        monkeypatch.setattr(clock, "now", lambda: now)
        if happened:
            with unit_of_work(SYSTEM, "home") as uow:
                append(uow, world.here.enterprise_id, "test.happened", uuid4(), {"day": number})
            anchor_chains()
            countersign_receipts()

    return go


@pytest.fixture
def sign_with(app, monkeypatch, tmp_path):
    """Sign by a key of the bureau's own from now on."""

    def own(who: Identity) -> None:
        file = tmp_path / "bureau.p12"
        assert isinstance(who.key, ec.EllipticCurvePrivateKey)
        file.write_bytes(pkcs12.serialize_key_and_certificates(b"bureau", who.key, who.certificate, None, NoEncryption()))
        monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], signing_key=file))

    return own


def bureau(name="岳阳楼区应急管理局") -> Identity:
    key, told = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = NOON - timedelta(days=1)
    made = x509.CertificateBuilder(told, told, key.public_key(), 7, begins, begins + timedelta(days=400))
    return Identity(key, made.sign(key, hashes.SHA256()), ())


def found(firm, known=None):
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        return [one.what for one in verify(uow, firm, known=known).contradicted]


def countersigned_anew(who: Identity) -> None:
    """Somebody with the database's password puts a signature of their own in the place of the last one."""
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        row = uow.session.scalars(select(ChainReceipt).order_by(ChainReceipt.anchored_on.desc())).first()
        signature = countersigning.sign(who, Receipt(row.statement, row.signature, row.key))
    change(
        update(ChainCountersignature)
        .where(ChainCountersignature.receipt_id == row.id)
        .values(signature=signature, certificate=who.certificate.public_bytes(Encoding.PEM).decode())
    )


def change(statement) -> None:
    with db.engine.begin() as connection:
        for lifted in lifting(db.engine.dialect.name, "chain_countersignature"):
            connection.exec_driver_sql(lifted)
        connection.execute(statement)


def test_a_certificate_of_somebody_else_beside_a_receipt_is_told_and_so_is_the_built_in_one_behind_the_bureaus(
    app, world, on_day, sign_with, tmp_path
):
    firm, own = world.here.enterprise_id, bureau()
    on_day(0)
    sign_with(own)
    on_day(1)
    on_day(2)
    assert found(firm) == [], "the built-in key signed before the bureau had its own"
    for other in (bureau(), built_in(keyring())):
        countersigned_anew(other)
        assert found(firm) == ["uncountersigned"]
    countersigned_anew(own)
    assert found(firm) == []

    sign_with(bureau("岳阳市应急管理局"))
    earlier = tmp_path / "earlier.pem"
    earlier.write_bytes(own.certificate.public_bytes(Encoding.PEM))
    refused = app.test_cli_runner().invoke(command, [])
    assert refused.exit_code == 1 and "不是认得的证书签的" in refused.output
    told = app.test_cli_runner().invoke(command, ["--signed-by", str(earlier)])
    assert told.exit_code == 0 and own.certificate.fingerprint(hashes.SHA256()).hex() in told.output


def test_a_countersignature_that_is_gone_is_told_once_it_cannot_come_any_more(world, on_day):
    firm = world.here.enterprise_id
    on_day(0)
    on_day(1)
    with unit_of_work(SYSTEM, "home", write=False) as uow:
        last = uow.session.scalars(select(ChainReceipt.id).order_by(ChainReceipt.anchored_on.desc())).first()
    change(delete(ChainCountersignature).where(ChainCountersignature.receipt_id == last))
    on_day(8, happened=False)
    assert found(firm) == []
    on_day(9, happened=False)
    assert found(firm) == ["uncountersigned"]
