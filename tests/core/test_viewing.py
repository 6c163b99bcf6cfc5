"""Files as pictures: what is hostile ends its own process, and nothing is fetched from anywhere."""

import os
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.cli import cli
from lms.core.viewing import CannotShow, NoOffice, pictures, to_pdf
from tests.lectures.files import docx

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
    hangs.write_text(f"#!/bin/sh\n(/bin/sleep 1; echo x > {mark}) &\n/bin/sleep 30\n")
    hangs.chmod(0o755)
    monkeypatch.setenv("PATH", str(bin_folder))

    with pytest.raises(CannotShow) as given_up:
        to_pdf(DATA / "lecture.pptx", tmp_path, seconds=0.5)
    time.sleep(1)

    assert given_up.value.why == "slow" and not mark.exists()


def test_a_document_cannot_make_the_server_ask_another_host(tmp_path):
    asked = []

    class Trap(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, *_):
            pass

    trap = HTTPServer(("127.0.0.1", 0), Trap)
    threading.Thread(target=trap.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{trap.server_port}/picture.png"
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
    trap.shutdown()

    assert asked == []
