"""What a campaign asks, in plain values: what is usual, what is stricter, when something is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Protocol, TypeVar

TITLE = "企业主要负责人讲安全课"  # what a new campaign is called until somebody calls it otherwise
MIN_MINUTES = 60  # a lecture shorter than this does not count
MIN_ATTENDANCE = 90  # percent of the expected people
PASS_MARK = 80  # points of 100
DAYS = 30  # from start to end
LATE_DAYS = 30  # for an enterprise that is asked after the launch
MATERIAL, PHOTO, QUIZ = "material", "photo", "quiz"  # kinds of evidence: 课件, 现场照片, 考核. Stored; never renamed
SEVERAL = ("themes", "evidence")  # terms of which a lower bureau may ask more, never fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A campaign as it is asked for. industries: names. min_attendance: percent. pass_mark: points of 100.

    late_days: how long an enterprise has that comes under the campaign after its launch. themes: codes of the themes the
    lecture is about, every one of them. evidence: kinds it must have to show. cascade: it is passed on in
    departments and teams (以上率下).
    """

    title: str
    industries: tuple[str, ...]
    starts_on: date
    due_on: date
    head_lectures: bool
    min_minutes: int
    min_attendance: int
    pass_mark: int
    deputy_counts: bool = False
    late_days: int = LATE_DAYS
    themes: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class Usual:
    """A campaign as bureaus often ask for it. days: from start to end. basis: where it comes from, to be read by officers."""

    title: str
    days: int
    min_minutes: int
    min_attendance: int = MIN_ATTENDANCE
    deputy_counts: bool = False
    themes: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    cascade: bool = False
    basis: str = "本产品建议，不是法规要求"


USUAL = {
    "lecture": Usual(TITLE, DAYS, MIN_MINUTES),
    "first": Usual(
        "开工第一课讲安全", 20, 45, 95, deputy_counts=True, themes=("LT01",), cascade=True,
        basis="湖南省安委办 2023-01-18 通知：春节后第一个上班日由主要负责人讲，代讲写明原因；"
        "天数、时长、比例、主题和传达为本产品建议",
    ),
    "flood": Usual("汛期安全课：防汛、防雷与防触电", 30, 45, themes=("LT04",)),
    "warning": Usual("事故警示教育课", 14, 30, 95, deputy_counts=True, evidence=(MATERIAL, PHOTO)),
    "month": Usual(
        "安全生产月：主要负责人讲安全课", 30, MIN_MINUTES, themes=("LT06",), evidence=(PHOTO,), cascade=True
    ),
}  # fmt: skip


def due_by_default(starts_on: date, days: int = DAYS) -> date:
    """The last day of a campaign that starts on this day, unless somebody says otherwise."""
    return starts_on + timedelta(days=days)


def late_due(due_on: date, late_days: int, today: date) -> date:
    """By when an enterprise is due that is asked today: with everybody, or later where that would leave it too few days."""
    return max(due_on, today + timedelta(days=late_days))


def due_after(due_on: date, old: date, new: date, late_days: int, late_on: date | None) -> date:
    """By when an enterprise is due whose date was due_on, once the deadline of all is no more the old day but the new one.

    A later date of its own stays. late_on: when it was asked, where that was after the launch: it has its days from then on,
    however early the deadline comes to be.
    """
    if due_on != old and due_on >= new:
        return due_on
    return new if late_on is None else late_due(new, late_days, late_on)


class Since(Protocol):
    @property
    def since_on(self) -> date: ...


V = TypeVar("V", bound=Since)


def applying(held_on: date | None, versions: Sequence[V]) -> Sequence[V]:
    """Of a campaign's rules in order, those that held when the day of a lecture began, and those after them."""
    before = [at for at, version in enumerate(versions) if held_on is None or version.since_on < held_on]
    return versions[max(before, default=0) :]


def looser(plan: Plan, above: Plan) -> list[str]:
    """In which of its terms a plan asks less than one above it; a lower bureau may ask more, never less."""
    found = [name for name in ("min_minutes", "min_attendance", "pass_mark") if getattr(plan, name) < getattr(above, name)]
    found += [name for name in SEVERAL if not set(getattr(plan, name)) >= set(getattr(above, name))]
    if above.head_lectures and not plan.head_lectures:
        found.append("head_lectures")
    elif above.head_lectures and plan.deputy_counts and not above.deputy_counts:
        found.append("deputy_counts")
    if above.cascade and not plan.cascade:
        found.append("cascade")
    return found + [name for name in ("due_on", "late_days") if getattr(plan, name) > getattr(above, name)]


def raised(plan: Plan, above: Plan) -> Plan:
    """The same plan, asking in no term less than one above it."""
    terms: dict[str, object] = {field.name: getattr(plan, field.name) for field in fields(Plan)}
    for name in looser(plan, above):
        terms[name] = getattr(above, name)
        if name in SEVERAL:  # what it asks beside that stays asked
            terms[name] = tuple(sorted({*getattr(plan, name), *getattr(above, name)}))
    terms["starts_on"] = min(plan.starts_on, above.due_on)  # one that was to begin later begins on its last day
    return Plan(**terms)  # type: ignore[arg-type]


def changes(old: Plan, new: Plan) -> list[str]:
    """The terms in which two plans differ, in the order in which they are asked. Of several things the order says nothing."""
    return [field.name for field in fields(Plan) if _as_asked(getattr(old, field.name)) != _as_asked(getattr(new, field.name))]


def _as_asked(value: object) -> object:
    return frozenset(value) if isinstance(value, tuple) else value
