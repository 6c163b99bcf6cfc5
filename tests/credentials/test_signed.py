"""What the QR code of a certificate says by itself: true with no network, and no byte of it can be another."""

import base64
import subprocess
import sys

import pytest
from click.testing import CliRunner
from playwright.sync_api import BrowserContext, expect

from lms.archives import verifier
from lms.credentials import commands, statements
from lms.ledger.keys import own_key
from tests.browser import axe, keep_picture, overflow


@pytest.fixture
def printed(certificate) -> str:
    """The text of its QR code."""
    return certificate.data["verify_url"]


def with_another(text: str, at: int) -> str:
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def test_the_code_says_number_masked_name_hours_score_and_days(certificate, printed):
    data = certificate.data

    said = statements.read(printed, own_key())

    assert said == (data["serial"], "刘*", data["hours"], "", data["issued_on"], data["valid_until"])
    assert f"/verify/{certificate.public_code}#" in printed
    assert len(printed) < 260, "short enough to be read at 30 mm and 150 dpi"


def test_any_changed_character_of_the_code_is_found_by_the_product_and_by_the_stand_alone_script(printed):
    key = own_key()
    assert tuple(verifier.certificate(printed, key)) == statements.read(printed, key)
    begins = printed.index("/verify/")

    for at in range(begins, len(printed)):
        assert statements.read(with_another(printed, at), key) is None, at
    for at in (begins + 8, begins + 30, len(printed) - 100, len(printed) - 2, len(printed) - 1):
        assert verifier.certificate(with_another(printed, at), key) is None, at
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".replace(printed[-1], "")
    assert [one for one in last if statements.read(printed[:-1] + one, key)] == []
    assert [one for one in last if verifier.certificate(printed[:-1] + one, key)] == []
    assert statements.read(printed, "00" * 32) is None and verifier.certificate(printed, "00" * 32) is None
    assert statements.read(printed + "A", key) is None and statements.read("https://anke.test/", key) is None


def test_the_script_of_an_archive_and_the_command_check_a_code_with_the_published_key(app, printed):
    (published,) = app.test_client().get("/.well-known/jwks.json").json["keys"]
    key = base64.urlsafe_b64decode(published["x"] + "=").hex()
    script = [sys.executable, "-I", verifier.__file__]

    good = subprocess.run([*script, printed, key], capture_output=True, text=True, check=False)
    bad = subprocess.run([*script, with_another(printed, -5), key], capture_output=True, text=True, check=False)

    assert (good.returncode, bad.returncode) == (0, 1)
    assert "刘*" in good.stdout and "签名不符" in bad.stdout
    assert CliRunner().invoke(commands.verify, [printed]).exit_code == 0
    assert CliRunner().invoke(commands.verify, [printed, "--key", "00" * 32]).exit_code == 1


def test_a_code_is_checked_on_a_page_without_scripts_too(app, printed):
    anybody = app.test_client()

    def shown(text: str) -> str:
        page = anybody.post("/verify/signed", data={"text": text}).text
        good, bad = (f'data-when="{state}" hidden' not in page for state in ("true", "false"))
        return "good" if good and not bad else "bad" if bad and not good else "neither"

    assert shown(printed) == "good"
    assert shown(with_another(printed, len(printed) - 3)) == "bad"
    assert 'data-when="true" hidden' in anybody.get("/verify/signed").text


def test_a_phone_without_a_network_checks_what_it_scans(app, host, printed, certificate, phone: BrowserContext):
    page = phone.new_page()
    address = host + printed[printed.index("/verify/") :]
    page.goto(address)
    expect(page.get_by_text("二维码的签名相符。")).to_be_visible()
    keep_picture(page, "certificate-signed")
    page.evaluate("navigator.serviceWorker.ready")
    phone.set_offline(True)

    again = phone.new_page()
    again.goto(address)
    expect(again.get_by_text("二维码的签名相符。")).to_be_visible()
    expect(again.get_by_text(certificate.serial)).to_be_visible()
    expect(again.get_by_text("没有网络时看不到")).to_be_visible()
    assert (axe(again), overflow(again)) == ([], 0)
    keep_picture(again, "certificate-offline")

    for at in (address.index("/verify/") + 10, address.index("#") + 20, len(address) - 30):
        forged = phone.new_page()
        forged.goto(with_another(address, at))
        expect(forged.get_by_text("二维码的签名不符。")).to_be_visible()
        assert not forged.get_by_text(certificate.serial).is_visible()
    again.get_by_label("二维码的内容").fill(with_another(printed, len(printed) - 4))
    again.get_by_role("button", name="核对").click()
    expect(again.get_by_text("二维码的签名不符。")).to_be_visible()
