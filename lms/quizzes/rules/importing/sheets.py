"""Questions in a table, one per row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from lms.core.tables import Header, Table
from lms.quizzes.rules.body import LETTERS
from lms.quizzes.rules.importing.pasted import split_options
from lms.quizzes.rules.importing.question import Draft
from lms.registry.rules.rows import Cells, Ignored, Overrides

SYNONYMS = {
    "stem": ["题干", "题目", "试题", "试题内容", "题目内容", "问题", "题干内容", "试题题干", "stem", "question"],
    "kind": ["题型", "类型", "试题类型", "题目类型", "题目类别", "type", "kind"],
    "answer": ["答案", "正确答案", "标准答案", "参考答案", "正确选项", "answer"],
    "explanation": ["解析", "答案解析", "试题解析", "说明", "explanation"],
    "points": ["分值", "分数", "得分", "points"],
    "topic": ["知识点", "分类", "章节", "类别", "主题", "知识分类", "topic"],
    "law_ref": ["法规依据", "依据", "出处", "法律依据", "条文", "lawref"],
    "difficulty": ["难度", "难易程度", "难度系数", "difficulty"],
    "translations": ["译文", "翻译", "translations"],
    "options": ["选项", "备选项", "备选答案", "options"],
} | {
    letter: [f"选项{letter}", f"{letter}选项", letter, f"答案{letter}", f"选项{number}", f"备选{letter}"]
    for number, letter in enumerate(LETTERS, 1)
}
COUNTED = frozenset(("stem", "answer", "kind", "options", *LETTERS))


def header_of(tables: Sequence[Table], overrides: Overrides) -> Header:
    """Where the questions are. Raises NoHeader."""
    return overrides.header(tables, SYNONYMS, "stem", _("题干"), least=2)


def drafts(cells: Cells) -> tuple[Iterator[Draft], list[Ignored]]:
    """The rows as drafts; cells already at fault are listed in `cells` and their rows left out."""
    rows, ignored = cells.records("stem", COUNTED)
    return _drafts(cells, rows), ignored


def _drafts(cells: Cells, rows: list[int]) -> Iterator[Draft]:
    for row in rows:
        marked = [(name, wrong) for name in SYNONYMS if (wrong := cells.marked(row, name))]
        for name, wrong in marked:
            cells.fault(row, name, wrong)
        if marked:
            continue
        texts = {name: cells.raw(row, name) for name in SYNONYMS}
        if together := texts.pop("options"):
            for letter, text in _apart(together).items():
                texts[letter] = texts[letter] or text
        yield Draft(row, texts)


def _apart(together: str) -> dict[str, str]:
    """Options kept in one cell: "A.甲 B.乙", or one per line or between bars."""
    if found := split_options(together.replace("\n", " ")):
        return found
    parts = [part.strip() for part in re.split(r"[\n|｜;；]", together) if part.strip()]
    return dict(zip(LETTERS, parts, strict=False))
