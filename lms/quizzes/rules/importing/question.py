"""One question as any file tells it, and whether it can be asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from lms.registry.rules.identifiers import Wrong
from lms.registry.rules.names import visible

LETTERS = "ABCDEFGH"
KINDS = {
    "single": ["单选", "单项选择", "单选题", "单项选择题", "single", "选择题", "选择"],
    "multiple": ["多选", "多项选择", "多选题", "多项选择题", "不定项选择题", "不定项选择", "不定项", "multiple", "multi"],
    "judge": ["判断", "判断题", "是非", "是非题", "对错题", "判断正误", "judge", "truefalse"],
    "fill": ["填空", "填空题", "fill", "简答", "简答题"],
}
KIND_OF = {name: kind for kind, names in KINDS.items() for name in names}
TRUE_WORDS = frozenset(["对", "正确", "√", "✓", "✔", "☑", "T", "TRUE", "是", "Y", "YES", "1", "R", "RIGHT", "V", "正", "○"])
FALSE_WORDS = frozenset(
    ["错", "错误", "×", "✗", "✘", "✖", "X", "F", "FALSE", "否", "N", "NO", "0", "不对", "不正确", "W", "WRONG", "非", "误", "╳"]
)
DIFFICULTIES = {"易": 1, "简单": 1, "容易": 1, "低": 1, "中": 2, "一般": 2, "中等": 2, "难": 3, "困难": 3, "高": 3, "较难": 3}
EMPTY_BRACKET = re.compile(r"[（(]\s*[）)]")
BETWEEN_LETTERS = re.compile(r"[\s,、;./|&+和及-]+")
LONGEST_STEM, LONGEST_OPTION = 2_000, 1_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A question before it is judged. row: of the sheet, or the line it begins on.

    texts: "kind", "stem", "A" … "H", "answer", "explanation", "points", "topic", "law_ref", "difficulty" → as written.
    accepted: the texts a fill question takes, where the format lists them one by one; else they are cut from "answer".
    """

    row: int
    texts: Mapping[str, str]
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """A question that can be asked.

    type: single, multiple, judge or fill. options: {"A": text, …} in order, empty for judge and fill.
    answer: letters in order, ("true",) or ("false",), or the texts a fill question accepts. difficulty 1 (easy) … 3.
    """

    row: int
    type: str
    stem: str
    answer: tuple[str, ...]
    options: dict[str, str] = field(default_factory=dict)
    explanation: str | None = None
    points: int | None = None
    topic: str | None = None
    law_ref: str | None = None
    difficulty: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """In the words of the report: type multi, a judge question's answer true or false."""
        judged = {"true": True, "false": False}
        return {
            "row": self.row,
            "type": "multi" if self.type == "multiple" else self.type,
            "stem": self.stem,
            "options": self.options,
            "answer": judged[self.answer[0]] if self.type == "judge" else list(self.answer),
            "explanation": self.explanation,
            "points": self.points,
            "topic": self.topic,
            "law_ref": self.law_ref,
            "difficulty": self.difficulty,
        }


def stem_text(text: str) -> str:
    """A stem without stray blanks, each empty bracket written （ ）."""
    return EMPTY_BRACKET.sub("（ ）", visible(text))


def judge(draft: Draft) -> ParsedQuestion | tuple[str, Wrong]:
    """The question, or the field at fault and why: STEM_EMPTY, STEM_TOO_LONG, KIND_UNKNOWN, OPTIONS_MISSING, OPTION_TOO_LONG,
    ANSWER_MISSING, ANSWER_NO_OPTION, ANSWER_MANY, ANSWER_UNCLEAR."""
    texts = draft.texts
    stem = stem_text(texts.get("stem", ""))
    if not stem:
        return "stem", Wrong("STEM_EMPTY", _("没有写题干"))
    if len(stem) > LONGEST_STEM:
        return "stem", Wrong("STEM_TOO_LONG", _("题干超过 %(most)s 个字，请缩短", most=LONGEST_STEM))
    options = _options(texts)
    if long := next((letter for letter, text in options.items() if len(text) > LONGEST_OPTION), None):
        return long, Wrong("OPTION_TOO_LONG", _("选项超过 %(most)s 个字，请缩短", most=LONGEST_OPTION))
    kind = _kind(texts.get("kind", ""), options, texts.get("answer", ""), bool(draft.accepted))
    if kind is None:
        return "kind", Wrong("KIND_UNKNOWN", _("看不懂题型，请写单选、多选、判断或填空"))
    answer = _answer(kind, texts.get("answer", ""), options, draft.accepted)
    if isinstance(answer, Wrong):
        return "answer", answer
    if kind in ("single", "multiple") and len(options) < 2:
        return "A" if not options else "B", Wrong("OPTIONS_MISSING", _("选择题至少要有两个选项"))
    return ParsedQuestion(
        row=draft.row,
        type=kind,
        stem=stem,
        options=options if kind in ("single", "multiple") else {},
        answer=answer,
        explanation=visible(texts.get("explanation", "")) or None,
        points=_whole(texts.get("points", "")),
        topic=visible(texts.get("topic", ""))[:60] or None,
        law_ref=visible(texts.get("law_ref", ""))[:200] or None,
        difficulty=_difficulty(texts.get("difficulty", "")),
    )


