"""The hours of an enterprise: what is asked of whom, what they have and how it is known, and what closes the gap."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from lms.archives.queries.levels import LevelHours, OfLevel, by_level, levels_asked
from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.credentials.models import Completion, HoursCycle, HoursLine
from lms.credentials.queries import cycles_of, level_hours
from lms.credentials.queries.hours import FIRST_HAND
from lms.credentials.rules import INITIAL, YEARLY, Closing, closing, counting_on, full_days
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting
from lms.registry.models import Enterprise, Person
from lms.registry.queries import RosterLine, roster_on

NONE = Decimal(0)
MINUTE = timedelta(minutes=1)
TOGETHER = "同时，只计一次"


class Planned(NamedTuple):
    """A lecture to come."""

    id: UUID
    title: str


@dataclass(frozen=True, slots=True)
class PersonHours:
    """One person in a year. required: None where no rule names a number. first_hand: of the earned hours, those whose
    presence the product saw itself; the others were entered afterwards. closes: with which planned lecture the gap is closed.
    levels: of 三级教育, of whom the initial training is asked.
    """

    line: RosterLine
    kind: str
    category: str
    required: Decimal | None
    article: str
    earned: Decimal
    first_hand: Decimal
    closes: Closing[Planned]
    levels: tuple[LevelHours, ...] = ()

    @property
    def missing(self) -> Decimal:
        return max((self.required or NONE) - self.earned, NONE)

    @property
    def enough(self) -> bool:
        return self.required is not None and not self.missing


@dataclass(frozen=True, slots=True)
class Together:
    """People taken together. asked: of whom a number is asked; enough: of these, who have it; missing: hours of the others.

    closes: the planned lecture that closes the gap of most of the others, and of how many; left: whose gap no planned one closes.
    """

    name: str
    people: int
    asked: int
    enough: int
    required: Decimal
    earned: Decimal
    first_hand: Decimal
    missing: Decimal
    closes: tuple[Planned, int] | None
    left: int


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Time that cannot have been, or is worth a look: a day with too many hours, or minutes in two lectures at once."""

    name: str
    day: date
    hours: Decimal | None
    said: str


@dataclass(frozen=True, slots=True)
class EnterpriseHours:
    year: int
    people: list[PersonHours]
    categories: list[Together]
    departments: list[Together]
    total: Together
    doubtful: list[Doubtful]
    levels: list[OfLevel]


def hours_of_enterprise(uow: UnitOfWork, enterprise: Enterprise, year: int) -> EnterpriseHours:
    """Everybody on the roster (at the end of a past year) in a fixed number of queries."""
    day = min(uow.today, date(year, 12, 31))
    roster = roster_on(uow, enterprise.id, day)
    cycles = cycles_of(uow, enterprise.id, year)
    earned, first_hand, days = earned_in_cycles(uow, enterprise.id, year, cycles)
    planned = _planned(uow, enterprise.id, date(year, 12, 31))
    initial = {one.person_id: (one.starts_on, min(one.ends_on, day)) for one in cycles.values() if one.kind == INITIAL}
    of_levels = level_hours(uow, initial)
    people = []
    for line in roster:
        cycle = cycles.get(line.person_id)
        required = cycle.required if cycle else None
        have = earned.get(line.person_id, NONE)
        people.append(
            PersonHours(
                line, cycle.kind if cycle else "yearly", cycle.category if cycle else line.category, required,
                cycle.article if cycle else "", have, first_hand.get(line.person_id, NONE),
                closing(max((required or NONE) - have, NONE), planned[line.person_id]),
                levels_asked(enterprise.industry, cycle.starts_on, of_levels.get(line.person_id, {}))
                if cycle and cycle.kind == INITIAL
                else (),
            )
        )  # fmt: skip
    names = {line.person_id: line.name for line in roster}
    return EnterpriseHours(
        year,
        sorted(people, key=lambda one: (-one.missing, one.line.work_no or "", one.line.name)),
        _grouped(people, lambda one: one.category),
        _grouped(people, lambda one: one.line.department_name or "—"),
        _together("", people),
        _doubtful(uow, enterprise.id, year, names, days),
        by_level(one.levels for one in people),
    )


