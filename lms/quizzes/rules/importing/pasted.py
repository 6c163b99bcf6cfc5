"""Questions pasted from a document, as examiners write them, and Aiken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lms.quizzes.rules.importing.kinds import KIND_OF
from lms.quizzes.rules.importing.question import Draft
from lms.registry.rules.names import visible

SECTION = re.compile(
    r"(?:第?[一二三四五六七八九十]+(?:部分)?\s*[、.．:：]?\s*)?"
    r"(单项选择题?|单选题?|多项选择题?|多选题?|不定项选择题?|判断题?|是非题?|填空题?|排序题?|匹配题?|配对题?|连线题?|简答题?|问答题?|论述题?)(.*)"
)
SECTION_POINTS = re.compile(r"每[题空小]*\s*(\d{1,2})\s*分")
NUMBERED = re.compile(r"(?:第?\s*\d{1,4}\s*题\s*[.、．:：]?|[（(]\d{1,4}[)）]|\d{1,4}\s*(?:[、:：)）]|[.．](?!\d)))\s*(?=\S)")
OPTION = re.compile(r"(?:(?<=^)|(?<=\s))(?:[（(]([A-Ha-h])[)）]\s*[.、．:：]?|([A-H])\s*[.、．:：)）])\s*")
LABELLED = re.compile(
    r"[【\[]?\s*(?P<label>正确答案|参考答案|标准答案|答案解析|试题解析|答案|解析|说明|难度|知识点|分值|依据)\s*(?:[】\]]\s*[:：]?|[:：])\s*(?P<text>.*)"
)
FIELD_OF = {
    "正确答案": "answer", "参考答案": "answer", "标准答案": "answer", "答案": "answer",
    "答案解析": "explanation", "试题解析": "explanation", "解析": "explanation", "说明": "explanation",
    "难度": "difficulty", "知识点": "topic", "分值": "points", "依据": "law_ref",
}  # fmt: skip
CHOICE_IN_STEM = re.compile(r"[（(]\s*([A-HＡ-Ｈ](?:[\s,，、]*[A-HＡ-Ｈ])*)\s*[）)]")
TRUTH_IN_STEM = re.compile(r"\s*[（(]\s*([√×✓✔✗✘TFYN对错]|正确|错误)\s*[）)]\s*$")
AIKEN_ANSWER = re.compile(r"ANSWER\s*[:：]\s*(\S.*?)\s*", re.IGNORECASE)
AIKEN_LINE = re.compile(r"^[ \t]*ANSWER[ \t]*[:：]", re.IGNORECASE | re.MULTILINE)
AIKEN_OPTION = re.compile(r"([A-Ha-h])\s*[.)）．]\s*(.*)")


@dataclass(slots=True)
class _Writing:
    """The question being read. at: the field that a line without a mark of its own goes on."""

    row: int
    texts: dict[str, str] = field(default_factory=dict)
    at: str = "stem"

    def go_on(self, line: str) -> None:
        before = self.texts.get(self.at, "")
        self.texts[self.at] = f"{before} {line}" if before and before[-1].isascii() and line[0].isascii() else before + line


def split_options(line: str) -> dict[str, str]:
    """The options written in one line, "A、1  B、1.5"; none when it does not begin with one."""
    marks = list(OPTION.finditer(line.strip()))
    if not marks or marks[0].start() != 0:
        return {}
    ends = [mark.start() for mark in marks[1:]] + [len(line.strip())]
    return {(mark[1] or mark[2]).upper(): line.strip()[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)}


def read_pasted(text: str) -> Iterator[Draft]:
    """Numbered questions with the answer in a bracket of the stem or on a line of its own; headings name kind and points.

    What stands before the first question is a title. Draft.row is the line a question begins on.
    """
    section: dict[str, str] = {}
    writing: _Writing | None = None
    for number, line in enumerate(text.splitlines(), 1):
        line = visible(line)  # one blank for many: no pattern below can be made to search a run of them again and again
        if not line:
            continue
        heading = SECTION.fullmatch(line)
        if heading and (len(line) < 40 and not NUMBERED.match(line)) and not re.search(r"[？?_]", heading[2]):
            if writing:
                yield _finished(writing)
            writing = None
            section = {"kind": heading[1].removesuffix("题")}
            if points := SECTION_POINTS.search(heading[2]):
                section["points"] = points[1]
        elif mark := NUMBERED.match(line):
            if writing:
                yield _finished(writing)
            writing = _Writing(number, dict(section))
            writing.go_on(line[mark.end() :])
        elif writing:
            _go_on(writing, line)
    if writing:
        yield _finished(writing)


def _go_on(writing: _Writing, line: str) -> None:
    if options := split_options(line):
        writing.texts |= options
        writing.at = max(options)
    elif labelled := LABELLED.fullmatch(line):
        writing.at = FIELD_OF[labelled["label"]]
        writing.texts[writing.at] = labelled["text"]
    else:
        writing.go_on(line)


def _finished(writing: _Writing) -> Draft:
    """The answer taken out of the stem, unless a line gave it."""
    texts = writing.texts
    stem = texts.get("stem", "")
    if "kind" in texts and texts["kind"] not in KIND_OF:
        del texts["kind"]
    truth, choices = TRUTH_IN_STEM.search(stem), list(CHOICE_IN_STEM.finditer(stem))
    if truth and not any(letter in texts for letter in "ABC"):
        texts.setdefault("answer", truth[1])
        texts["stem"] = stem[: truth.start()]
    elif choices and "A" in texts:
        texts.setdefault("answer", choices[-1][1])
        texts["stem"] = stem[: choices[-1].start()] + "（ ）" + stem[choices[-1].end() :]
    return Draft(writing.row, texts)


def looks_like_aiken(text: str) -> bool:
    """Whether a text without a name is Aiken."""
    return bool(AIKEN_LINE.search(text))


def read_aiken(text: str) -> Iterator[Draft]:
    """Stem, options, "ANSWER: A". Source: Moodle's Aiken format."""
    writing: _Writing | None = None
    for number, line in enumerate(text.splitlines(), 1):
        line = visible(line)  # one blank for many: no pattern below can be made to search a run of them again and again
        if not line:
            continue
        writing = writing or _Writing(number)
        if answer := AIKEN_ANSWER.fullmatch(line):
            writing.texts["answer"] = answer[1]
            yield Draft(writing.row, writing.texts)
            writing = None
        elif writing.texts.get("stem") and (option := AIKEN_OPTION.fullmatch(line)):
            writing.at = option[1].upper()
            writing.texts[writing.at] = option[2]
        else:
            writing.go_on(line)
    if writing:
        yield Draft(writing.row, writing.texts)
