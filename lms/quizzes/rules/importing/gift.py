"""GIFT, the text format of Moodle. Source: docs.moodle.org, "GIFT format"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from lms.core.tables import TooManyRows
from lms.core.tables.limits import MAX_ROWS
from lms.quizzes.rules.body import GAP, LETTERS, Body
from lms.quizzes.rules.importing.kinds import paired
from lms.quizzes.rules.importing.markup import text_of_html
from lms.quizzes.rules.importing.question import Draft, with_remarks
from lms.quizzes.rules.importing.tags import WILD, read_tags, too_many, uneven, unread, weighed, wildcard
from lms.registry.rules.names import visible

# Escaped marks stand as private-use letters while the text is cut, so that no rule has to look back.
ESCAPED = "~=#{}:"
HIDDEN = {f"\\{mark}": chr(0xF700 + at) for at, mark in enumerate(ESCAPED)} | {"\\n": "\n", "\\\\": chr(0xF710)}
SHOWN = str.maketrans({chr(0xF700 + at): mark for at, mark in enumerate(ESCAPED)} | {chr(0xF710): "\\"})
BEGINS = re.compile(r"^[ \t]*(?:\$CATEGORY:|::)", re.MULTILINE)
BRACES = re.compile(r"\{\s*(?:[=~#]|T\b|F\b|TRUE\b|FALSE\b)[^{}]*\}", re.IGNORECASE)
TITLE = re.compile(r"::.*?::", re.DOTALL)
FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
TRUTH = re.compile(r"\s*(T|F|TRUE|FALSE)\s*(?:#(.*))?", re.IGNORECASE | re.DOTALL)
SAID_OF_TRUTH = ("答错时", "答对时")  # in this order
MOST_ANSWERS = 50
TAG = re.compile(r"\[tag:((?:\\\]|[^\]])+)\]")
WEIGHT = re.compile(r"\s*%(-?\d+(?:\.\d+)?)%")


def looks_like_gift(text: str) -> bool:
    """Whether a text without a name is GIFT."""
    return bool(BEGINS.search(text) or BRACES.search(text))


def _hide(text: str) -> str:
    return re.sub(r"\\[~=#{}:n\\]", lambda mark: HIDDEN[mark[0]], text)


def _show(text: str) -> str:
    return text.translate(SHOWN).strip()


def _told(text: str) -> str:
    """A part as it is read, without the word before it that says how it is marked up."""
    markup = FORMAT.match(text.lstrip())
    shown = _show(text.lstrip()[markup.end() :] if markup else text)
    return text_of_html(shown) if markup and markup[1] == "html" else shown


def read_gift(text: str) -> tuple[str | None, list[Draft]]:
    """The category as "安全培训/通用" (the last one named) and the drafts; the last step of a category is the topic.

    Raises TooManyRows.
    """
    category: str | None = None
    drafts: list[Draft] = []
    for block in _blocks(text):
        if block.text.lstrip().startswith("$CATEGORY:"):
            category = block.text.partition(":")[2].strip().removeprefix("$course$").removeprefix("$system$").strip("/ ") or None
        else:
            if len(drafts) == MAX_ROWS:
                raise TooManyRows(rows=MAX_ROWS)
            drafts.append(_draft(block, category))
    return category, drafts


@dataclass(slots=True)
class _Block:
    """Lines between blank ones. tags: what comments before it say of it."""

    row: int
    text: str
    tags: list[str]

    @property
    def open(self) -> int:
        return self.text.count("{") - self.text.count("}")


def _blocks(text: str) -> Iterator[_Block]:
    """Pieces between blank lines, comments left out. A brace left open goes on over a blank line only as far as it is closed
    before anything else opens: a broken question must not swallow the next one."""
    held: _Block | None = None
    for block in _pieces(text):
        if (
            held
            and held.open > 0
            and not BEGINS.match(block.text)
            and 0 <= block.text.find("}") < (block.text.find("{") + 1 or 10**9)
        ):
            held.text += "\n" + block.text
        else:
            if held:
                yield held
            held = block
    if held:
        yield held


def _pieces(text: str) -> Iterator[_Block]:
    start, lines, tags = 0, list[str](), list[str]()
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.lstrip().startswith("//"):
            tags += [tag.replace("\\]", "]") for tag in TAG.findall(line)]
            continue
        hidden = _hide(line)
        if hidden.strip() and not hidden.lstrip().startswith("$CATEGORY:"):
            start = start if lines else number
            lines.append(hidden)
            continue
        if lines:
            yield _Block(start, "\n".join(lines), tags)
            lines, tags = [], []
        if hidden.strip():
            yield _Block(number, hidden, [])


def _draft(block: _Block, category: str | None) -> Draft:
    text = TITLE.sub("", block.text, count=1) if block.text.lstrip().startswith("::") else block.text
    before, _brace, rest = text.partition("{")
    inside, _brace, after = rest.partition("}")
    markup = FORMAT.search(before)
    stem = FORMAT.sub("", before, count=1).strip() + (GAP + after.strip() if after.strip() else "")
    texts = {"stem": _show(stem)}
    if markup and markup[1] == "html":
        texts["stem"] = text_of_html(texts["stem"])
    if category:
        texts["topic"] = category.rpartition("/")[2]
    answers, _marks, explanation = inside.partition("####")
    truth = TRUTH.fullmatch(answers)
    remarks = zip(SAID_OF_TRUTH, map(_told, (truth[2] or "").split("#")), strict=False) if truth else _remarks(answers)
    texts |= {"explanation": with_remarks(_told(explanation), remarks)} | read_tags(block.tags)
    if block.open or "{" in inside + after or "}" in before + after:
        return Draft(block.row, texts | {"stem": _show(text)}, unread=_("大括号 { } 没有配对，请补上或删去多余的"))
    if "{" not in text:
        return Draft(block.row, texts, unread=_("只有文字，没有写答案的大括号 { }"))
    if truth:
        return Draft(block.row, texts | {"kind": "judge", "answer": truth[1].upper()})
    if not answers.strip():
        return Draft(block.row, texts | {"kind": "text"}, body=Body("text", guide=visible(texts.get("guide", ""))))
    return _answered(block.row, texts, answers)


def _answered(row: int, texts: dict[str, str], answers: str) -> Draft:
    given = _answers(answers)
    if answers.lstrip().startswith("#") or not given:
        return Draft(row, texts | {"kind": "GIFT"}, unread=unread("numerical" if given or "#" in answers else "GIFT"))
    if all(mark == "=" and "->" in text for mark, text in given):
        sides = [(_told(prompt), _told(text)) for prompt, _arrow, text in (text.partition("->") for _mark, text in given)]
        pairs = [(visible(prompt), visible(text)) for prompt, text in sides]
        body = paired([pair for pair in pairs if pair[0]], [text for prompt, text in pairs if not prompt])
        return Draft(row, texts | {"kind": "match"}, body=body)
    weights = [100.0 if mark == "=" and not weight else weight for mark, weight in _weights(given)]
    if all(mark == "=" for mark, _text in given):
        accepted = tuple(_unweighted(text)[1] for _mark, text in given)
        if partly := uneven(weights) or (wildcard() if any(map(WILD.search, accepted)) else None):
            return Draft(row, texts, unread=partly)
        accepted = tuple(text.replace("\\*", "*") for text in accepted)
        return Draft(row, texts | {"kind": "fill", "answer": "|".join(accepted)}, (accepted,))
    if len(given) > len(LETTERS):
        return Draft(row, texts, unread=too_many())
    texts |= {letter: _unweighted(text)[1] for letter, (_mark, text) in zip(LETTERS, given, strict=False)}
    kind = "single" if any(mark == "=" for mark, _text in given) else "multiple"
    found = weighed(kind, dict(zip(LETTERS, weights, strict=False)))
    if isinstance(found, str):
        return Draft(row, texts, unread=found)
    right, own = found
    return Draft(row, texts | {"kind": kind, "answer": right}, exact=True, weights=own)


def _answers(answers: str) -> list[tuple[str, str]]:
    """(mark, text) of each answer: = right, ~ wrong or weighted; what is said about a choice after # is for _remarks()."""
    pieces = re.split(r"([=~])", answers, maxsplit=MOST_ANSWERS)
    return [(mark, text.partition("#")[0]) for mark, text in zip(pieces[1::2], pieces[2::2], strict=True)]


def _weights(given: list[tuple[str, str]]) -> list[tuple[str, float]]:
    return [(mark, _unweighted(text)[0]) for mark, text in given]


def _remarks(answers: str) -> list[tuple[str, str]]:
    """What is said about single answers, after # behind each."""
    pieces = re.split(r"[=~]", answers, maxsplit=MOST_ANSWERS)[1:]
    cut = [piece.partition("#") for piece in pieces if "->" not in piece]
    return [(_unweighted(text)[1], _told(remark)) for text, _mark, remark in cut]


def _unweighted(text: str) -> tuple[float, str]:
    weight = WEIGHT.match(text)
    return (float(weight[1]), _told(text[weight.end() :])) if weight else (0.0, _told(text))
