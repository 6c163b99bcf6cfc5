"""How an enterprise stands in a campaign: from what was held to one state, its figures and the reason."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from lms.campaigns.rules import applying


class StandingState(enum.StrEnum):
    """Values are stored; never renamed."""

    NOT_STARTED = "not_started"  # 未开始
    PLANNED = "planned"  # 已计划
    LECTURED = "lectured"  # 已开讲
    COMPLETED = "completed"  # 已完成


LECTURED = (StandingState.LECTURED, StandingState.COMPLETED)


def is_over(state: StandingState, due_on: date, day: date) -> bool:
    """Whether what was asked is completed and past its date: it stays where the enterprise lay then, and with whom."""
    return state is StandingState.COMPLETED and due_on < day


NAMED = 3  # so many missing things are named in a sentence
NOTE = 200  # characters of a note
DISTRICT = 6  # digits of its code


class Reason(enum.StrEnum):
    """Why a lecture that was held does not count, or counts but does not complete. Values are stored; never renamed."""

    NOT_HEAD = "not_head"  # 讲课人不是主要负责人
    TOO_SHORT = "too_short"  # 时长不足
    FEW_ATTENDED = "few_attended"  # 参训人数不够
    FEW_PASSED = "few_passed"  # 合格人数不够
    NO_THEME = "no_theme"  # 没讲到要求的主题
    NO_EVIDENCE = "no_evidence"  # 要求的材料不全
    NOT_PASSED_ON = "not_passed_on"  # 部门、班次传达没做完


# What a lecture that counts can lack, a bit each, so that a line keeps all of it. Stored; never renumbered.
LACKS = {Reason.FEW_ATTENDED: 1, Reason.FEW_PASSED: 2, Reason.NO_THEME: 4, Reason.NO_EVIDENCE: 8, Reason.NOT_PASSED_ON: 16}


@dataclass(frozen=True, slots=True)
class Rule:
    """What a campaign asks. min_minutes: shortest lecture that counts. min_attendance: percent of the expected people.

    deputy_counts: somebody else may stand in for the head when it is written down why. themes: what it must be about, by
    code with the name that is said; evidence: what it must have to show, likewise; cascade: departments and teams must pass
    it on. pass_mark: points of 100 that its quiz must be passed with, where there is one.
    """

    head_lectures: bool
    min_minutes: int
    min_attendance: int
    pass_mark: int = 0
    deputy_counts: bool = False
    themes: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """A rule as it was asked from a day on, that day included."""

    number: int
    since_on: date
    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One lecture of an enterprise for a campaign, cancelled ones and drafts left out.

    deputy_reason: why somebody else stood in for the head; None where nobody said.
    held: closed, as opposed to planned or going on. held_on: the day it began; minutes: its real length, 0 while not held.
    expected: people asked to come, without those excused; the other figures count only among them. completed: those who
    did everything the lecture asked, by its own rules. pass_mark: of its quiz, None without one. with_mark: how many passed and
    completed with at least so many points, for each pass mark that some version of the campaign asks for. own: planned for this
    campaign, as opposed to another one that asks at the same time: then it counts here as well, but only where none of
    its own does. themes, evidence: codes of those that some version of the campaign asks for, the ones it is about and has to
    show. asked_to_pass_on, passed_on: departments and teams; departments: how many there were among those expected, for where
    there is one there is nothing to pass on.
    """

    lecture_id: UUID
    held: bool
    lecturer_is_head: bool
    own: bool = True
    deputy_reason: str | None = None
    held_on: date | None = None
    minutes: int = 0
    expected: int = 0
    attended: int = 0
    examined: int = 0
    passed: int = 0
    completed: int = 0
    pass_mark: int | None = None
    with_mark: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    themes: frozenset[str] = frozenset()
    evidence: frozenset[str] = frozenset()
    departments: int = 0
    asked_to_pass_on: int = 0
    passed_on: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """How an enterprise stands. lecture_id: the lecture that counts, else the one the state or the note speaks of.

    expected … passed: of the lecture that counts, 0 while none does. note: why it is not (yet) done, a sentence or None.
    lacks: all that a lecture that counts lacks, as bits of LACKS; reason is the first of it.
    """

    state: StandingState
    lecture_id: UUID | None = None
    lectured_on: date | None = None
    minutes: int = 0
    expected: int = 0
    attended: int = 0
    examined: int = 0
    passed: int = 0
    reason: Reason | None = None
    note: str | None = None
    lacks: int = 0


