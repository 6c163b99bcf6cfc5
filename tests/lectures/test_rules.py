import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lms.lectures import rules

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DATA = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize(("state", "wanted"), [
    ("draft", "notified"), ("draft", "cancelled"), ("notified", "open"), ("notified", "cancelled"),
    ("open", "closed"), ("open", "cancelled"),
])  # fmt: skip
def test_what_may_happen(state, wanted):
    rules.check_step(state, wanted)


@pytest.mark.parametrize(("state", "wanted"), [
    ("draft", "open"), ("draft", "closed"), ("notified", "closed"), ("notified", "notified"), ("open", "notified"),
    ("closed", "closed"), ("closed", "cancelled"), ("closed", "open"), ("cancelled", "open"), ("cancelled", "notified"),
])  # fmt: skip
def test_what_may_not_happen(state, wanted):
    with pytest.raises(rules.WrongState):
        rules.check_step(state, wanted)


@pytest.mark.parametrize("minutes", [(-60, -90), (-60, -60), (-30, 1), (-13 * 60, 0)])
def test_times_that_cannot_be(minutes):
    start, end = (NOW + timedelta(minutes=each) for each in minutes)

    with pytest.raises(rules.NotAsHeld):
        rules.check_held(start, end, NOW)


def test_a_file_is_judged_by_its_bytes_and_named_accordingly():
    slides = (DATA / "lecture.pptx").read_bytes()

    assert rules.judge_material("粉尘防爆.pdf", slides) == rules.Judged("粉尘防爆.pdf.pptx", rules.PPTX, 12)
    assert rules.judge_material("a.pdf", (DATA / "lecture.pdf").read_bytes()) == rules.Judged("a.pdf", rules.PDF, None)


def zip_of(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name in names:
            package.writestr(name, "")
    return packed.getvalue()


@pytest.mark.parametrize("content", [
    b"", b"hello", b"MZ\x90\x00", b"PK\x03\x04 broken", zip_of("xl/workbook.xml"), zip_of("word/document.xml"),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html>%PDF-1.7",
])  # fmt: skip
def test_what_is_neither_slides_nor_pdf_is_refused_in_plain_words(content):
    with pytest.raises(rules.NotAMaterial):
        rules.judge_material("课件.pptx", content)


def test_a_file_over_fifty_megabytes_is_refused():
    with pytest.raises(rules.MaterialTooBig):
        rules.judge_material("a.pdf", b"%PDF-" + bytes(50 * 1024 * 1024))


@pytest.mark.parametrize(("given", "kept"), [
    ("C:\\讲课\\课件.pptx", "课件.pptx"), ("../../etc/passwd", "passwd"), ("a\r\nb.pdf", "ab.pdf"), ("", "file"),
    ("x" * 300 + ".pdf", "x" * 110 + ".pdf"),
])  # fmt: skip
def test_a_name_is_only_a_name(given, kept):
    assert rules.tidy_name(given) == kept
