import io
import zipfile
from pathlib import Path

import pytest

from lms.lectures import rules
from tests.lectures.files import docx, film, photo, zip_of

DATA = Path(__file__).parents[1] / "data"
MB = 1024 * 1024


class Long(io.BytesIO):
    """A file that says it is longer than what is in it: only its length is asked for."""

    length = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.length if whence == 2 and offset == 0 else super().seek(offset, whence)


def judged(name: str, content: bytes) -> rules.Judged:
    return rules.judge_material(name, io.BytesIO(content))


@pytest.mark.parametrize(("name", "content", "answer"), [
    ("粉尘防爆.pdf", (DATA / "lecture.pptx").read_bytes(), ("粉尘防爆.pdf.pptx", rules.PPTX, 12)),
    ("a.pdf", (DATA / "lecture.pdf").read_bytes(), ("a.pdf", rules.PDF, None)),
    ("规程.doc", docx(), ("规程.doc.docx", rules.DOCX, None)),
    ("现场.jpeg", photo(size=(80, 60)), ("现场.jpeg", "image/jpeg", 1)),
    ("现场.jpg", photo(size=(80, 60), kind="PNG"), ("现场.jpg.png", "image/png", 1)),
    ("现场", photo(size=(80, 60), kind="WEBP"), ("现场.webp", "image/webp", 1)),
    ("事故警示片.MP4", film(), ("事故警示片.MP4", "video/mp4", None)),
])  # fmt: skip
def test_a_file_is_judged_by_its_bytes_and_named_accordingly(name, content, answer):
    assert judged(name, content) == rules.Judged(*answer)


@pytest.mark.parametrize("content", [
    b"", b"hello", b"MZ\x90\x00", b"PK\x03\x04 broken", zip_of({"xl/workbook.xml": ""}), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"<html>%PDF-1.7", b"GIF89a", b"RIFF\x00\x00\x00\x00AVI ",
])  # fmt: skip
def test_what_is_no_material_is_refused_in_plain_words(content):
    with pytest.raises(rules.NotAMaterial) as refused:
        judged("课件.pptx", content)

    assert "没有上传" in str(refused.value)


@pytest.mark.parametrize(("content", "kind", "way"), [
    (b"\0\0\0\x18ftypheic" + bytes(20), rules.NotReadableHere, "另存为 JPG"),
    (b"\0\0\0\x14ftypqt  " + bytes(20), rules.NotReadableHere, "导出为 MP4"),
    (docx(**{"word/vbaProject.bin": b"x"}), rules.WithMacros, "不带宏"),
    (docx(**{"word/media/image1.bmp": bytes(20 * MB)}), rules.Packed, "另存一份"),
])  # fmt: skip
def test_what_could_be_mended_is_refused_with_the_way_forward(content, kind, way):
    with pytest.raises(kind) as refused:
        judged("课件.docx", content)

    assert way in str(refused.value)


def test_a_zip_of_many_parts_is_refused_by_its_directory_alone():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for number in range(rules.MAX_PARTS):
            package.writestr(f"word/{number}", "")
        package.writestr("word/document.xml", "")

    with pytest.raises(rules.Packed):
        judged("a.docx", packed.getvalue())


@pytest.mark.parametrize(("content", "most"), [
    (b"%PDF-1.7", 200), (docx(), 100), (photo(size=(8, 8)), 30), (film(), 1024),
])  # fmt: skip
def test_each_kind_has_its_own_limit_and_the_refusal_names_it(content, most):
    file = Long(content)
    file.length = most * MB
    if not content.startswith(b"PK"):
        rules.judge_material("a", file)
    file.length += 1

    with pytest.raises(rules.MaterialTooBig) as refused:
        rules.check_size("a", rules.judge_material("a", io.BytesIO(content)).media_type, file.length)

    assert f"最多 {most} MB" in str(refused.value)


@pytest.mark.parametrize(("given", "kept"), [
    ("C:\\讲课\\课件.pptx", "课件.pptx"), ("../../etc/passwd", "passwd"), ("a\r\nb.pdf", "ab.pdf"), ("", "file"),
    ("x" * 300 + ".pdf", "x" * 110 + ".pdf"),
])  # fmt: skip
def test_a_name_is_only_a_name(given, kept):
    assert rules.tidy_name(given) == kept
