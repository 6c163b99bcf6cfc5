"""One question as any file tells it, and whether it can be asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _

from lms.quizzes.rules.body import GAP, LETTERS, Body
from lms.quizzes.rules.importing.kinds import GAPS, body_of, check, kind_of, plain_word, relettered
from lms.quizzes.rules.importing.translated import read_translations
from lms.quizzes.rules.languages import Translations
from lms.registry.rules.identifiers import Wrong
from lms.registry.rules.names import visible

DIFFICULTIES = {"易": 1, "简单": 1, "容易": 1, "低": 1, "中": 2, "一般": 2, "中等": 2, "难": 3, "困难": 3, "高": 3, "较难": 3}
EMPTY_BRACKET = re.compile(r"[（(]\s*[）)]")
LONGEST_STEM, LONGEST_OPTION = 2_000, 1_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A question before it is judged. row: of the sheet, or the line it begins on.

    texts: "kind", "stem", "A" … "H", "answer", "explanation", "points", "topic", "law_ref", "difficulty" → as written.
    accepted: for each blank the texts it takes, where the format lists them one by one; else they are cut from "answer".
    body: where the format says more than such texts can; it goes before them.
    exact: the format keeps options apart, so that a letter in front of one belongs to it.
    weights: as in Body.
    unread: why the format's own kind of question cannot be taken over.
    """

    row: int
    texts: Mapping[str, str]
    accepted: tuple[tuple[str, ...], ...] = ()
    body: Body | None = None
    exact: bool = False
    unread: str | None = None
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """A question that can be asked. difficulty 1 (easy) … 3. translations: see rules.in_language()."""

    row: int
    stem: str
    body: Body
    explanation: str | None = None
    points: int | None = None
    topic: str | None = None
    law_ref: str | None = None
    difficulty: int | None = None
    translations: Translations = field(default_factory=dict)

    @property
    def type(self) -> str:
        return self.body.kind

    @property
    def options(self) -> dict[str, str]:
        return self.body.options

    def as_dict(self) -> dict[str, Any]:
        """In the words of the report: type multi, a judge question's answer true or false, of one blank its texts alone."""
        body = self.body
        answer: object = list(body.answer)
        if body.kind == "judge":
            answer = body.answer == ("true",)
        elif body.kind == "fill":
            answer = list(body.blanks[0]) if len(body.blanks) == 1 else [list(texts) for texts in body.blanks]
        more = {name: body.as_json().get(name) for name in ("prompts", "picture", "places", "guide", "weights")}
        return {
            "row": self.row,
            "type": "multi" if body.kind == "multiple" else body.kind,
            "stem": self.stem,
            "options": body.options,
            "answer": answer,
            "explanation": self.explanation,
            "points": self.points,
            "topic": self.topic,
            "law_ref": self.law_ref,
            "difficulty": self.difficulty,
        } | {name: value for name, value in more.items() if value}


def stem_text(text: str) -> str:
    """A stem without stray blanks, each empty bracket written （ ） and each line to write on ____."""
    return GAPS.sub(GAP, EMPTY_BRACKET.sub("（ ）", visible(text)))


def with_remarks(explanation: str, remarks: Iterable[tuple[str, str]]) -> str:
    """An explanation with what other platforms say of each answer: we explain a question as a whole, after hand-in."""
    told = [f"「{visible(answer)}」{visible(remark)}" for answer, remark in remarks if visible(remark)]
    return " ".join([*([explanation] if explanation.strip() else []), *told])


def judge(draft: Draft) -> ParsedQuestion | tuple[str, Wrong]:
    """The question, or the field at fault and why: STEM_EMPTY, STEM_TOO_LONG, KIND_UNKNOWN, OPTIONS_MISSING, OPTION_TOO_LONG,
    ANSWER_MISSING, ANSWER_NO_OPTION, ANSWER_MANY, ANSWER_UNCLEAR, POINTS_UNCLEAR, and those of kinds.body_of() and
    kinds.check()."""
    texts = draft.texts
    stem = stem_text(texts.get("stem", ""))
    if not stem:
        return "stem", Wrong("STEM_EMPTY", _("没有写题干"))
    if len(stem) > LONGEST_STEM:
        return "stem", Wrong("STEM_TOO_LONG", _("题干超过 %(most)s 个字，请缩短", most=LONGEST_STEM))
    if draft.unread:
        return "kind", Wrong("KIND_UNKNOWN", draft.unread)
    body = draft.body or _written(draft, stem)
    if isinstance(body, tuple):
        return body
    if draft.weights:
        body = replace(body, weights={letter: draft.weights.get(letter, 0) for letter in body.options})
    if long := next((letter for letter, text in body.options.items() if len(text) > LONGEST_OPTION), None):
        return long, Wrong("OPTION_TOO_LONG", _("选项超过 %(most)s 个字，请缩短", most=LONGEST_OPTION))
    if faulty := check(body, stem):
        return faulty
    points = _whole(texts.get("points", ""))
    if points is None and re.search(r"\d", texts.get("points", "")):
        return "points", Wrong("POINTS_UNCLEAR", _("分值要写整数，例如 2"))
    return ParsedQuestion(
        row=draft.row,
        stem=stem,
        body=relettered(body),
        explanation=visible(texts.get("explanation", "")) or None,
        points=points,
        topic=visible(texts.get("topic", ""))[:60] or None,
        law_ref=visible(texts.get("law_ref", ""))[:200] or None,
        difficulty=_difficulty(texts.get("difficulty", "")),
        translations=read_translations(texts.get("translations", "")),
    )


def _written(draft: Draft, stem: str) -> Body | tuple[str, Wrong]:
    texts = draft.texts
    options = _options(texts, draft.exact)
    kind = kind_of(texts.get("kind", ""), options, texts.get("answer", ""), bool(draft.accepted))
    if kind is None:
        return "kind", Wrong("KIND_UNKNOWN", _("看不懂题型，请写单选、多选、判断、填空、排序、匹配或简答"))
    return body_of(kind, stem, options, texts.get("answer", ""), draft.accepted)


def _options(texts: Mapping[str, str], exact: bool) -> dict[str, str]:
    """The filled options, their own letter taken off the front."""
    found = {}
    for letter in LETTERS:
        text = visible(texts.get(letter, ""))
        prefix = re.match(rf"[（(]?{letter}[）)]?\s*[.、．:：)）]\s*(?=\S)|[（(]{letter}[）)]\s*(?=\S)", text, re.IGNORECASE)
        if text:
            found[letter] = text[prefix.end() :] if prefix and not exact else text
    return found


def _whole(written: str) -> int | None:
    digits = re.fullmatch(r"(\d{1,3})(\.0+)?分?", plain_word(written))
    return int(digits[1]) if digits else None


def _difficulty(written: str) -> int | None:
    word = plain_word(written)
    return int(word) if word in ("1", "2", "3") else DIFFICULTIES.get(word)
