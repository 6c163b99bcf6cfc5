"""Files as pictures: what is hostile ends its own process, and nothing is fetched from anywhere."""

import io
import os
import struct
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner
from PIL import Image

from lms.cli import cli
from lms.core.viewing import CannotShow, NoOffice, pictures, to_pdf, words_of
from lms.core.viewing.wording import words_print
from tests.lectures.files import docx, photo
from tests.services import served

DATA = Path(__file__).parents[1] / "data"


def test_each_page_is_there_as_soon_as_it_is_painted(tmp_path):
    seen = [(picture.number, picture.of, picture.path.exists()) for picture in pictures(DATA / "lecture.pdf", tmp_path)]

    assert seen == [(number, 12, True) for number in range(1, 13)]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%%EOF", b"\xff\xd8\xff\xe0 no photo", os.urandom(2000)])
def test_what_cannot_be_painted_is_said_and_harms_nothing(tmp_path, content):
    source = tmp_path / "source"
    source.write_bytes(content)

    with pytest.raises(CannotShow):
        list(pictures(source, tmp_path))


def test_a_deck_is_known_by_its_words_however_they_are_spaced_cased_or_wide(tmp_path):
    text = "有限空间作业：先通风、再检测、后作业。" * 8
    assert words_print(text + "GBZ 158") == words_print(text.replace("，", " ").replace("：", " : ") + "ｇｂｚ\n１５８")
    assert words_print(text) != words_print(text + "后")
    assert words_print("安全课 2026-11-26") is None
    (tmp_path / "photo.png").write_bytes(photo())

    assert words_of(tmp_path / "photo.png", tmp_path) is None
    assert len(words_of(DATA / "lecture.pdf", tmp_path) or "") == 64


def test_a_picture_of_a_billion_pixels_is_refused_before_it_is_unpacked(tmp_path):
    source = tmp_path / "bomb.png"
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (40_000).to_bytes(4) * 2 + b"\x08\x02\0\0\0"
    source.write_bytes(header + b"\0" * 64)

    with pytest.raises(CannotShow):
        list(pictures(source, tmp_path))


def test_painting_that_takes_too_long_is_given_up(tmp_path):
    with pytest.raises(CannotShow) as given_up:
        list(pictures(DATA / "lecture.pdf", tmp_path, seconds=0))

    assert given_up.value.why == "slow"


def test_a_machine_without_libreoffice_is_told_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("ANKE_ENV", "test")
    monkeypatch.setenv("ANKE_DATA_DIR", str(tmp_path))

    with pytest.raises(NoOffice):
        to_pdf(DATA / "lecture.pptx", tmp_path)

    assert "apt-get install -y libreoffice-impress-nogui" in CliRunner().invoke(cli, ["doctor"]).output


def test_an_office_that_hangs_is_ended_with_all_it_started(tmp_path, monkeypatch):
    bin_folder, mark = tmp_path / "bin", tmp_path / "alive"
    bin_folder.mkdir()
    hangs = bin_folder / "soffice"
    hangs.write_text(f"#!/bin/sh\n(/bin/sleep 2; echo x > {mark}) &\n/bin/sleep 30\n")
    hangs.chmod(0o755)
    monkeypatch.setenv("PATH", str(bin_folder))

    with pytest.raises(CannotShow) as given_up:
        to_pdf(DATA / "lecture.pptx", tmp_path, seconds=0.5)
    time.sleep(2)

    assert given_up.value.why == "slow" and not mark.exists()


@pytest.fixture
def trap() -> Iterator[tuple[str, list[str]]]:
    """A host that nobody may ask, and what it was asked."""
    asked: list[str] = []

    class Trap(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Trap)
    with served(server):
        yield f"http://127.0.0.1:{server.server_port}", asked


