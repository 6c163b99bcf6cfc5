"""A file of questions, what had to stay out of it, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from lms.core.tables import TableFault
from lms.quizzes.rules.body import LETTERS
from lms.quizzes.rules.exporting.gift import write_aiken, write_gift
from lms.quizzes.rules.exporting.moodle import write_moodle
from lms.quizzes.rules.exporting.qti import write_qti
from lms.quizzes.rules.exporting.sheet import write_sheet
from lms.quizzes.rules.importing import ParsedQuestion, read_questions

Pictures = Mapping[str, bytes]
TRANSLATIONS = ("translations",)  # a workbook has a column for them, a package keywords
DETAILS = ("explanation", "points", "topic", "law_ref", "difficulty", *TRANSLATIONS)


@dataclass(frozen=True, slots=True)
class Format:
    """kinds: that it has a place for. lost: details that it has none for. write: the questions, in order, as a file.

    most_lines: of a question to match, each a pair or a choice without one; 0: any number. brought: whether it
    carries the kinds of plug-ins.
    """

    name: str
    extension: str
    media_type: str
    kinds: frozenset[str]
    write: Callable[[Sequence[ParsedQuestion], Pictures], bytes]
    lost: tuple[str, ...] = ()
    one_blank: bool = False
    most_lines: int = 0
    brought: bool = False

    def lacks(self, question: ParsedQuestion) -> str | None:
        """Why it has no place for a question; None when it has."""
        if question.body.kind not in self.kinds or (question.body.by and not self.brought):
            return _("这种格式没有这种题型")
        if self.one_blank and len(question.body.blanks) > 1:
            return _("这种格式一道题只能有一个空")
        body = question.body
        lines = len(body.prompts) + len(body.options.keys() - set(body.answer)) if body.kind == "match" else 0
        if self.most_lines and lines > self.most_lines:
            return _("这种格式一道匹配题最多写 %(n)s 行", n=self.most_lines)
        return None


@dataclass(frozen=True, slots=True)
class Left:
    """A question that a format cannot carry, and why."""

    question: ParsedQuestion
    reason: str


@dataclass(frozen=True, slots=True)
class Export:
    """content: of the questions that came back as they were. left: the others. lost: details that the format drops of all."""

    content: bytes
    carried: int
    left: tuple[Left, ...]
    lost: tuple[str, ...]


PLAIN = frozenset(("single", "multiple", "judge", "fill"))
FORMATS = {
    "xlsx": Format(
        "Excel",
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        PLAIN | {"order", "match", "text"},
        lambda questions, _pictures: write_sheet(questions),
        most_lines=len(LETTERS),
        brought=True,
    ),
    "moodle": Format(
        "Moodle XML",
        "xml",
        "application/xml",
        PLAIN | {"order", "match", "text"},
        lambda questions, _pictures: write_moodle(questions),
        lost=TRANSLATIONS,
    ),
    "gift": Format(
        "GIFT",
        "gift.txt",
        "text/plain",
        PLAIN | {"match", "text"},
        lambda questions, _pictures: write_gift(questions),
        lost=TRANSLATIONS,
        one_blank=True,
    ),
    "aiken": Format(
        "Aiken",
        "aiken.txt",
        "text/plain",
        frozenset(("single",)),
        lambda questions, _pictures: write_aiken(questions),
        lost=DETAILS,
    ),
    "qti": Format("QTI 2.2", "qti.zip", "application/zip", PLAIN | {"order", "match", "text", "picture"}, write_qti),
}


def export(code: str, questions: Sequence[ParsedQuestion], pictures: Pictures) -> Export:
    """A file of these questions in a format of FORMATS. pictures: the bytes of the pictures asked about, by hash."""
    wanted = FORMATS[code]
    left = [Left(question, reason) for question in questions if (reason := wanted.lacks(question))]
    fit = [question for question in questions if not wanted.lacks(question)]
    content, came_back = _tried(wanted, fit, pictures)
    if not came_back:
        alone = [(question, _tried(wanted, [question], pictures)[1]) for question in fit]
        left += [
            Left(question, _("写成这种格式再读回来会变样，多半是文字里有这种格式的专用符号"))
            for question, well in alone
            if not well
        ]
        fit = [question for question, well in alone if well]
        content, came_back = _tried(wanted, fit, pictures)
    if not came_back:  # each alone comes back, together they do not: never hand out what we cannot read ourselves
        left += [Left(question, _("和别的题放在一个文件里读不回来")) for question in fit]
        content, fit = b"", []
    lost = tuple(name for name in wanted.lost if any(getattr(question, name) for question in fit))
    return Export(content, len(fit), tuple(left), lost)


def _tried(wanted: Format, questions: Sequence[ParsedQuestion], pictures: Pictures) -> tuple[bytes, bool]:
    """The file, and whether reading it gives the same questions in the same order."""
    if not questions:
        return b"", True
    try:
        content = wanted.write(questions, pictures)
        reading = read_questions(content)
    except (TableFault, ValueError):
        return b"", False
    bare = dict.fromkeys((*wanted.lost,)) | {"row": 0}
    return content, [_bare(question, bare) for question in reading.everything] == [
        _bare(question, bare) for question in questions
    ]


def _bare(question: ParsedQuestion, bare: Mapping[str, object]) -> ParsedQuestion:
    return replace(question, **bare)  # type: ignore[arg-type]  # names and values of its own fields
