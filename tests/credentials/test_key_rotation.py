"""The installation takes a new key: what the old one signed stays good, and both are published."""

from dataclasses import replace

import jwt
import pytest
from click.testing import CliRunner
from playwright.sync_api import BrowserContext, expect

from lms.archives import verifier
from lms.archives.package import lecture_package
from lms.core.settings import SettingsFault, read_settings
from lms.core.storage import storage
from lms.core.uow import unit_of_work
from lms.credentials import commands
from lms.lectures.models import Lecture
from lms.ledger import service as ledger
from lms.ledger.keys import known_keys, own_key
from tests.credentials.scenes import SYSTEM, certificates, held, held_for_one

FULL = (0, 60)


@pytest.fixture
def rotate(app, monkeypatch):
    def to(generation: int) -> None:
        settings = replace(app.extensions["settings"], key_generation=generation)
        monkeypatch.setitem(app.extensions, "settings", settings)
        monkeypatch.setitem(app.extensions, "sealer", None)

    return to


def signed_by_the_first(world):
    """A certificate by the first key, and a receipt; the lecture's id."""
    lecture_id = held_for_one(world)
    with unit_of_work(SYSTEM, "system") as uow:
        assert ledger.anchor(uow, world.here.enterprise_id)
    return lecture_id


@pytest.fixture
def both(world, rotate, kept):
    """A certificate by the first key and one by the second, which is the one that signs now; and a receipt by the first."""
    old_lecture = kept(signed_by_the_first, world)
    first = own_key()
    rotate(2)
    assert known_keys() == (own_key(), first)
    (old,), (new,) = certificates(old_lecture), certificates(held(world.here, {3: FULL}))
    return old, new


def test_certificates_of_both_keys_hold_as_code_file_and_credential(app, both, tmp_path, client_as, world):
    keys = jwt.PyJWKSet.from_dict(app.test_client().get("/.well-known/jwks.json").json)
    assert len({key.key_id for key in keys.keys}) == 2

    for certificate in both:
        path = tmp_path / f"{certificate.serial}.pdf"
        path.write_bytes(storage().get(certificate.pdf_sha256))
        for shown in (str(path), certificate.data["verify_url"]):
            told = CliRunner().invoke(commands.verify, [shown])
            assert told.exit_code == 0, told.output
        page = app.test_client().post("/verify/signed", data={"text": certificate.data["verify_url"]}).text
        assert 'data-when="false" hidden' in page and 'data-when="true" hidden' not in page
        token = client_as(world.here.trainer).get(f"/certificates/{certificate.id}.json").json["id"].partition(",")[2]
        jwt.decode(token, keys[jwt.get_unverified_header(token)["kid"]], algorithms=["EdDSA"])


def test_chain_and_archive_hold_with_receipts_of_the_key_before(both, world, tmp_path):
    old, _new = both
    with unit_of_work(SYSTEM, "system") as uow:
        assert ledger.verify(uow, world.here.enterprise_id).whole
        with lecture_package(uow, uow.session.get_one(Lecture, old.lecture_id)) as package:
            (tmp_path / "lecture.zip").write_bytes(package.read())

    assert verifier.check(str(tmp_path / "lecture.zip")) == []


def test_a_phone_checks_codes_of_both_keys_with_no_network(host, both, phone: BrowserContext):
    page = phone.new_page()
    page.goto(f"{host}/verify/signed")
    for certificate in both:
        page.get_by_label("二维码的内容").fill(certificate.data["verify_url"])
        page.get_by_role("button", name="核对").click()
        expect(page.get_by_text("二维码的签名相符。")).to_be_visible()
        expect(page.get_by_text(certificate.serial, exact=True)).to_be_visible()


@pytest.mark.parametrize("given", ["0", "-1", "two", "101"])
def test_a_generation_that_is_none_is_refused_at_the_start(tmp_path, given):
    with pytest.raises(SettingsFault, match="ANKE_KEY_GENERATION"):
        read_settings({"ANKE_ENV": "demo", "ANKE_DATA_DIR": str(tmp_path), "ANKE_KEY_GENERATION": given})