def standing_from(facts: Iterable[Facts], rule: Rule) -> Result:
    """How an enterprise stands by a rule that never changed."""
    return standing_under(facts, [Version(1, date.min, rule)])[0]


def standing_under(facts: Iterable[Facts], versions: Sequence[Version]) -> tuple[Result, int]:
    """How an enterprise stands, from its lectures in any order, and the number of the version it was judged by.

    Of several lectures that count, the best one does. A held lecture counts when the head gave it (if the rule asks so) and
    it was long enough. It completes when at least min_attendance percent of the expected people came, as many completed it,
    and it lacks nothing else that is asked. Themes add up: what one lecture is about that lacks nothing but themes is told by
    the others as well. versions: in order. A lecture is judged by the version that held before its day
    or by a later one, whichever is better for the enterprise: what was done by the rules stays done, and a rule made milder
    helps everybody.
    """
    lectures = list(facts)
    counting = [
        (_by_mark(lecture, version.rule), version)
        for lecture in lectures
        if lecture.held
        for version in applying(lecture.held_on, versions)
        if why_not(lecture, version.rule) is None
    ]
    if counting:
        told = frozenset[str]().union(
            *(lecture.themes for lecture, version in counting if _gave_its_themes(lecture, version.rule))
        )
        counting = [(replace(lecture, themes=lecture.themes | told), version) for lecture, version in counting]
        best, version = min(counting, key=lambda one: (*_worse(one[0], one[1].rule), one[1].number))
        return _counted(best, version.rule), version.number
    rule, number = versions[-1].rule, versions[-1].number
    refused = max((lecture for lecture in lectures if lecture.held), key=_order, default=None)
    reason, note = (why_not(refused, rule) or (None, None)) if refused else (None, None)
    minutes = refused.minutes if refused else 0
    planned = min((lecture for lecture in lectures if not lecture.held), key=lambda lecture: lecture.lecture_id, default=None)
    if planned:
        return Result(StandingState.PLANNED, planned.lecture_id, minutes=minutes, reason=reason, note=note), number
    if refused:
        return Result(StandingState.NOT_STARTED, refused.lecture_id, minutes=minutes, reason=reason, note=note), number
    return Result(StandingState.NOT_STARTED), number


def why_not(lecture: Facts, rule: Rule) -> tuple[Reason, str] | None:
    """Why a held lecture does not count, with the sentence; None when it does."""
    if rule.head_lectures and not lecture.lecturer_is_head and not (rule.deputy_counts and lecture.deputy_reason):
        return Reason.NOT_HEAD, "讲课人不是主要负责人"
    if lecture.minutes < rule.min_minutes:
        return Reason.TOO_SHORT, f"只讲了 {lecture.minutes} 分钟，要求 {rule.min_minutes} 分钟"
    return None


def enough(number: int, of: int, percent: int) -> bool:
    """Whether a number is at least so many percent of another; nobody expected is never enough."""
    return of > 0 and number * 100 >= of * percent


def lacking(lecture: Facts, rule: Rule) -> list[tuple[Reason, str]]:
    """What a lecture that counts lacks to be complete, each with its sentence; nothing when it is."""
    passed = f"按 {rule.pass_mark} 分合格认定" if below(lecture.pass_mark, rule.pass_mark) else "合格认定"
    found: list[tuple[Reason, str]] = []
    came = enough(lecture.attended, lecture.expected, rule.min_attendance)
    if not came:
        found.append((Reason.FEW_ATTENDED, f"参训 {lecture.attended} / {lecture.expected} 人，要求 {rule.min_attendance}%"))
    # Where all who came completed it, that few came says it already.
    if (came or lecture.completed < lecture.attended) and not enough(lecture.completed, lecture.expected, rule.min_attendance):
        found.append((Reason.FEW_PASSED, f"{passed} {lecture.completed} / {lecture.expected} 人，要求 {rule.min_attendance}%"))
    if said := _still("主题", rule.themes, lecture.themes):
        found.append((Reason.NO_THEME, said))
    if said := _still("材料", rule.evidence, lecture.evidence):
        found.append((Reason.NO_EVIDENCE, said))
    if rule.cascade and lecture.departments > 1 and not lecture.asked_to_pass_on:
        found.append((Reason.NOT_PASSED_ON, "还没有安排部门、班次传达"))
    elif rule.cascade and lecture.passed_on < lecture.asked_to_pass_on:
        found.append((Reason.NOT_PASSED_ON, f"部门、班次传达了 {lecture.passed_on} / {lecture.asked_to_pass_on}"))
    return found