def earned_in_cycles(
    uow: UnitOfWork, enterprise_id: UUID, year: int, cycles: Mapping[UUID, HoursCycle]
) -> tuple[dict[UUID, Decimal], dict[UUID, Decimal], dict[UUID, list[tuple[date, Decimal]]]]:
    """Person → hours that count for what is asked of them, of these the first-hand ones, and the hours of each day of the year.

    For a calendar year all of it counts; for the initial training what lies within it, also before and after the turn of a year.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    spans = {one.person_id: (one.starts_on, one.ends_on) for one in cycles.values() if one.kind != YEARLY}
    since, until = min([first, *(span[0] for span in spans.values())]), max([last, *(span[1] for span in spans.values())])
    rows = uow.session.execute(
        select(HoursLine.person_id, HoursLine.trust, HoursLine.earned_on, func.sum(HoursLine.hours))
        .where(HoursLine.enterprise_id == enterprise_id, HoursLine.earned_on.between(since, until))
        .group_by(HoursLine.person_id, HoursLine.trust, HoursLine.earned_on)
    )
    every, seen = defaultdict[UUID, Decimal](Decimal), defaultdict[UUID, Decimal](Decimal)
    days = defaultdict[UUID, list[tuple[date, Decimal]]](list)
    for person_id, trust, day, hours in rows:
        begins, ends = spans.get(person_id, (first, last))
        if begins <= day <= ends:
            every[person_id] += hours
            seen[person_id] += hours if trust in FIRST_HAND else 0
        if first <= day <= last:
            days[person_id].append((day, hours))
    return every, seen, days


def _planned(
    uow: UnitOfWork, enterprise_id: UUID, until: date, person_id: UUID | None = None
) -> dict[UUID, list[tuple[Planned, Decimal]]]:
    """Person → the lectures they are expected at, in order, with the hours each would give. person_id: of one person only."""
    begins, ends = func.min(Sitting.planned_starts_at), func.min(Sitting.planned_ends_at)
    wanted = (
        select(Attendee.person_id, Lecture.id, Lecture.title, begins.label("begins"), ends.label("ends"))
        .join(Lecture, Lecture.id == Attendee.lecture_id)
        .join(Sitting, Sitting.lecture_id == Lecture.id)
        .where(Attendee.enterprise_id == enterprise_id, Lecture.state.in_([LectureState.NOTIFIED, LectureState.OPEN]))
        .where(Attendee.excused_reason.is_(None))
        .group_by(Attendee.person_id, Lecture.id, Lecture.title)
        .order_by(begins)
    )
    rows = uow.session.execute(wanted if person_id is None else wanted.where(Attendee.person_id == person_id))
    found = defaultdict[UUID, list[tuple[Planned, Decimal]]](list)
    for row in rows:
        day = clock.local_date(row.begins)
        if day <= until:
            found[row.person_id].append((Planned(row.id, row.title), counting_on(day).hours((row.ends - row.begins) // MINUTE)))
    return found


def _grouped(people: Iterable[PersonHours], key: Callable[[PersonHours], str]) -> list[Together]:
    groups: dict[str, list[PersonHours]] = {}
    for one in people:
        groups.setdefault(key(one), []).append(one)
    return sorted((_together(name, ones) for name, ones in groups.items()), key=lambda one: (-one.people, one.name))


def _together(name: str, people: list[PersonHours]) -> Together:
    asked = [one for one in people if one.required is not None]
    short = [one for one in asked if one.missing]
    closing = Counter(one.closes.by for one in short if one.closes.by).most_common(1)
    return Together(
        name, len(people), len(asked), sum(one.enough for one in asked),
        sum((one.required or NONE for one in asked), NONE), sum((one.earned for one in people), NONE),
        sum((one.first_hand for one in people), NONE), sum((one.missing for one in asked), NONE),
        closing[0] if closing else None, sum(one.closes.by is None for one in short),
    )  # fmt: skip


def _doubtful(
    uow: UnitOfWork, enterprise_id: UUID, year: int, names: dict[UUID, str], days: dict[UUID, list[tuple[date, Decimal]]]
) -> list[Doubtful]:
    warn = counting_on(date(year, 12, 31)).day_warn
    found = [
        Doubtful(names[person_id], day, hours, "")
        for person_id, of_days in days.items()
        if person_id in names
        for day, hours in full_days(of_days, warn)
    ]
    rows = uow.session.execute(
        select(HoursLine.person_id, HoursLine.earned_on, Completion.reasons)
        .join(Completion, Completion.id == HoursLine.completion_id)
        .where(HoursLine.enterprise_id == enterprise_id, HoursLine.earned_on.between(date(year, 1, 1), date(year, 12, 31)))
        .where(HoursLine.reason.contains(TOGETHER))
    )
    twice = {(person_id, day, clause) for person_id, day, reasons in rows for clause in reasons if clause.endswith(TOGETHER)}
    found += [Doubtful(names[person_id], day, None, said) for person_id, day, said in twice if person_id in names]
    return sorted(found, key=lambda one: (-one.day.toordinal(), one.name, one.said))


@dataclass(frozen=True, slots=True)
class Gap:
    """What is asked of somebody now, what they have of it, and with which planned lecture the rest is reached."""

    cycle: HoursCycle
    earned: Decimal
    closes: Closing[Planned]

    @property
    def missing(self) -> Decimal:
        return max((self.cycle.required or NONE) - self.earned, NONE)


def gap_of(uow: UnitOfWork, person: Person) -> Gap | None:
    """Of the present cycle; None while there is none."""
    current = next((one for one in cycles_with_hours(uow, person) if one[0].closed_at is None), None)
    if current is None:
        return None
    cycle, earned = current
    planned = _planned(uow, person.enterprise_id, cycle.ends_on, person.id)
    return Gap(cycle, earned, closing(max((cycle.required or NONE) - earned, NONE), planned[person.id]))


def cycles_with_hours(uow: UnitOfWork, person: Person) -> list[tuple[HoursCycle, Decimal]]:
    """A person's cycles, the latest first, each with what was earned for it.

    For a calendar year all of the year counts, whatever the person was in it; for the initial training what lies within it.
    """
    rows = uow.session.scalars(
        select(HoursCycle).where(HoursCycle.person_id == person.id).order_by(HoursCycle.starts_on.desc(), HoursCycle.id.desc())
    ).all()
    days = uow.session.execute(
        select(HoursLine.earned_on, func.sum(HoursLine.hours))
        .where(HoursLine.person_id == person.id)
        .group_by(HoursLine.earned_on)
    ).all()
    found = []
    for row in rows:
        first = date(row.starts_on.year, 1, 1) if row.kind == YEARLY else row.starts_on
        found.append((row, sum((hours for day, hours in days if first <= day <= row.ends_on), NONE)))
    return found
