"""From one line of a file to the facts of a lecture, or a sentence about what is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from lms.compliance.signals.rules import facts

Made = TypeVar("Made")
NETWORKS = ("good", "poor", "none", "unknown")
MOST = 10**15
HALF = re.compile(r"\\u[dD][89a-fA-F]")  # of a character that JSON writes in two halves


class Malformed(ValueError):
    """A line that cannot be read; its text is a sentence for whoever made the file."""


def lecture_of(line: str) -> facts.Lecture:
    """The facts in one line of JSON. A field that is missing is not known, like null. Raises Malformed."""
    try:
        found = json.loads(line, parse_constant=_no_number)
    except json.JSONDecodeError as fault:
        raise Malformed(f"不是完整的 JSON（到第 {fault.pos + 1} 个字符读不下去）") from None
    except RecursionError:
        raise Malformed("不是能读的 JSON（括号套得太深）") from None
    except Malformed:
        raise
    except ValueError:
        raise Malformed("有一个数长得离谱") from None
    if not isinstance(found, dict):
        raise Malformed("应当是一个 JSON 对象，用大括号括起来")
    if HALF.search(line):
        _check_whole(found)
    return _lecture(_Record(found))


def _no_number(text: str) -> None:
    raise Malformed(f"不是完整的 JSON（{text} 不是数）")


def _check_whole(found: dict[str, Any]) -> None:
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Malformed("有半个字符（\\ud83d 一类），不是文字") from None


class _Record:
    """One object of the line, which knows where it stands: name and, in a list, place within the one around it.

    Each reading method takes the name of a field and gives its value; None, or nothing, where the line does not say it. Raises
    Malformed, with the place, where what stands there is of another kind or, of those that are needed, is missing. Times: aware.
    """

    __slots__ = ("around", "get", "name", "nth")

    def __init__(self, values: dict[str, Any], around: _Record | None = None, name: str = "", nth: int = 0) -> None:
        self.get = values.get
        self.around, self.name, self.nth = around, name, nth

    @property
    def place(self) -> str:
        if self.around is None:
            return ""
        return f"{self.around.place}{self.name}" + (f" 第 {self.nth} 项的 " if self.nth else ".")

    def wrong(self, name: str, wanted: str) -> Malformed:
        shown = json.dumps(self.get(name), ensure_ascii=False)[:40]
        return Malformed(f"{self.place}{name} 应当是{wanted}，现在是 {shown}")

    def text(self, name: str) -> str | None:
        value = self.get(name)
        if value is not None and not isinstance(value, str):
            raise self.wrong(name, "文字")
        return value

    def needed(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise self.wrong(name, "不为空的文字")
        return value

    def number(self, name: str, least: float = 0) -> float | None:
        value = self.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value < least:
            raise self.wrong(name, f"不小于 {least:g} 的数")
        if value > MOST:
            raise self.wrong(name, f"不超过 {MOST} 的数")
        return value

    def whole(self, name: str, least: int = 0) -> int | None:
        value = self.number(name, least)
        if value is not None and value != int(value):
            raise self.wrong(name, "整数")
        return None if value is None else int(value)

    def flag(self, name: str) -> bool | None:
        value = self.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.wrong(name, " true 或 false")
        return value

    def time(self, name: str) -> datetime | None:
        value = self.get(name)
        if value is None:
            return None
        try:
            at = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise self.wrong(name, "时间（如 2026-11-26T14:30:00+08:00）") from None
        if at.tzinfo is None or not 1970 < at.year < 9000:
            raise self.wrong(name, "带时区的时间（如 2026-11-26T14:30:00+08:00）")
        return at

    def time_needed(self, name: str) -> datetime:
        at = self.time(name)
        if at is None:
            raise self.wrong(name, "带时区的时间（如 2026-11-26T14:30:00+08:00）")
        return at

    def day(self, name: str) -> date | None:
        value = self.get(name)
        if value is None:
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise self.wrong(name, "日期（如 2026-11-30）") from None

    def one_of(self, name: str, known: frozenset[str] | tuple[str, ...]) -> str:
        value = self.get(name)
        if value not in known if isinstance(value, str) else True:
            raise self.wrong(name, f" {'、'.join(sorted(known))} 之一")
        return str(value)

    def record(self, name: str) -> _Record | None:
        value = self.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong(name, "对象")
        return _Record(value, self, name)

    def span(self, name: str) -> facts.Span | None:
        """None while either end is not known."""
        found = self.record(name)
        if found is None:
            return None
        starts_at, ends_at = found.time("starts_at"), found.time("ends_at")
        if starts_at is None or ends_at is None:
            return None
        if ends_at < starts_at:
            raise Malformed(f"{self.place}{name} 的结束时间早于开始时间")
        return facts.Span(starts_at, ends_at)

    def each(self, name: str, make: Callable[[_Record], Made]) -> tuple[Made, ...]:
        value = self.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self.wrong(name, "列表")
        if not all(isinstance(one, dict) for one in value):
            number = next(number for number, one in enumerate(value, start=1) if not isinstance(one, dict))
            raise Malformed(f"{self.place}{name} 第 {number} 项应当是对象")
        return tuple(make(_Record(one, self, name, number)) for number, one in enumerate(value, start=1))

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.wrong(name, "文字的列表")
        return tuple(value)


def _lecture(line: _Record) -> facts.Lecture:
    site = line.record("site") or _Record({})
    return facts.Lecture(
        lecture_id=line.needed("lecture_id"),
        enterprise_id=line.needed("enterprise_id"),
        headcount=line.whole("headcount"),
        head_person_id=line.text("head_person_id"),
        lecturer_person_id=line.text("lecturer_person_id"),
        lecturer_marks=line.each("lecturer_marks", _mark),
        planned=line.span("planned"),
        actual=line.span("actual"),
        campaign_due_on=line.day("campaign_due_on"),
        campaign_head_only=line.flag("campaign_head_only"),
        created_at=line.time("created_at"),
        closed_at=line.time("closed_at"),
        network=site.one_of("network", NETWORKS) if site.get("network") is not None else "unknown",
        sessions=site.whole("sessions", 1),
        roster=line.each("roster", _listed),
        expected=line.texts("expected"),
        excused=line.each("excused", lambda one: facts.Excused(one.needed("person_id"), one.time("at"))),
        events=line.each("events", _event),
        attempts=line.each("attempts", _attempt),
        certificates=line.each("certificates", lambda one: facts.Issued(one.needed("person_id"), one.time_needed("issued_at"))),
        materials=line.each("materials", lambda one: facts.Deck(one.text("sha256"), one.text("text_sha256"))),
        photos=line.each("photos", _photo),
        edits=line.each("edits", _edit),
    )


def _mark(one: _Record) -> facts.LecturerMark:
    kind = one.one_of("kind", ("start", "end"))
    return facts.LecturerMark(one.time_needed("at"), kind, one.one_of("method", ("own_phone", "officer", "trainer")))


def _listed(one: _Record) -> facts.Listed:
    return facts.Listed(one.needed("person_id"), one.whole("row"), one.text("department"), one.flag("has_phone"))


def _event(one: _Record) -> facts.Event:
    return facts.Event(
        person_id=one.needed("person_id"),
        kind=one.one_of("kind", facts.KINDS),
        scanned_at=one.time_needed("scanned_at"),
        recorded_at=one.time("recorded_at") or one.time_needed("scanned_at"),
        method=one.one_of("method", facts.METHODS),
        device_id=one.text("device_id"),
        screen=one.text("screen"),
        step=one.whole("step"),
        by_person_id=one.text("by_person_id"),
    )


def _attempt(one: _Record) -> facts.Attempt:
    return facts.Attempt(
        person_id=one.needed("person_id"),
        started_at=one.time_needed("started_at"),
        submitted_at=one.time("submitted_at"),
        device_id=one.text("device_id"),
        score=one.number("score"),
        answers=one.each("answers", _answer),
    )


def _answer(one: _Record) -> facts.Answer:
    return facts.Answer(one.needed("question_id"), one.text("chosen") or "", one.time("at"), one.whole("chars"))


def _photo(one: _Record) -> facts.Photo:
    phash = one.text("phash")
    try:
        bits = int(phash, 16) if phash else None
    except ValueError:
        raise one.wrong("phash", " 16 位十六进制数") from None
    if bits is not None and not 0 <= bits < 1 << 64:
        raise one.wrong("phash", " 16 位十六进制数")
    return facts.Photo(one.needed("sha256"), bits, one.time("taken_at"), one.time("uploaded_at"))


def _edit(one: _Record) -> facts.Edit:
    return facts.Edit(one.time_needed("at"), one.text("by_person_id"), one.text("what"), one.text("reason"))