def test_a_document_cannot_make_the_server_ask_another_host(tmp_path, trap):
    address = f"{trap[0]}/picture.png"
    relations = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
        'Id="r9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
        f'Target="{address}" TargetMode="External"/></Relationships>'
    )
    body = (
        '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><w:body><w:p><w:r><w:t>before</w:t></w:r><w:r>'
        '<w:drawing><wp:inline><wp:extent cx="990000" cy="990000"/><wp:docPr id="1" name="p"/><a:graphic><a:graphicData '
        'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="p"/>'
        '<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:link="r9"/></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        '<a:ext cx="990000" cy="990000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r></w:p></w:body></w:document>"
    )
    source = tmp_path / "linked.docx"
    source.write_bytes(docx(**{"word/document.xml": body, "word/_rels/document.xml.rels": relations}))

    assert to_pdf(source, tmp_path).stat().st_size > 1000
    assert trap[1] == []


PICTURE = (
    '<p:pic xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><p:nvPicPr>'
    '<p:cNvPr id="{id}" name="x"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr>'
    '<p:blipFill><a:blip r:link="{rel}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>'
    '<p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="9000000" cy="5000000"/></a:xfrm><a:prstGeom prst="rect"/></p:spPr></p:pic>'
)
LINK = (
    '<Relationship Id="{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{at}" '
    'TargetMode="External"/>'
)
PINK = (255, 0, 200)


def hostile_deck(targets: list[tuple[str, str]], more: dict[str, bytes]) -> bytes:
    """The slides of the tests whose first one shows pictures from (kind, address) elsewhere, and further members of the zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(DATA / "lecture.pptx") as deck, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name in deck.namelist():
            content = deck.read(name)
            if name == "ppt/slides/slide1.xml":
                shown = "".join(PICTURE.format(id=900 + at, rel=f"evil{at}") for at in range(len(targets)))
                content = content.replace(b"</p:spTree>", shown.encode() + b"</p:spTree>")
            if name == "ppt/slides/_rels/slide1.xml.rels":
                links = "".join(LINK.format(id=f"evil{at}", kind=kind, at=where) for at, (kind, where) in enumerate(targets))
                content = content.replace(b"</Relationships>", links.encode() + b"</Relationships>")
            made.writestr(name, content)
        for name, content in more.items():
            made.writestr(name, content)
    return packed.getvalue()


def test_slides_fetch_nothing_from_hosts_or_from_this_machine_and_write_nothing_outside(tmp_path, trap):
    inside = tmp_path / "deep" / "down" / "work"
    inside.mkdir(parents=True)
    secret = tmp_path / "secret.png"
    Image.new("RGB", (900, 500), PINK).save(secret)
    source = inside / "hostile.pptx"
    targets = [
        ("image", f"{trap[0]}/a.png"),
        ("image", secret.as_uri()),
        ("image", "../../secret.png"),
        ("video", f"{trap[0]}/v.mp4"),
    ]
    source.write_bytes(hostile_deck(targets, {"../../escaped.txt": b"out", "ppt/media/../../../escaped.txt": b"out"}))
    there = {path for path in tmp_path.rglob("*") if not path.is_relative_to(inside)}

    painted = pypdfium2.PdfDocument(to_pdf(source, inside))[0].render(scale=1).to_pil().convert("RGB")

    assert trap[1] == []
    assert {path for path in tmp_path.rglob("*") if not path.is_relative_to(inside)} == there
    pink = sum(number for number, colour in painted.getcolors(1 << 20) if max(map(abs, map(int.__sub__, colour, PINK))) < 40)
    assert pink == 0, "a file of the server is on the slide"


def test_slides_that_lie_about_how_big_they_are_end_their_own_process_and_nothing_else(tmp_path):
    honest = hostile_deck([], {"ppt/media/big.xml": b" " * 120_000_000})
    real, lie = struct.pack("<I", 120_000_000), struct.pack("<I", 300)
    assert honest.count(real) >= 2
    source = tmp_path / "lying.pptx"
    source.write_bytes(honest.replace(real, lie))

    with suppress(CannotShow):
        to_pdf(source, tmp_path)

    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) < 20_000_000
