"""A certificate for other programs: checked here by PyJWT, which had no part in making it, with what is published alone."""

import base64
import gzip
import json
from io import BytesIO
from xml.etree import ElementTree

import jwt
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import BrowserContext

from lms.core.uow import unit_of_work
from lms.credentials import badges, service
from lms.credentials.models import Certificate
from tests.browser import axe, keep_picture, overflow
from tests.credentials.scenes import SYSTEM, certificates, held

FULL = (0, 60)


def held_for_two(world):
    return held(world.here, {2: FULL, 3: FULL})


@pytest.fixture
def issued(world, kept) -> list[Certificate]:
    return list(certificates(kept(held_for_two, world)))


@pytest.fixture
def holder(world, client_as):
    return client_as(world.here.employee)


def token_of(client, certificate) -> str:
    told = client.get(f"/certificates/{certificate.id}.json").json
    assert told["type"] == "EnvelopedVerifiableCredential"
    return told["id"].removeprefix("data:application/vc+jwt,")


def checked(app, token: str) -> dict:
    """By another library, with the published key; raises where it does not hold."""
    keys = jwt.PyJWKSet.from_dict(app.test_client().get("/.well-known/jwks.json").json)
    key = keys[jwt.get_unverified_header(token)["kid"]]
    return jwt.decode(token, key, algorithms=["EdDSA"], issuer="http://anke.test", options={"require": ["iss", "nbf"]})


def bit(status: dict, index: int) -> bool:
    """As Bitstring Status List 1.0 §3.2 reads it."""
    text = status["credentialSubject"]["encodedList"]
    assert text[0] == "u"
    bits = gzip.decompress(base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)))
    assert len(bits) * 8 >= 131_072
    return bool(bits[index // 8] >> (7 - index % 8) & 1)


def test_another_library_checks_the_credential_with_the_published_key(app, issued, holder):
    token = token_of(holder, issued[0])
    told = checked(app, token)

    data = issued[0].data
    subject = told["credentialSubject"]
    assert jwt.get_unverified_header(token)["typ"] == "vc+jwt"
    assert told["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert {"VerifiableCredential", "OpenBadgeCredential"} <= set(told["type"])
    assert (told["issuer"]["name"], subject["achievement"]["name"]) == (data["issuer_name"], data["lecture_title"])
    assert subject["identifier"][0]["identityHash"] == "刘洋"
    assert told["validUntil"].startswith(str(issued[0].valid_until.year))
    assert data["masked_id"] not in json.dumps(told), "no part of an ID number leaves the house"
    head, body, seal = token.split(".")
    for other in (f"{head}.{body[:40]}{'A' if body[40] != 'A' else 'B'}{body[41:]}.{seal}", f"{head}.{body}.{seal[:-4]}AAAA"):
        with pytest.raises(jwt.PyJWTError):
            checked(app, other)
    assert token == token_of(holder, issued[0]), "the same one each time"


def test_the_svg_carries_the_credential_where_open_badges_look_for_it(app, issued, holder):
    answer = holder.get(f"/certificates/{issued[0].id}.svg")

    drawn = ElementTree.fromstring(answer.text)
    (inside,) = drawn.findall("{https://purl.imsglobal.org/ob/v3p0}credential")
    assert checked(app, inside.attrib["verify"])["credentialSubject"]["achievement"]["name"] == issued[0].data["lecture_title"]
    picture = base64.b64decode(drawn.find("{http://www.w3.org/2000/svg}image").attrib["href"].partition(",")[2])
    assert Image.open(BytesIO(picture)).size == tuple(map(int, drawn.attrib["viewBox"].split()[2:]))
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_what_is_revoked_or_replaced_is_so_in_the_status_list_and_nothing_else_is(app, issued, client_as, world):
    trainer = client_as(world.here.trainer)
    entries = [checked(app, token_of(trainer, one))["credentialStatus"] for one in issued]
    address = entries[0]["statusListCredential"].removeprefix("http://anke.test")

    def status() -> dict:
        answer = app.test_client().get(address)
        assert answer.mimetype == "application/vc+jwt"
        return checked(app, answer.text)

    assert [bit(status(), int(one["statusListIndex"])) for one in entries] == [False, False]
    with unit_of_work(SYSTEM, "system") as uow:
        service.revoke(uow, uow.session.get_one(Certificate, issued[1].id), "查实为他人代签")
    assert [bit(status(), int(one["statusListIndex"])) for one in entries] == [False, True]
    for nowhere in ("000000-2026", "430602-1999", "x", "%25-2026"):
        assert app.test_client().get(f"/status-lists/{nowhere}").status_code == 404


def test_the_list_has_room_for_every_number():
    text = badges.encoded([0, 7, 131_072], 131_073)

    bits = gzip.decompress(base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)))
    assert (bits[0], bits[131_072 // 8], len(bits)) == (0x81, 0x80, 262_144 // 8)


def test_the_picture_has_the_code_to_be_scanned_and_the_credential_inside(app, issued, holder, client_as, world):
    answer = holder.get(f"/certificates/{issued[0].id}.png")
    picture = Image.open(BytesIO(answer.data))

    assert (answer.mimetype, picture.size[0], len(answer.data) < 400_000) == ("image/png", 1600, True)
    assert zxingcpp.read_barcode(picture.convert("L")).text == issued[0].data["verify_url"]
    assert checked(app, picture.text["openbadgecredential"])["jti"] == f"urn:uuid:{issued[0].id}"
    again = holder.get(f"/certificates/{issued[0].id}.png", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    for path in (".png", ".json", "/picture"):
        assert client_as(world.there.trainer).get(f"/certificates/{issued[0].id}{path}").status_code == 404
        assert holder.get(f"/certificates/{issued[1].id}{path}").status_code == 404


def test_in_wechat_the_certificate_is_a_picture_to_be_kept(host, issued, holder, phone: BrowserContext):
    cookie = holder.get_cookie("anke_session")
    assert cookie is not None
    phone.add_cookies([{"name": "anke_session", "value": cookie.value, "url": host}])
    page = phone.new_page()
    page.goto(f"{host}/me/certificates")
    page.get_by_role("link", name=f"看图 {issued[0].serial}").click()

    kept = page.get_by_role("img", name=issued[0].serial)
    kept.wait_for()
    assert kept.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1600
    assert (axe(page), overflow(page)) == ([], 0)
    keep_picture(page, "certificate-picture")
