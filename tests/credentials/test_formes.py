"""Certificates of a batch are cast from one that the printer laid out: nobody may be able to tell which."""

import re
import subprocess
from io import BytesIO

import pytest
from PIL import ImageChops
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from lms.credentials.documents import certificate_pdf, certificate_pdfs
from tests.credentials.test_documents import changed, seen

NAMES = ["刘洋", "欧阳建国", "买买提·艾力", "𠮷二", "AVATAR To", "王"]
BATCH = [
    changed(
        holder_name=name,
        serial=f"AK-430602-2026-{7919 * at:06}",
        score=(90, 85, 100)[at % 3],
        presence=("全程到课", "到课 45 分钟")[at % 2],
        masked_id=("4306**********021X", None, "1111**********1111")[at % 3],
    )
    for at, name in enumerate(NAMES)
]


@pytest.fixture(scope="module")
def cast():
    return list(certificate_pdfs(BATCH))


@pytest.fixture(scope="module")
def alone():
    return [certificate_pdf(data) for data in BATCH]


def picture(pdf: bytes):
    with PdfDocument(pdf) as document:
        return document[0].render(scale=2).to_pil().convert("L")


def words_of(pdf: bytes):
    told = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout
    boxes = told.decode(errors="replace")  # of the title, which it writes in no good UTF-8 for a rare character
    return [(word, float(x), float(y)) for x, y, word in re.findall(r'<word xMin="(.*?)" yMin="(.*?)" .*?>(.*?)</word>', boxes)]


def read_out(pdf: bytes) -> set[str]:
    """Every character that a font of the file says how to read."""
    fonts = PdfReader(BytesIO(pdf)).pages[0]["/Resources"]["/Font"]
    tables = [fonts[name]["/ToUnicode"].get_data().decode() for name in fonts]
    found = [code for table in tables for code in re.findall(r"<[0-9a-f]{4}> <([0-9a-f]+)>", table)]
    return set("".join(bytes.fromhex(code).decode("utf-16-be") for code in found))


def test_a_page_that_was_cast_says_and_looks_what_the_printer_would_have_made_of_it(cast, alone):
    for one, other in zip(cast, alone, strict=True):
        assert one != other, "it was cast"
        ours, theirs = words_of(one), words_of(other)
        assert [word for word, _x, _y in ours] == [word for word, _x, _y in theirs]
        for (word, x, y), (_same, left, top) in zip(ours, theirs, strict=True):
            assert abs(x - left) < 1 and abs(y - top) < 0.1, f"{word} is {x - left:.2f} pt beside its place"
        different = ImageChops.difference(picture(one), picture(other)).histogram()
        assert sum(different[200:]) == 0 and sum(different[60:]) < 1500, "of two million points"


def test_a_file_that_was_cast_is_whole_and_tells_a_screen_reader_the_same(cast, alone, tmp_path):
    for one, other in zip(cast, alone, strict=True):
        (tmp_path / "cast.pdf").write_bytes(one)
        checked = subprocess.run(["qpdf", "--check", tmp_path / "cast.pdf"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked
        assert structure(one) == structure(other) != ""


def structure(pdf: bytes) -> str:
    return subprocess.run(["pdfinfo", "-struct-text", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def test_nobody_carries_the_name_of_another(cast):
    for data, pdf in zip(BATCH, cast, strict=True):
        own = "".join(str(fact) for fact in data.as_json().values())
        others = {char for name in NAMES for char in name if ord(char) > 127 and char.isalpha()} - set(own)
        assert others and not others & read_out(pdf)


def test_a_name_whose_letters_do_not_simply_follow_one_another_is_set_by_the_printer(tmp_path):
    names = ["e\u0301lan", "刘洋", "王二"]
    batch = [changed(holder_name=name) for name in names]

    first, second, third = certificate_pdfs(batch)

    assert first.startswith(b"%PDF") and second != certificate_pdf(batch[1]), "the others are cast all the same"
    assert "刘洋" in seen(second, tmp_path, "pdftotext", "-") and "王二" in seen(third, tmp_path, "pdftotext", "-")
