"""The press: fonts cut for a batch, the same bytes again, nothing fetched, nothing drawn with somebody else's font."""

import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from lms.core.documents import FontsMissing, MissingCharacters, fill, fonts, press_for, render_pdf
from lms.core.documents.drawing import guilloche, qr

CSS = 'body{font-family:"Anke Sans"} h1{font-family:"Anke Serif","Anke Sans"}'
HEAD = '<html lang="zh-CN"><head><title>题目</title><meta name="author" content="某局"></head>'
PAGE = HEAD + "<body><h1>安全</h1><p>{}</p></body></html>"
RARE = "𠮷 㛃 䶮 買 买买提·艾力 𬭎 𡃁"


def text_of(pdf: bytes, tmp_path: Path) -> str:
    (tmp_path / "a.pdf").write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True).stdout


def fonts_of(pdf: bytes, tmp_path: Path) -> list[list[str]]:
    """The lines of pdffonts, in columns."""
    (tmp_path / "a.pdf").write_bytes(pdf)
    out = subprocess.run(["pdffonts", tmp_path / "a.pdf"], capture_output=True, text=True, check=True).stdout
    return [line.split() for line in out.splitlines()[2:]]


def test_rare_characters_are_printed_and_can_be_copied_out_again(tmp_path):
    pdf = render_pdf(PAGE.format(RARE), CSS)

    assert RARE in text_of(pdf, tmp_path)


def test_every_font_is_ours_embedded_and_cut(tmp_path):
    pdf = render_pdf(PAGE.format(RARE), CSS)

    lines = fonts_of(pdf, tmp_path)
    assert {line[0].split("+")[1] for line in lines} == {"Anke-Sans", "Anke-Serif-Bold"}
    assert all(line[-5:-2] == ["yes", "yes", "yes"] for line in lines)  # embedded, subset, with its characters
    assert len(pdf) < 15_000


def test_title_author_and_structure_are_in_the_file(tmp_path):
    (tmp_path / "a.pdf").write_bytes(render_pdf(PAGE.format("x"), CSS))

    info = subprocess.run(["pdfinfo", tmp_path / "a.pdf"], capture_output=True, text=True, check=True).stdout
    assert "题目" in info
    assert "某局" in info
    assert "Tagged:          yes" in info
    assert "Date" not in info


def test_the_same_page_gives_the_same_bytes_in_another_process():
    code = (
        "import sys, hashlib; from lms.core.documents import render_pdf;"
        "print(hashlib.sha256(render_pdf(sys.argv[1], sys.argv[2])).hexdigest())"
    )

    def run(seed: str, zone: str) -> str:
        environment = {"PYTHONHASHSEED": seed, "TZ": zone, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        order = [sys.executable, "-c", code, PAGE.format(RARE), CSS]
        root = Path(__file__).parents[2]
        return subprocess.run(order, capture_output=True, text=True, check=True, env=environment, cwd=root).stdout

    assert run("1", "UTC") == run("2", "Asia/Shanghai")


def test_one_press_prints_the_same_page_the_same_way_twice():
    pages = [PAGE.format(name) for name in ("赵一", "钱二", "赵一")]

    with press_for(pages, CSS) as press:
        first, other, again = map(press.print, pages)

    assert first == again != other


@pytest.mark.parametrize(
    ("char", "said"),
    [
        pytest.param("\U0001f600", "（U+1F600，表情符号）", id="emoji"),
        pytest.param("\ue000", "□（U+E000，自造字）", id="a character somebody drew for one computer"),
        pytest.param("ئ", "（U+0626，阿拉伯字母）", id="another script"),
        pytest.param("\U000323b0", "（U+323B0，统一汉字扩展 J 区）", id="newer than the font"),
    ],
)
def test_a_character_no_font_has_is_refused_by_name(char, said):
    with pytest.raises(MissingCharacters) as raised:
        render_pdf(PAGE.format(f"刘{char}洋"), CSS)

    assert said in str(raised.value)
    assert "刘" not in str(raised.value)


def test_a_character_hidden_in_an_entity_is_refused_too():
    with pytest.raises(MissingCharacters):
        render_pdf(PAGE.format("&#x1F600;"), CSS)


def test_a_character_only_the_serif_lacks_is_drawn_by_the_sans(tmp_path):
    lacking = "𠀤"
    assert ord(lacking) not in fonts.source_of(fonts.SERIF_BOLD).unicodes

    pdf = render_pdf(f"<html><body><h1>{lacking}</h1></body></html>", CSS)

    assert [line[0].split("+")[1] for line in fonts_of(pdf, tmp_path)] == ["Anke-Sans-Bold"]


def test_a_press_refuses_a_page_it_was_not_made_for():
    with press_for(["甲"], CSS) as press, pytest.raises(ValueError, match="乙"):
        press.print("<p>乙</p>")


@pytest.mark.parametrize("address", ["https://example.org/a.png", "file:///etc/hostname", "anke:other.svg"])
def test_a_page_fetches_nothing_it_was_not_given(address):
    with pytest.raises(ValueError, match="only what they are given"):
        render_pdf(PAGE.format(f'<img src="{address}">'), CSS)


def test_an_image_that_was_handed_over_is_printed():
    square = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>'
    page = PAGE.format('<img src="anke:square.svg" alt="x" width="10">')

    assert render_pdf(page, CSS, {"square.svg": square}).startswith(b"%PDF")


def test_a_style_sheet_that_asks_for_a_font_of_the_system_is_a_fault():
    with pytest.raises(RuntimeError, match="not ours"):
        render_pdf(PAGE.format("x"), 'body{font-family:"Noto Sans CJK SC"}')


def test_without_the_fonts_nothing_is_printed(monkeypatch):
    monkeypatch.setattr(fonts, "FOLDERS", ())
    monkeypatch.setattr(fonts.shutil, "which", lambda name: None)
    fonts.source_of.cache_clear()

    with pytest.raises(FontsMissing, match="fonts-noto-cjk"):
        render_pdf(PAGE.format("x"), CSS)

    fonts.source_of.cache_clear()


def test_a_cut_font_holds_what_was_asked_and_is_small():
    cut = fonts.cut(fonts.SANS, "安全𠮷")

    assert cut.startswith(b"OTTO")
    assert len(cut) < 40_000


def test_a_template_with_a_value_missing_is_an_error_not_an_empty_place():
    with pytest.raises(UndefinedError):
        fill("summary.html", cut_off="")


def test_a_guilloche_closes_and_stays_in_its_band():
    lines = guilloche(200, 100, 7, 2.5, 14, 8)

    assert len(set(lines)) == 8
    numbers = [float(n) for line in lines for n in line.replace("M", " ").replace("C", " ").replace("Z", " ").split()]
    assert min(numbers) > -3.5
    assert max(numbers) < 203.5
    for line in lines:
        assert line.removesuffix("Z").split()[-2:] == line[1:].split("C")[0].split()


def test_a_qr_code_is_svg_without_script_or_style():
    code = qr("https://anke.test/verify/abc", border=0)

    assert code.startswith("<svg ")
    assert "style" not in code
    assert "script" not in code
