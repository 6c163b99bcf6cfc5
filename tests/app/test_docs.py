"""What the documents name is there: files, folders, pictures, other documents, words of the Makefile."""

from __future__ import annotations

import ast
import re
from itertools import zip_longest
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.installations import ROOT
from tests.pictures import IMAGES

DOCUMENTS = sorted(
    str(path.relative_to(ROOT))
    for place in (".", "docs", "docs/adr", "examples/anke-plugin-sample")
    for path in (ROOT / place).glob("*.md")
)
FROM = (ROOT, ROOT / "lms", ROOT / "lms" / "static")  # where the path of a file may begin
NAMED = re.compile(r"`([\w.-]+(?:/[\w.-]+)*/?)`")
LINKED = re.compile(r"(?:\]\(|<img src=\")([^)#\s\"]+)")
FILE = re.compile(r"\.(?:py|md|html|js|css|csv|toml|yml)$")
ELSEWHERE = {"config/security.yml"}  # of Canvas


GUIDES = ("trainer", "employee", "head", "officer", "leader")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def english_of_pages() -> dict[str, str]:
    """What each Chinese text of a page is in English."""
    with (ROOT / "lms/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id}


def unwrapped(document: str) -> str:
    """Its text without what is to be typed or copied."""
    return re.sub(r"```.*?```", "", (ROOT / document).read_text(encoding="utf-8"), flags=re.DOTALL)


def missing(document: str) -> list[str]:
    """The links and paths of a document that lead nowhere. A bare name after a path in the same line is its neighbour."""
    text, folder = unwrapped(document), (ROOT / document).parent
    gone = [link for link in LINKED.findall(text) if "://" not in link and not (folder / link).exists()]
    for line in text.splitlines():
        beside: Path | None = None
        for name in NAMED.findall(line):
            alone = "/" not in name
            if name in ELSEWHERE or not (FILE.search(name) or name.endswith("/")) or (alone and beside is None):
                continue
            places = (beside,) if alone and beside else FROM
            found = next((place / name for place in places if (place / name).exists()), None)
            if found is None:
                gone.append(name)
            else:
                beside = found if found.is_dir() else found.parent
    return gone


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_names_only_what_is_there(document: str) -> None:
    assert missing(document) == []


def test_every_picture_is_shown_somewhere_and_taken_by_a_test() -> None:
    shown = {
        path.stem
        for document in DOCUMENTS
        for link in LINKED.findall(unwrapped(document))
        if (path := Path(link)).suffix == ".png"
    }
    calls = [
        call
        for file in (ROOT / "tests").rglob("*.py")
        if "from tests.pictures import keep" in (text := file.read_text(encoding="utf-8"))
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("keep", "keep_sheet")
    ]
    taken = [word.value for call in calls for word in call.args[1:] if isinstance(word, ast.Constant)]

    assert len(taken) == len(set(taken)) == len(calls)
    assert set(taken) == shown == {path.stem for path in IMAGES.iterdir()}


def test_every_make_word_that_is_told_is_one() -> None:
    words = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    told = {
        word
        for document in DOCUMENTS
        for word in re.findall(r"\bmake ([a-z]+)\b", "".join(re.findall(r"`[^`]*`", unwrapped(document))))
    }

    assert told <= words, told - words
    assert {"run", "test"} <= told


@pytest.mark.parametrize("who", GUIDES)
def test_a_page_for_somebody_is_there_in_both_languages_with_the_same_pictures(who: str) -> None:
    english, chinese = (re.findall(r"images/([\w-]+\.png)", unwrapped(f"docs/{who}{ending}.md")) for ending in ("", ".zh"))

    assert english == chinese
    assert english


def test_both_languages_of_the_first_page_name_the_same_settings_and_commands() -> None:
    told = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md")]
    settings = [set(re.findall(r"^\| `(ANKE_\w+)`", text, re.MULTILINE)) for text in told]
    commands = [re.findall(r"^anke ([a-z]+(?: [a-z][a-z-]+)?)", text, re.MULTILINE) for text in told]
    assert settings[0] == settings[1] and "ANKE_SIGNING_KEY" in settings[0]
    assert commands[0] == commands[1] and commands[0]


def test_a_word_of_a_page_that_a_guide_gives_in_both_languages_is_the_word_of_the_page() -> None:
    said = english_of_pages()
    pairs = [
        (english, chinese, document)
        for document in DOCUMENTS
        for words, beside in re.findall(r"“([^”]+)” \(([^()]+)\)", " ".join(unwrapped(document).split()))
        for pair in zip_longest(words.split(" → "), beside.split(" → "), fillvalue="")  # a way of two pages, page by page
        for english, chinese in ((pair,) if CHINESE.search(beside) else (pair[::-1],))
        if CHINESE.search(words + beside) and not CHINESE.search(english)
    ]

    assert [pair for pair in pairs if pair[0].casefold() != said.get(pair[1], "").casefold()] == []
    assert len(pairs) > 40


@pytest.mark.parametrize("who", GUIDES)
def test_an_english_guide_gives_no_chinese_word_of_a_page_without_the_english_one(who: str) -> None:
    text = " ".join(unwrapped(f"docs/{who}.md").split())
    alone = re.findall(r"“([^”]+)”(?! \()", text)

    assert [word for word in alone if CHINESE.search(word)] == []
