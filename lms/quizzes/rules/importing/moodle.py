"""Moodle XML. Source: docs.moodle.org, "Moodle XML format"."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from lms.core.tables import FileDamaged, TooManyRows
from lms.core.tables.limits import MAX_ROWS
from lms.quizzes.rules.importing.markup import text_of_html
from lms.quizzes.rules.importing.question import LETTERS, Draft


def read_moodle(content: bytes) -> tuple[str | None, list[Draft]]:
    """The category as "安全培训" (the last one named) and the drafts. Draft.row counts the questions from 1.

    Raises FileDamaged, also for a DOCTYPE: no outside entity is ever read. Raises TooManyRows.
    """
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise FileDamaged from error
    category: str | None = None
    drafts: list[Draft] = []
    for question in root.iter("question"):
        if question.get("type") == "category":
            path = (question.findtext("category/text") or "").strip()
            category = path.removeprefix("$course$").removeprefix("$system$").removeprefix("/top").strip("/ ") or None
        else:
            if len(drafts) == MAX_ROWS:
                raise TooManyRows(rows=MAX_ROWS)
            drafts.append(_draft(len(drafts) + 1, question, category))
    return category, drafts


def _text(element: Element | None) -> str:
    """The text of a part; its markup taken off unless it says it has none."""
    if element is None:
        return ""
    text = element.findtext("text") or ""
    return text.strip() if element.get("format") == "plain_text" else text_of_html(text)


def _draft(row: int, question: Element, category: str | None) -> Draft:
    tags = [(tag.findtext("text") or "").strip() for tag in question.iterfind("tags/tag")]
    texts = {
        "stem": _text(question.find("questiontext")),
        "explanation": _text(question.find("generalfeedback")),
        "points": (question.findtext("defaultgrade") or "").strip(),
        "topic": next((tag for tag in tags if tag), (category or "").rpartition("/")[2]),
    }
    kind = question.get("type") or ""
    answers = [(_fraction(answer), _text(answer)) for answer in question.iterfind("answer")]
    right = [text for fraction, text in answers if fraction > 0]
    if kind == "truefalse":
        return Draft(row, texts | {"kind": "judge", "answer": right[0] if right else ""})
    if kind == "shortanswer":
        accepted = tuple(text for fraction, text in answers if fraction >= 100)
        return Draft(row, texts | {"kind": "fill", "answer": "|".join(accepted)}, accepted)
    if kind != "multichoice":
        return Draft(row, texts | {"kind": kind or "Moodle"})  # judge() names it
    single = (question.findtext("single") or "true").strip() in ("true", "1")
    best = max((fraction for fraction, _text in answers), default=0.0)
    letters = ""
    for letter, (fraction, text) in zip(LETTERS, answers, strict=False):
        texts[letter] = text
        letters += letter if fraction > 0 and (not single or fraction == best) else ""
    return Draft(row, texts | {"kind": "single" if single else "multiple", "answer": letters})


def _fraction(answer: Element) -> float:
    try:
        return float(answer.get("fraction") or 0)
    except ValueError:
        return 0.0
