"""The printed pages: whose paper it is, boxes for the answers, then the questions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lms.quizzes.rules import LETTERS, Body, Choice
from lms.quizzes.rules.places import COLUMNS

KINDS = {
    "single": "单选", "multiple": "多选", "judge": "判断", "fill": "填空", "order": "排序", "match": "匹配", "picture": "看图",
    "text": "简答",
}  # fmt: skip
HOW = {
    "single": "写一个字母", "multiple": "写全部正确的字母", "judge": "写 √ 或 ×", "fill": "填写，几空之间用分号",
    "order": "按先后写字母", "match": "依次写每项对应的字母", "picture": "写格子，如 B3", "text": "在下面写",
}  # fmt: skip
# Beside a question in another language; documents are the same whoever prints them, so there is no gettext in them.
ENGLISH = {
    "single": "one letter", "multiple": "every right letter", "judge": "write √ or ×",
    "fill": "fill in; a semicolon between two blanks", "order": "the letters in order", "match": "the letter of each in turn",
    "picture": "a field, such as B3", "text": "write below",
}  # fmt: skip
FROM_THE_RIGHT = ("ug", "kk")  # both in Arabic letters
SMALL = ("single", "multiple", "judge")  # a box for a letter or two is enough


@dataclass(frozen=True)
class Told:
    """A question in the language of whoever answers. choices: letter as printed → text."""

    stem: str
    prompts: tuple[str, ...]
    choices: dict[str, str]


@dataclass(frozen=True)
class PrintedQuestion:
    """One question as printed. choices: with the letters printed. picture: JPEG of a picture question. told: under the Chinese,
    where it carries that language.
    """

    number: int
    stem: str
    body: Body
    choices: tuple[Choice, ...]
    picture: bytes = b""
    told: Told | None = None

    @property
    def kind(self) -> str:
        return self.body.label or KINDS[self.body.kind]

    @property
    def how(self) -> str:
        return HOW[self.body.kind]

    @property
    def how_in_english(self) -> str:
        return ENGLISH[self.body.kind]

    @property
    def is_small(self) -> bool:
        return self.body.kind in SMALL

    @property
    def columns(self) -> str:
        """What the columns of the grid over a picture are called."""
        return LETTERS[:COLUMNS]

    @property
    def rows(self) -> int:
        return self.body.picture.rows if self.body.picture else 0

    @cached_property
    def asset(self) -> str:
        return f"{self.body.picture.sha256}.jpg" if self.body.picture else ""


@dataclass(frozen=True)
class PrintedSheet:
    """One person's paper. address: where its QR code leads. large: in large type. language: of rules.LANGUAGES, besides Chinese;
    "" for none.
    """

    code: str
    name: str
    work_no: str
    department: str
    address: str
    large: bool
    questions: tuple[PrintedQuestion, ...]
    language: str

    @property
    def direction(self) -> str:
        """Which way the other language is written."""
        return "rtl" if self.language in FROM_THE_RIGHT else "ltr"


@dataclass(frozen=True)
class Batch:
    """Papers that are printed together."""

    title: str
    enterprise: str
    minutes: int
    pass_mark: int
    sheets: tuple[PrintedSheet, ...]


def sheets_pdf(batch: Batch) -> bytes:
    """The PDF of the papers, each from a page of its own on. Raises MissingCharacters."""
    from lms.core.documents import fill, render_pdf, style
    from lms.core.documents.drawing import qr

    codes = [qr(sheet.address, border=0) for sheet in batch.sheets]
    html = fill("quiz_sheet.html", batch=batch, sheets=list(zip(batch.sheets, codes, strict=True)))
    pictures = {one.asset: one.picture for sheet in batch.sheets for one in sheet.questions if one.picture}
    return render_pdf(html, style("quiz_sheet.css"), pictures)