def below(own: int | None, asked: int) -> bool:
    """Whether the quiz of a lecture is passed with fewer points than are asked. own: None where there is none."""
    return own is not None and own < asked


def _by_mark(lecture: Facts, rule: Rule) -> Facts:
    """A lecture with the people who passed by the mark of a rule as well as by its own: it may be held for another campaign."""
    passed, completed = lecture.with_mark.get(rule.pass_mark, (lecture.passed, lecture.completed))
    return replace(lecture, passed=passed, completed=completed)


def _gave_its_themes(lecture: Facts, rule: Rule) -> bool:
    """Whether all else that is asked was done in a lecture: a theme that half of the people missed is told nobody by it."""
    return all(reason is Reason.NO_THEME for reason, _said in lacking(lecture, rule))


def _still(what: str, asked: Mapping[str, str], there: frozenset[str]) -> str:
    """«课件、现场照片还缺 1 项：现场照片»; empty when nothing is missing."""
    missing = [name for code, name in asked.items() if code not in there]
    if not missing:
        return ""
    of = "、".join(asked.values()) if len(asked) <= NAMED else f"{what} {len(asked)} 项"
    more = f"等 {len(missing)} 项" if len(missing) > NAMED else ""
    return f"{of}还缺 {len(missing)} 项：{'、'.join(missing[:NAMED])}{more}" if len(asked) > 1 else f"{what}还缺：{missing[0]}"


def _counted(lecture: Facts, rule: Rule) -> Result:
    lacks = lacking(lecture, rule)
    return Result(
        StandingState.LECTURED if lacks else StandingState.COMPLETED, lecture.lecture_id, lecture.held_on, lecture.minutes,
        lecture.expected, lecture.attended, lecture.examined, lecture.passed,
        lacks[0][0] if lacks else None, "；".join(said for _reason, said in lacks)[:NOTE] or None,
        sum(LACKS[reason] for reason, _said in lacks),
    )  # fmt: skip


def _worse(lecture: Facts, rule: Rule) -> tuple[bool, bool, float, float, int, date, UUID]:
    """Orders lectures that count, the best first; of two alike the earlier one, so that the answer does not waver."""
    lacks = lacking(lecture, rule)
    of = lecture.expected or 1
    return (
        not lecture.own,
        bool(lacks),
        -lecture.completed / of,
        -lecture.attended / of,
        len(lacks),
        lecture.held_on or date.max,
        lecture.lecture_id,
    )


def _order(lecture: Facts) -> tuple[date, UUID]:
    return lecture.held_on or date.min, lecture.lecture_id


def by_district(codes: Iterable[str | None]) -> bool:
    """Whether the rows of a matrix are districts (县区), whose codes have six digits (GB/T 2260). None: the total."""
    return any(len(code) <= DISTRICT for code in codes if code is not None)


def place_word(codes: Iterable[str | None]) -> str:
    """What the rows of a matrix are, as documents say it."""
    return "县区" if by_district(codes) else "街道"


def with_total(cells: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The cells of a row or the totals of the columns, and after them what they come to."""
    return (*cells, sum_cells(cells))


def sum_cells(cells: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """What some cells come to."""
    given = of = 0
    for one, other in cells:
        given, of = given + one, of + other
    return given, of


def progress(first: date, last: date, held: Mapping[date | None, int], steps: int) -> list[tuple[date, int]]:
    """(day, how many by then) on evenly spaced days from one to another; the last one is all of them.

    held: how many on each day; those whose day is not known (None) count from the first on.
    """
    first = min(first, last)
    length = (last - first).days
    days = sorted({first + timedelta(days=length * at // steps) for at in range(steps + 1)})
    return [(day, sum(number for on, number in held.items() if day == last or (on or first) <= day)) for day in days]
