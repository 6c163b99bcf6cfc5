"""Evaluate a file of lecture facts, one lecture a line, however long it is."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from lms.compliance.signals.index import Index
from lms.compliance.signals.rules import evaluate
from lms.compliance.signals.rules.facts import Lecture
from lms.compliance.signals.rules.parsing import Malformed, lecture_of
from lms.compliance.signals.rules.signal import Signal


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A line of the file: a lecture with its signals, or what is wrong with the line."""

    number: int
    lecture_id: str = ""
    signals: tuple[Signal, ...] = ()
    fault: str | None = None


def evaluated(file: BinaryIO, progress: Callable[[str, int], None]) -> Iterator[Evaluated]:
    """Every line in the file's order; blank ones are left out. It is read twice: what is used twice is known only at its end.

    progress: told after each line what is being done and how many lines are.
    """
    if not file.seekable():
        kept = tempfile.TemporaryFile()  # noqa: SIM115 - goes with the generator
        shutil.copyfileobj(file, kept)
        file = kept
    index, faults = Index(), {}
    file.seek(0)
    known: dict[str, int] = {}
    for number, line in _lines(file):
        try:
            lecture = _read(line)
            if lecture.lecture_id in known:
                raise Malformed(f"lecture_id 与第 {known[lecture.lecture_id]} 行相同")
        except Malformed as fault:
            faults[number] = str(fault)
        else:
            known[lecture.lecture_id] = number
            index.add(lecture)
        progress("已读", number)
    file.seek(0)
    place = 0
    for number, line in _lines(file):
        if number in faults:
            yield Evaluated(number, fault=faults[number])
        else:
            lecture = _read(line)
            yield Evaluated(number, lecture.lecture_id, tuple(evaluate(lecture, index.elsewhere(place, lecture))))
            place += 1
        progress("已评估", number)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(file, start=1):
        if line.strip(b" \t\r\n\xef\xbb\xbf"):
            yield number, line


def _read(line: bytes) -> Lecture:
    try:
        return lecture_of(line.decode("utf-8-sig").rstrip())
    except UnicodeDecodeError:
        raise Malformed("不是 UTF-8 文字") from None
