"""Moodle XML. Source: docs.moodle.org, "Moodle XML format"."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from lms.core.tables import TooManyRows
from lms.core.tables.limits import MAX_ROWS
from lms.quizzes.rules.body import GAP, LETTERS, Body
from lms.quizzes.rules.importing.kinds import paired
from lms.quizzes.rules.importing.markup import text_of_html
from lms.quizzes.rules.importing.question import Draft, with_remarks
from lms.quizzes.rules.importing.tags import WILD, read_tags, too_many, uneven, unread, unseen, weighed, wildcard
from lms.quizzes.rules.importing.xml import parse_xml
from lms.registry.rules.names import visible

# No brace within a gap unless escaped: a text of nothing but openings must not be read to its end from each of them.
CLOZE = re.compile(r"\{\d*:([A-Za-z_]+):((?:\\.|[^{}\\])*)\}")
CLOZE_ANSWER = re.compile(r"(?:^|~)(=|%-?\d+(?:\.\d+)?%|)((?:\\.|[^~#\\])*)(?:#(?:\\.|[^~\\])*)?")
PICTURED = re.compile(r"<(?:img|audio|video|object|embed|source)\b", re.IGNORECASE)
TYPED = frozenset(("SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"))


def read_moodle(content: bytes) -> tuple[str | None, list[Draft]]:
    """The category as "安全培训" (the last one named) and the drafts. Draft.row counts the questions from 1.

    Raises what parse_xml() does: no entity is ever read. Raises TooManyRows.
    """
    root = parse_xml(content)
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
    told = read_tags(_plain(tag) for tag in question.iterfind("tags/tag"))
    texts = {
        "stem": _text(question.find("questiontext")),
        "explanation": with_remarks(_text(question.find("generalfeedback")), _remarks(question)),
        "points": (question.findtext("defaultgrade") or "").strip(),
        "topic": (category or "").rpartition("/")[2],
    } | told
    kind = question.get("type") or ""
    if any(PICTURED.search(part.text or "") for part in question.iter("text")) or next(question.iter("file"), None) is not None:
        return Draft(row, texts, unread=unseen())
    answers = [(_fraction(answer), _text(answer)) for answer in question.iterfind("answer")]
    right = [text for fraction, text in answers if fraction > 0]
    match kind:
        case "truefalse":
            return Draft(row, texts | {"kind": "judge", "answer": right[0] if right else ""})
        case "shortanswer":
            accepted = tuple(text for fraction, text in answers if fraction >= 100)
            partly = uneven(fraction for fraction, _text in answers) or (
                wildcard() if any(WILD.search(text) for text in accepted) else None
            )
            accepted = tuple(text.replace("\\*", "*") for text in accepted)
            return Draft(row, texts | {"kind": "fill", "answer": "|".join(accepted)}, (accepted,), unread=partly)
        case "multichoice":
            return _choice(row, question, texts, answers)
        case "matching":
            return Draft(row, texts | {"kind": "match"}, body=_pairs(question))
        case "ordering":
            steps = dict(zip(LETTERS, (visible(text) for _fraction, text in answers), strict=False))
            return Draft(row, texts | {"kind": "order"} | steps, body=Body("order", steps, tuple(steps)))
        case "cloze":
            return _cloze(row, texts)
        case "essay":
            guide = visible(_text(question.find("graderinfo")))
            return Draft(row, texts | {"kind": "text", "answer": guide}, body=Body("text", guide=guide))
    return Draft(row, texts | {"kind": kind}, unread=unread(kind))


def _remarks(question: Element) -> list[tuple[str, str]]:
    """What is said about single answers, and about a right or a wrong one."""
    about = [(_text(answer), _text(answer.find("feedback"))) for answer in question.iterfind("answer")]
    sorts = (("correctfeedback", "答对时"), ("partiallycorrectfeedback", "部分答对时"), ("incorrectfeedback", "答错时"))
    stock = {"Your answer is correct.", "Your answer is partially correct.", "Your answer is incorrect."}
    for name, when in sorts:
        said = _text(question.find(name))
        about.append((when, "" if said in stock else said))
    return about


def _choice(row: int, question: Element, texts: dict[str, str], answers: list[tuple[float, str]]) -> Draft:
    if len(answers) > len(LETTERS):
        return Draft(row, texts, unread=too_many())
    single = (question.findtext("single") or "true").strip() in ("true", "1")
    kind = "single" if single else "multiple"
    texts |= {letter: text for letter, (_fraction, text) in zip(LETTERS, answers, strict=False)}
    found = weighed(kind, {letter: fraction for letter, (fraction, _text) in zip(LETTERS, answers, strict=False)})
    if isinstance(found, str):
        return Draft(row, texts, unread=found)
    letters, weights = found
    return Draft(row, texts | {"kind": kind, "answer": letters}, exact=True, weights=weights)


def _pairs(question: Element) -> Body:
    sides = [(visible(_text(part)), visible(_plain(part.find("answer")))) for part in question.iterfind("subquestion")]
    return paired([side for side in sides if side[0]], [text for prompt, text in sides if not prompt and text])


def _cloze(row: int, texts: dict[str, str]) -> Draft:
    """A text with gaps to fill in; gaps of other sorts cannot be taken over."""
    blanks = []
    for gap in CLOZE.finditer(texts["stem"]):
        if gap[1].upper() not in TYPED:
            return Draft(row, texts | {"kind": "cloze"}, unread=unread(f"cloze {gap[1]}"))
        answers = [(_weight(mark), re.sub(r"\\(.)", r"\1", text)) for mark, text in CLOZE_ANSWER.findall(gap[2])]
        if partly := uneven(weight for weight, _text in answers):
            return Draft(row, texts | {"kind": "cloze"}, unread=partly)
        if any(WILD.search(text) for _mark, text in CLOZE_ANSWER.findall(gap[2])):
            return Draft(row, texts | {"kind": "cloze"}, unread=wildcard())
        accepted = [text for weight, text in answers if weight >= 100]
        blanks.append(tuple(visible(text) for text in accepted))
    answer = "；".join("|".join(accepted) for accepted in blanks)
    return Draft(row, texts | {"kind": "fill", "stem": CLOZE.sub(GAP, texts["stem"]), "answer": answer}, tuple(blanks))


def _weight(mark: str) -> float:
    """Percent of an answer in a gap: = all, nothing none."""
    return 100.0 if mark == "=" else float(mark.strip("%") or 0)


def _plain(element: Element | None) -> str:
    return (element.findtext("text") or "").strip() if element is not None else ""


def _fraction(answer: Element) -> float:
    try:
        return float(answer.get("fraction") or 0)
    except ValueError:
        return 0.0
