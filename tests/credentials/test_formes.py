"""Certificates of a batch are cast from one that the printer laid out: nobody may be able to tell which."""

import re
import subprocess
from contextlib import contextmanager
from io import BytesIO
from json import loads

import pytest
from PIL import ImageChops
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from lms.core.documents.formes import Forme
from lms.core.documents.press import Press
from lms.credentials.documents import certificate_pdf, certificate_pdfs
from tests.credentials.pdf_structure import structure_of
from tests.credentials.test_documents import changed, seen

WITHIN = (33 / 25.4 * 72, 264 / 25.4 * 72)  # the text of a certificate, in points
NAMES = ["刘洋", "买买提·艾力", "𠮷㛃䶮", "AVATAR To", "王", "阿卜杜" * 13 + "拉", "买买提" * 13 + "艾"]
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


@contextmanager
def watched():
    """The names whose pages are cast meanwhile, and those whose pages the printer makes."""
    cast, printed = [], []
    casting, printing = Forme.cast, Press.print_each

    def cast_one(forme, kept, said):
        made = casting(forme, kept, said)
        cast.extend([] if made is None else [loads(kept.facts)["holder_name"]])
        return made

    def print_each(press, html, kept):
        printed.extend(loads(one.facts)["holder_name"] for one in kept)
        return printing(press, html, kept)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Forme, "cast", cast_one)
        patch.setattr(Press, "print_each", print_each)
        yield cast, printed


@pytest.fixture(scope="module")
def cast():
    with watched() as (names, printed):
        made = list(certificate_pdfs(BATCH))
    assert (sorted(names), printed) == (sorted(NAMES), [])
    return made


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


def extent(pdf: bytes, word: str) -> tuple[float, float]:
    """Where a word begins and ends, in points from the left edge."""
    told = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    found = re.search(rf'<word xMin="(.*?)" yMin=".*?" xMax="(.*?)" yMax=".*?">{word}</word>', told)
    assert found is not None
    return float(found[1]), float(found[2])


def read_out(pdf: bytes) -> set[str]:
    """Every character that a font of the file says how to read."""
    fonts = PdfReader(BytesIO(pdf)).pages[0]["/Resources"]["/Font"]
    tables = [fonts[name]["/ToUnicode"].get_data().decode() for name in fonts]
    found = [code for table in tables for code in re.findall(r"<[0-9a-f]{4}> <([0-9a-f]+)>", table)]
    return set("".join(bytes.fromhex(code).decode("utf-16-be") for code in found))


def test_a_page_that_was_cast_says_and_looks_what_the_printer_would_have_made_of_it(cast, alone):
    for one, other in zip(cast, alone, strict=True):
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
        assert structure_of(one) == structure_of(other)
        assert len(structure_of(one)) > 50
    rare = NAMES.index("𠮷㛃䶮")  # the other reader takes seconds for each
    assert told_by_poppler(cast[rare]) == told_by_poppler(alone[rare])


def told_by_poppler(pdf: bytes) -> str:
    told = subprocess.run(["pdfinfo", "-struct-text", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert NAMES[2] in told
    return told


def test_nobody_carries_the_name_of_another(cast):
    for data, pdf in zip(BATCH, cast, strict=True):
        own = "".join(str(fact) for fact in data.as_json().values())
        others = {char for name in NAMES for char in name if ord(char) > 127 and char.isalpha()} - set(own)
        assert others and not others & read_out(pdf)


def test_a_name_whose_letters_join_is_set_by_the_printer_and_the_others_are_cast(tmp_path):
    names = ["e\u0301lan", "W" * 40, "W" * 39 + "M", "刘洋", "王二"]
    batch = [changed(holder_name=name) for name in names]

    with watched() as (cast, printed):
        _joined, wide, _other, second, third = certificate_pdfs(batch)

    assert (sorted(cast), printed) == (sorted(names[1:]), names[:1])
    (left, right) = extent(wide, "W" * 40)
    assert left > WITHIN[0] and right < WITHIN[1], "forty of the widest letters run off the page"
    assert "刘洋" in seen(second, tmp_path, "pdftotext", "-") and "王二" in seen(third, tmp_path, "pdftotext", "-")
