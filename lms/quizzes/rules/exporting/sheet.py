"""A workbook with a question in each row, in the columns that the import reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from lms.core.sheets import Column, Sheet, xlsx
from lms.quizzes.rules.body import LETTERS
from lms.quizzes.rules.importing import ParsedQuestion
from lms.quizzes.rules.importing.translated import write_translations
from lms.quizzes.rules.importing.writing import written

HEADINGS = ("题型", "题干", *(f"选项{letter}" for letter in LETTERS), "答案", "解析", "知识点", "依据", "难度", "分值", "译文")
WIDTHS = {"题干": 50, "解析": 40, "题型": 8, "难度": 6, "分值": 6}
DIFFICULTIES = {1: "易", 2: "中", 3: "难"}
OWN_LETTER = re.compile(r"[（(]?[A-Ha-h][）)]?\s*[.、．:：)）]")
SINCE = datetime(2026, 1, 1, tzinfo=UTC)  # goes into the file, so that the same questions give the same bytes


def write_sheet(questions: Sequence[ParsedQuestion]) -> bytes:
    """Questions as the workbook that the import reads."""
    columns = [Column(name, WIDTHS.get(name, 20)) for name in HEADINGS]
    sheet = Sheet("题库", columns, [_row(question) for question in questions])
    return xlsx([sheet], title="题库", author="安课", created_at=SINCE)


def _row(question: ParsedQuestion) -> list[str]:
    cells = written(question.body)
    options = [_option(letter, cells.get(letter, "")) for letter in LETTERS]
    more = (
        question.explanation,
        question.topic,
        question.law_ref,
        DIFFICULTIES.get(question.difficulty or 0),
        question.points,
        write_translations(question.translations),
    )
    return [cells["kind"], question.stem, *options, cells.get("answer", ""), *(str(value or "") for value in more)]


def _option(letter: str, text: str) -> str:
    """A text that begins like an option's own letter gets that letter once more, which reading takes off again."""
    return f"{letter}. {text}" if OWN_LETTER.match(text) else text