def _options(texts: Mapping[str, str]) -> dict[str, str]:
    """The filled options, their own letter taken off the front."""
    found = {}
    for letter in LETTERS:
        text = visible(texts.get(letter, ""))
        prefix = re.match(rf"[（(]?{letter}[）)]?\s*[.、．:：)）]\s*(?=\S)|[（(]{letter}[）)]\s*(?=\S)", text, re.IGNORECASE)
        if text:
            found[letter] = text[prefix.end() :] if prefix else text
    return found


def _kind(written: str, options: Mapping[str, str], answer: str, listed: bool) -> str | None:
    """By its word; without one, by what options and answer look like. None for an unknown word."""
    word = re.sub(r"[（(].*?[）)]|\s", "", unicodedata.normalize("NFKC", visible(written))).lower()
    if word:
        kind = KIND_OF.get(word)
        # 选择题 alone says nothing about how many are right.
        return "multiple" if kind == "single" and word in ("选择", "选择题") and len(_letters(answer) or "") > 1 else kind
    if listed:
        return "fill"
    if options and not all(_truth(text) is not None for text in options.values()):
        return "multiple" if len(_letters(answer) or "") > 1 else "single"
    if options or _truth(answer) is not None:
        return "judge"
    return "fill"


def _plain(answer: str) -> str:
    return unicodedata.normalize("NFKC", visible(answer)).upper().strip("。.（）() ")


def _truth(text: str) -> bool | None:
    word = _plain(text)
    return True if word in TRUE_WORDS else False if word in FALSE_WORDS else None


def _letters(answer: str) -> str | None:
    """The letters of an answer however they are set apart, None when there is anything else."""
    letters = BETWEEN_LETTERS.sub("", _plain(answer))
    return letters if re.fullmatch(r"[A-Z]+", letters) else None


def _answer(kind: str, written: str, options: Mapping[str, str], accepted: tuple[str, ...]) -> tuple[str, ...] | Wrong:
    if kind == "fill":
        many = accepted or _alternatives(written)
        texts = tuple(dict.fromkeys(text for text in map(visible, many) if text))
        return texts or _missing()
    if not visible(written):
        return _missing()
    if kind == "judge":
        return _truth_answer(written, options)
    letters = _letters(written)
    if letters is None:
        by_text = [letter for letter, text in options.items() if text == visible(written)]
        if not by_text:
            return Wrong("ANSWER_UNCLEAR", _("看不懂答案，请写选项的字母，如 A 或 ABC"))
        letters = by_text[0]
    if stray := next((letter for letter in letters if letter not in options), None):
        return Wrong("ANSWER_NO_OPTION", _("答案是 %(letter)s，但没有这个选项", letter=stray))
    chosen = tuple(sorted(set(letters)))
    if kind == "single" and len(chosen) > 1:
        return Wrong("ANSWER_MANY", _("单选题有 %(n)s 个答案，请只留一个，或把题型改为多选", n=len(chosen)))
    return chosen


def _truth_answer(written: str, options: Mapping[str, str]) -> tuple[str, ...] | Wrong:
    truth = None
    if len(_plain(written)) == 1 and _plain(written) in options:
        truth = _truth(options[_plain(written)])
    if truth is None:
        truth = {"A": True, "B": False}.get(_plain(written), _truth(written))
    if truth is None:
        return Wrong("ANSWER_UNCLEAR", _("看不懂答案，判断题请写“对”或“错”"))
    return ("true",) if truth else ("false",)


def _missing() -> Wrong:
    return Wrong("ANSWER_MISSING", _("没有写答案"))


def _alternatives(written: str) -> list[str]:
    """The accepted texts of a fill question: cut at | where there is one, else at a slash or semicolon."""
    return written.split("|") if "|" in written else re.split(r"[/／;；]", written)


def _whole(written: str) -> int | None:
    digits = re.fullmatch(r"(\d{1,3})(\.0+)?分?", _plain(written))
    return int(digits[1]) if digits else None


def _difficulty(written: str) -> int | None:
    word = _plain(written)
    return int(word) if word in ("1", "2", "3") else DIFFICULTIES.get(word)
