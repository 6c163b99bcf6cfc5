"""Questions out of any file, judged by its content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _

from lms.core.tables import FileEmpty, Heading, NoHeader, NoRows, TooManyRows, UnpackedTooBig, read
from lms.core.tables.limits import MAX_ROWS, MAX_UPLOAD_BYTES
from lms.core.tables.ole import SIGNATURE
from lms.core.tables.reading import NOT_TABLES, ZIP
from lms.core.tables.table import Table
from lms.core.tables.text import decode
from lms.quizzes.rules.body import LETTERS
from lms.quizzes.rules.duplicates import fingerprint
from lms.quizzes.rules.importing import sheets
from lms.quizzes.rules.importing.gift import looks_like_gift, read_gift
from lms.quizzes.rules.importing.moodle import read_moodle
from lms.quizzes.rules.importing.pasted import looks_like_aiken, read_aiken, read_pasted
from lms.quizzes.rules.importing.qti import open_qti, read_qti
from lms.quizzes.rules.importing.question import Draft, ParsedQuestion, judge
from lms.registry.rules.identifiers import Wrong
from lms.registry.rules.names import visible
from lms.registry.rules.rows import (
    LONGEST_VALUE,
    NOTHING_CHOSEN,
    Cells,
    Duplicate,
    Fault,
    Ignored,
    Overrides,
    outcome,
    report,
)

MOODLE = re.compile(r"<quiz\b", re.IGNORECASE)
MOST_CHARACTERS = 5_000_000  # of text that is no table
FIXABLE = frozenset(("kind", "stem", "answer", "points", *LETTERS))
LONGEST_SHOWN = 500  # characters of a faulty question's part that a page repeats


@dataclass(frozen=True, slots=True)
class FaultyQuestion:
    """A question that stays out, whole, so that somebody can tell which it is. texts: as in Draft, only what is filled in."""

    row: int
    texts: Mapping[str, str]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class QuestionsReading:
    """What a file of questions says. A question with a fault is not among the questions.

    repeated: those that are in the file already, further up. pictures: the bytes of those asked about, by hash.
    format: sheet, pasted, aiken, gift, moodle or qti. sheet, header_row, headings: of a table, else None, None, ().
    row everywhere: of the sheet; the line a question begins on (text); its number (Moodle, QTI).
    """

    format: str
    sheet: str | None
    header_row: int | None
    headings: tuple[Heading, ...]
    category: str | None
    questions: tuple[ParsedQuestion, ...]
    faulty: tuple[FaultyQuestion, ...]
    duplicates: tuple[Duplicate, ...]
    ignored_rows: tuple[Ignored, ...]
    repeated: tuple[ParsedQuestion, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def everything(self) -> tuple[ParsedQuestion, ...]:
        """All that can be asked in the order of the file, the repeated ones too."""
        return tuple(sorted((*self.questions, *self.repeated), key=lambda question: question.row))

    @property
    def faults(self) -> tuple[Fault, ...]:
        return tuple(fault for question in self.faulty for fault in question.faults)

    @property
    def outcome(self) -> str:
        return outcome(self.faults)

    def as_dict(self) -> dict[str, Any]:
        """The report of `anke import questions --dry-run --json`."""
        own = {
            "format": self.format,
            "category": self.category,
            "accepted": len(self.questions),
            "total_points": sum(question.points or 0 for question in self.questions),
            "questions": [question.as_dict() for question in self.questions],
        }
        return report(self, own)


def read_questions(content: bytes, overrides: Overrides = NOTHING_CHOSEN) -> QuestionsReading:
    """The questions of a file or of pasted text: a table of any format, numbered text, Aiken, GIFT, Moodle XML or a QTI package.

    overrides: fixes and choices of the preview page, by the fields of Draft.texts.
    Raises TableFault: those of read(), parse_xml() and read_qti(), NO_HEADER for a table without a stem, NO_ROWS where no
    question is found.
    """
    if len(content) > MAX_UPLOAD_BYTES:
        raise UnpackedTooBig
    if content.startswith(ZIP) and (package := open_qti(content)):
        drafts, pictures = read_qti(package)
        return replace(_of_drafts("qti", drafts, overrides), pictures=pictures)
    if content.startswith((*ZIP, SIGNATURE, *NOT_TABLES)):
        return _of_tables(read(content), overrides)
    if not content.strip():
        raise FileEmpty
    if content.lstrip().startswith(b"<?xml") and MOODLE.search(content[:4096].decode("latin-1")):
        category, drafts = read_moodle(content)  # its own declaration says how it is encoded
        return _of_drafts("moodle", drafts, overrides, category)
    text = decode(content)
    if not visible(text[:LONGEST_VALUE]) and not visible(text):
        raise FileEmpty
    if text.lstrip().startswith("<"):
        if not MOODLE.search(text[:4096]):
            return _of_tables(read(content), overrides)
        category, drafts = read_moodle(content)
        return _of_drafts("moodle", drafts, overrides, category)
    try:
        return _of_tables(read(content), overrides)
    except NoHeader:
        return _of_text(text, overrides)
    except TooManyRows:  # as a table; as text a question takes several lines
        try:
            return _of_text(text, overrides)
        except NoHeader:
            pass
        raise


def _of_text(text: str, overrides: Overrides) -> QuestionsReading:
    """Text that is no table. Raises NoHeader when it is nothing else either, UnpackedTooBig."""
    if len(text) > MOST_CHARACTERS:
        raise UnpackedTooBig
    if looks_like_aiken(text):
        return _of_drafts("aiken", read_aiken(text), overrides)
    if looks_like_gift(text):
        category, drafts = read_gift(text)
        return _of_drafts("gift", drafts, overrides, category)
    pasted = list(read_pasted(text))
    if not pasted:
        raise NoHeader(wanted=_("题干"))
    return _of_drafts("pasted", pasted, overrides)


def _of_tables(tables: list[Table], overrides: Overrides) -> QuestionsReading:
    header = sheets.header_of(tables, overrides)
    cells = Cells(header, overrides, frozenset(("kind", "topic")), sheets.COUNTED)
    drafts, ignored = sheets.drafts(cells)
    names = {name: header.heading_of(name) or name for name in sheets.SYNONYMS}
    questions, faulty, duplicates, repeated = _judged(drafts, {}, names)
    marked: dict[int, list[Fault]] = {}
    for fault in cells.faults:
        marked.setdefault(fault.row, []).append(fault)
    for row, found in marked.items():
        faulty.append(FaultyQuestion(row, _shown({name: cells.raw(row, name) for name in names}), tuple(found)))
    if not questions and not faulty:
        raise NoRows
    every = tuple(sorted(faulty, key=lambda question: question.row))
    return QuestionsReading(
        "sheet", header.table.name, header.row, header.headings, None, questions, every, duplicates, tuple(ignored), repeated
    )


def _of_drafts(kind: str, drafts: Iterable[Draft], overrides: Overrides, category: str | None = None) -> QuestionsReading:
    names = {
        "stem": _("题干"),
        "kind": _("题型"),
        "answer": _("答案"),
        "points": _("分值"),
        **{letter: _("选项%(letter)s", letter=letter) for letter in LETTERS},
    }
    questions, faulty, duplicates, repeated = _judged(drafts, overrides.fixes, names)
    if not questions and not faulty:
        raise NoRows(_("没有找到题目。请按“1. 题干（A）”的样子粘贴，或者用表格模板填写。"))
    return QuestionsReading(kind, None, None, (), category, questions, tuple(faulty), duplicates, (), repeated)


def _judged(
    drafts: Iterable[Draft], fixes: Mapping[tuple[int, str], str], names: Mapping[str, str]
) -> tuple[tuple[ParsedQuestion, ...], list[FaultyQuestion], tuple[Duplicate, ...], tuple[ParsedQuestion, ...]]:
    """Questions that can be asked, those at fault, and questions that are in the file twice (the first stays)."""
    questions: list[ParsedQuestion] = []
    faulty: list[FaultyQuestion] = []
    duplicates: list[Duplicate] = []
    repeated: list[ParsedQuestion] = []
    known: dict[str, int] = {}
    typed: dict[int, dict[str, str]] = {}
    for (row, name), text in fixes.items():
        typed.setdefault(row, {})[name] = text
    for number, draft in enumerate(drafts):
        if number == MAX_ROWS:
            raise TooManyRows(rows=MAX_ROWS)
        if fixed := {name: text for name, text in typed.get(draft.row, {}).items() if name in FIXABLE}:
            accepted = () if "answer" in fixed else draft.accepted
            draft = replace(draft, texts={**draft.texts, **fixed})
            if fixed.keys() != {"points"}:
                draft = replace(draft, accepted=accepted, body=None, unread=None, weights={})
        match judge(draft):
            case (str(name), Wrong() as wrong):
                text = visible(draft.texts.get(name, ""))
                value = text if 0 < len(text) <= LONGEST_VALUE else None
                fault = Fault(draft.row, names.get(name, name), name, wrong.code, value, wrong.reason)
                faulty.append(FaultyQuestion(draft.row, _shown(draft.texts), (fault,)))
            case ParsedQuestion() as question:
                key = fingerprint(question.stem, question.body.texts)
                if key in known:
                    duplicates.append(Duplicate(question.row, known[key], None))
                    repeated.append(question)
                else:
                    known[key] = question.row
                    questions.append(question)
    return tuple(questions), faulty, tuple(duplicates), tuple(repeated)


def _shown(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: visible(text[: 2 * LONGEST_SHOWN])[:LONGEST_SHOWN] for name, text in texts.items() if text.strip()}
