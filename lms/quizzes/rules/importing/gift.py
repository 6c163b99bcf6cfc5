"""GIFT, the text format of Moodle. Source: docs.moodle.org, "GIFT format"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lms.core.tables import TooManyRows
from lms.core.tables.limits import MAX_ROWS
from lms.quizzes.rules.importing.markup import text_of_html
from lms.quizzes.rules.importing.question import LETTERS, Draft

# Escaped marks stand as private-use letters while the text is cut, so that no rule has to look back.
ESCAPED = "~=#{}:"
HIDDEN = {f"\\{mark}": chr(0xF700 + at) for at, mark in enumerate(ESCAPED)} | {"\\n": "\n", "\\\\": chr(0xF710)}
SHOWN = str.maketrans({chr(0xF700 + at): mark for at, mark in enumerate(ESCAPED)} | {chr(0xF710): "\\"})
BEGINS = re.compile(r"^[ \t]*(?:\$CATEGORY:|::)", re.MULTILINE)
BRACES = re.compile(r"\{\s*(?:[=~#]|T\b|F\b|TRUE\b|FALSE\b)[^{}]*\}", re.IGNORECASE)
TITLE = re.compile(r"::.*?::", re.DOTALL)
FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
TRUTH = re.compile(r"\s*(T|F|TRUE|FALSE)\s*(?:#.*)?", re.IGNORECASE | re.DOTALL)
MOST_ANSWERS = 50
WEIGHT = re.compile(r"\s*%(-?\d+(?:\.\d+)?)%")


def looks_like_gift(text: str) -> bool:
    return bool(BEGINS.search(text) or BRACES.search(text))


def _hide(text: str) -> str:
    return re.sub(r"\\[~=#{}:n\\]", lambda mark: HIDDEN[mark[0]], text)


def _show(text: str) -> str:
    return text.translate(SHOWN).strip()


def read_gift(text: str) -> tuple[str | None, list[Draft]]:
    """The category as "安全培训/通用" (the last one named) and the drafts; the last step of a category is the topic.

    Raises TooManyRows.
    """
    category: str | None = None
    drafts: list[Draft] = []
    for row, block in _blocks(text):
        if block.lstrip().startswith("$CATEGORY:"):
            category = block.partition(":")[2].strip().removeprefix("$course$").removeprefix("$system$").strip("/ ") or None
        else:
            if len(drafts) == MAX_ROWS:
                raise TooManyRows(rows=MAX_ROWS)
            drafts.append(_draft(row, block, category))
    return category, drafts


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Pieces between blank lines, comments left out; a brace left open keeps a piece together."""
    start, lines, depth = 0, list[str](), 0
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.lstrip().startswith("//"):
            continue
        hidden = _hide(line)
        if hidden.lstrip().startswith("$CATEGORY:") and not depth:
            if lines:
                yield start, "\n".join(lines)
            yield number, hidden
            lines = []
            continue
        if hidden.strip():
            start = start if lines else number
            lines.append(hidden)
            depth += hidden.count("{") - hidden.count("}")
        elif lines and depth <= 0:
            yield start, "\n".join(lines)
            lines, depth = [], 0
    if lines:
        yield start, "\n".join(lines)


def _draft(row: int, block: str, category: str | None) -> Draft:
    block = TITLE.sub("", block, count=1) if block.lstrip().startswith("::") else block
    before, _brace, rest = block.partition("{")
    inside, _brace, after = rest.partition("}")
    markup = FORMAT.search(before)
    stem = FORMAT.sub("", before, count=1).strip() + ("____" + after.strip() if after.strip() else "")
    texts = {"stem": _show(stem)}
    if markup and markup[1] == "html":
        texts["stem"] = text_of_html(texts["stem"])
    if category:
        texts["topic"] = category.rpartition("/")[2]
    answers, _marks, explanation = inside.partition("####")
    texts["explanation"] = _show(explanation)
    if truth := TRUTH.fullmatch(answers):
        return Draft(row, texts | {"kind": "judge", "answer": truth[1].upper()})
    given = _answers(answers)
    if not given or answers.lstrip().startswith("#") or any("->" in text for _right, text in given):
        return Draft(row, texts | {"kind": "GIFT"})  # an essay, a number or a matching question: judge() names it
    if all(mark == "=" for mark, _text in given):
        accepted = tuple(_unweighted(text)[1] for _mark, text in given)
        return Draft(row, texts | {"kind": "fill", "answer": "|".join(accepted)}, accepted)
    right = ""
    for letter, (mark, text) in zip(LETTERS, given, strict=False):
        weight, texts[letter] = _unweighted(text)
        right += letter if mark == "=" or weight > 0 else ""
    several = not any(mark == "=" for mark, _text in given)
    return Draft(row, texts | {"kind": "multiple" if several else "single", "answer": right})


def _answers(answers: str) -> list[tuple[str, str]]:
    """(mark, text) of each answer: = right, ~ wrong or weighted; what is said about a choice after # is left off."""
    pieces = re.split(r"([=~])", answers, maxsplit=MOST_ANSWERS)
    return [(mark, text.partition("#")[0]) for mark, text in zip(pieces[1::2], pieces[2::2], strict=True)]


def _unweighted(text: str) -> tuple[float, str]:
    weight = WEIGHT.match(text)
    return (float(weight[1]), _show(text[weight.end() :])) if weight else (0.0, _show(text))
