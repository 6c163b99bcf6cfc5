"""`anke certificate verify` and `export`: a file and a code are held against their signatures and against the register."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lms.core import clock
from lms.core.crypto import Keyring
from lms.core.documents import sealing
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.credentials import commands, service
from lms.credentials.documents import certificate_pdf
from lms.credentials.frozen import CertificateData
from lms.credentials.listeners import issue_certificates
from lms.credentials.models import Certificate
from lms.ledger.keys import own_key
from lms.registry.models import Person
from tests.credentials.scenes import SYSTEM, certificates


@pytest.fixture
def exported(certificate, tmp_path) -> Path:
    out = tmp_path / "certificate.pdf"
    assert CliRunner().invoke(commands.export, ["--first", "--out", str(out)]).output == f"{certificate.serial}\n"
    return out


def verify(*arguments: object) -> Result:
    return CliRunner().invoke(commands.verify, [str(one) for one in arguments])


def test_what_is_exported_are_the_frozen_bytes_and_they_hold_as_a_file_and_as_a_code(certificate, exported):
    assert exported.read_bytes() == storage().get(certificate.pdf_sha256)

    for shown in (exported, certificate.data["verify_url"]):
        told = verify(shown, "--json")
        assert told.exit_code == 0
        assert json.loads(told.output)["said"]["serial"] == certificate.serial
    again = exported.with_name("again.pdf")
    assert CliRunner().invoke(commands.export, ["--serial", certificate.serial, "--out", str(again)]).exit_code == 0
    assert again.read_bytes() == exported.read_bytes()


def test_a_number_nobody_has_and_a_question_that_is_none_are_told(app, tmp_path):
    out = ["--out", str(tmp_path / "none.pdf")]

    assert CliRunner().invoke(commands.export, ["--serial", "AK-0-2026-000001", *out]).exit_code == 1
    assert CliRunner().invoke(commands.export, ["--first", *out]).exit_code == 1
    assert CliRunner().invoke(commands.export, out).exit_code == 2
    assert verify("nowhere.pdf").exit_code == 2
    assert verify("x" * 5000).exit_code == 1
    assert not (tmp_path / "none.pdf").exists()


def test_a_changed_byte_anywhere_in_the_file_is_found(exported):
    pdf = exported.read_bytes()
    padding = pdf.rindex(b"00000000>")  # of the signature: zeros that it does not cover, which only the register can tell
    places = [*range(7, len(pdf), len(pdf) // 40), padding, len(pdf) - 4]

    held_up = []
    for at in places:
        exported.write_bytes(pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :])
        held_up += [at] if verify(exported).exit_code != 1 else []
    for other in (pdf + b"\n", pdf[:-200], b"", b"%PDF-1.7\n"):
        exported.write_bytes(other)
        held_up += [len(other)] if verify(exported).exit_code != 1 else []

    assert held_up == []


def test_a_forged_file_with_a_good_number_does_not_hold(certificate, tmp_path):
    """By a stranger's key, by our own from a stolen machine, and with a name that its code does not say."""
    data = CertificateData.from_json(certificate.data)
    richer = replace(data, holder_name="王强", fingerprint="")
    stranger = sealing.Sealer(sealing.built_in(Keyring("a-secret-of-another-installation")))
    for name, pdf, told in (
        ("stranger", stranger.sign(certificate_pdf(data)), "签发时冻结的不是这份文件"),
        ("own", sealing.sealer().sign(certificate_pdf(richer)), "与二维码里签过名的声明不符"),
        ("unsigned", certificate_pdf(data), "不是签过名的培训证明，或者文件坏了。\n"),
    ):
        (tmp_path / f"{name}.pdf").write_bytes(pdf)
        answer = verify(tmp_path / f"{name}.pdf")
        assert (answer.exit_code, told in answer.output) == (1, True), (name, answer.output)


def test_another_issuers_file_is_checked_by_what_that_publishes_with_no_register(app, exported, certificate, tmp_path):
    authority = tmp_path / "ca.pem"
    authority.write_bytes(app.test_client().get("/.well-known/anke-ca.pem").data)
    published = ["--key", own_key(), "--authority", str(authority)]
    stranger = sealing.Sealer(sealing.built_in(Keyring("a-secret-of-another-installation")))
    forged = tmp_path / "forged.pdf"
    forged.write_bytes(stranger.sign(certificate_pdf(CertificateData.from_json(certificate.data))))
    with unit_of_work(SYSTEM, "system") as uow:
        service.revoke(uow, uow.session.get_one(Certificate, certificate.id), "查实为他人代签")

    assert verify(exported, *published).exit_code == 0, "only the register knows that it was revoked"
    assert verify(forged, *published).exit_code == 1
    assert verify(exported, "--key", "00" * 32, "--authority", authority).exit_code == 1
    assert verify(exported, "--key", own_key()).exit_code == 2, "a file asks for the authority too"
    assert verify(exported, "--key", own_key(), "--authority", exported).exit_code == 2, "which is a PEM file"
    out = ["--first", "--out", str(tmp_path / "no" / "such.pdf")]
    assert CliRunner().invoke(commands.export, out).exit_code == 2, "a folder that is not there is wrong usage"


def test_a_genuine_certificate_that_is_over_does_not_hold_and_why_is_said(certificate, exported, monkeypatch):
    with unit_of_work(SYSTEM, "system") as uow:
        uow.session.get_one(Person, certificate.person_id).name = "刘海洋"
        service.supersede(uow, uow.session.get_one(Certificate, certificate.id), "姓名更正")
    replaced = verify(exported)
    assert (replaced.exit_code, "真的，但已经换发" in replaced.output) == (1, True)

    issue_certificates()
    (_old, new) = certificates(certificate.lecture_id)
    assert f"新证编号 {new.serial}" in verify(exported).output
    CliRunner().invoke(commands.export, ["--serial", new.serial, "--out", str(exported)])
    assert verify(exported).exit_code == 0
    later = clock.now() + timedelta(days=800)
    monkeypatch.setattr(clock, "now", lambda: later)
    expired = verify(exported)
    assert (expired.exit_code, "真的，但已经过期" in expired.output) == (1, True)
    with unit_of_work(SYSTEM, "system") as uow:
        service.revoke(uow, uow.session.get_one(Certificate, new.id), "查实为他人代签")
    assert "真的，但已经撤销：查实为他人代签" in verify(exported).output
