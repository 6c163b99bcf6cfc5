"""Reads that put the facts of one enterprise together (一企一档)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from lms.access.reach import reach
from lms.archives.queries.hours import earned_in_cycles
from lms.attendance.models import AttendanceEvent, Trust
from lms.compliance.models import Chase, ChaseWay, Standing, StandingState
from lms.compliance.queries import reasons_of, state_words
from lms.core.uow import UnitOfWork
from lms.credentials.models import Certificate, Completion
from lms.credentials.queries import cycles_of, in_force
from lms.credentials.rules import plain, required_hours
from lms.credentials.rules.hours import TAUGHT_FIRST
from lms.lectures.models import HELD, Attendee, Lecture, LectureState, Sitting
from lms.ledger import countersigning
from lms.ledger.queries import last_receipt, length
from lms.ledger.receipts import Receipt
from lms.ledger.service import Contradiction, contradictions
from lms.quizzes.models import Attempt, Quiz
from lms.registry.models import HeadAppointment, Person
from lms.registry.queries import RosterLine, roster_on
from lms.supervision.queries import last_observations
from lms.supervision.rules import DIMENSIONS

LECTURES_SHOWN = 20
VISITS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class HoursOfCategory:
    """Hours (学时) of one category of people this year. enough: people who have what their cycle asks of them.

    first_hand: of the hours, those whose presence the product saw itself.
    required: what most of them are asked for; None where no rule states hours for them.
    """

    category: str
    people: int
    hours: Decimal
    first_hand: Decimal
    required: Decimal | None
    enough: int
    article: str = ""

    @property
    def of_each(self) -> Decimal:
        """The hours of each of them on average, to a tenth."""
        return (self.hours / self.people).quantize(Decimal("0.1"))


class Visit(NamedTuple):
    """An officer was there. lecture: the one they sat in, None for another visit; ticked: how many facts of it they found.

    text: what they wrote; of another visit that is their bureau's alone.
    """

    at: datetime
    officer: str
    lecture: Lecture | None
    ticked: int
    text: str


@dataclass(frozen=True, slots=True)
class InCampaign:
    """A campaign and how the enterprise stands in it today, in words with the kind of the pill; reason: what it lacks, if any."""

    standing: Standing
    label: str
    kind: str
    reason: str | None

    def is_behind(self, today: date) -> bool:
        """Whether it may be chased."""
        line = self.standing
        return line.state is not StandingState.COMPLETED and not line.is_stopped and not line.is_exempt(today)


@dataclass(frozen=True, slots=True)
class Chain:
    """How long the chain of an enterprise is, its latest receipt, who signed that for the bureau ("" while nobody did), and
    where the chain contradicts it.
    """

    length: int
    receipt: Receipt | None
    signed_by: str
    contradicted: Contradiction | None


def chain_of(uow: UnitOfWork, enterprise_id: UUID) -> Chain:
    """The chain held against its latest receipt; `anke chain verify` looks through all of it."""
    receipt = last_receipt(uow, enterprise_id)
    found = contradictions(uow, enterprise_id, [receipt]) if receipt else ()
    signed_by = countersigning.signer_of(uow, enterprise_id, receipt.statement) if receipt else ""
    return Chain(length(uow, enterprise_id), receipt, signed_by, found[0] if found else None)


def heads_of(uow: UnitOfWork, enterprise_id: UUID) -> list[HeadAppointment]:
    """The heads of an enterprise, the present one first."""
    rows = select(HeadAppointment).where(HeadAppointment.enterprise_id == enterprise_id)
    return list(uow.session.scalars(rows.order_by(HeadAppointment.starts_on.desc(), HeadAppointment.id.desc())))


def standings_of(uow: UnitOfWork, enterprise_id: UUID) -> list[InCampaign]:
    """Today's standings of an enterprise, the soonest due first."""
    rows = uow.session.scalars(
        select(Standing)
        .where(Standing.enterprise_id == enterprise_id, Standing.until_on.is_(None))
        .order_by(Standing.due_on)
        .options(joinedload(Standing.campaign))
    ).all()
    reasons = reasons_of(uow, rows)
    return [InCampaign(row, *state_words(row, uow.today), reasons.get(row.id)) for row in rows]


def visits_to(uow: UnitOfWork, enterprise_id: UUID) -> list[Visit]:
    """When officers were last there: what they noted of a visit, and the lectures they sat in; the latest first. Two queries."""
    noted = select(Chase).where(Chase.enterprise_id == enterprise_id, Chase.way == ChaseWay.VISIT, reach(uow, Chase))
    noted = noted.order_by(Chase.chased_at.desc()).limit(VISITS_SHOWN)
    visits = [Visit(one.chased_at, one.chased_by, None, 0, one.text) for one in uow.session.scalars(noted)]
    for one in last_observations(uow, enterprise_id, VISITS_SHOWN):
        ticked = sum(dimension.ticked(one.facts) for dimension in DIMENSIONS.values())
        visits.append(Visit(one.submitted_at, one.officer, one.lecture, ticked, one.remark))
    return sorted(visits, key=lambda visit: visit.at, reverse=True)[:VISITS_SHOWN]


def trust_of(uow: UnitOfWork, enterprise_id: UUID) -> dict[Trust, int]:
    """How many attendance events of an enterprise are known in which way."""
    rows = uow.session.execute(
        select(AttendanceEvent.trust, func.count())
        .where(AttendanceEvent.enterprise_id == enterprise_id)
        .group_by(AttendanceEvent.trust)
    )
    found: dict[Trust, int] = dict(rows.all())
    return {trust: found[trust] for trust in Trust if trust in found}


def hours_by_category(uow: UnitOfWork, enterprise_id: UUID, industry: str) -> list[HoursOfCategory]:
    """This year's hours of the people on the roster today, by category: whoever the law names first, then the largest."""
    roster = roster_on(uow, enterprise_id, uow.today)
    year = uow.today.year
    cycles = cycles_of(uow, enterprise_id, year)
    earned, seen, _days = earned_in_cycles(uow, enterprise_id, year, cycles)
    by_category: dict[str, list[RosterLine]] = {}
    for line in roster:
        cycle = cycles.get(line.person_id)
        by_category.setdefault(cycle.category if cycle else line.category, []).append(line)
    told = []
    for category, lines in by_category.items():
        asked = required_hours(category, industry, uow.today)  # of whom no cycle was opened yet
        rule = (asked.hours, asked.article) if asked else (None, "")
        own = [cycles.get(line.person_id) for line in lines]
        owed = [(cycle.required, cycle.article) if cycle else rule for cycle in own]
        required, article = Counter(owed).most_common(1)[0][0]
        hours = [earned.get(line.person_id, Decimal(0)) for line in lines]
        enough = sum(1 for (need, _article), value in zip(owed, hours, strict=True) if need is not None and value >= need)
        first_hand = sum((seen.get(line.person_id, Decimal(0)) for line in lines), Decimal(0))
        shown = None if required is None else Decimal(plain(required))
        told.append(HoursOfCategory(category, len(lines), sum(hours, Decimal(0)), first_hand, shown, enough, article))
    named = {category: place for place, category in enumerate(TAUGHT_FIRST)}
    return sorted(told, key=lambda line: (named.get(line.category, len(named)), -line.people, line.category))


@dataclass(frozen=True, slots=True)
class Held:
    """A lecture with its numbers of people. certificates: those in force."""

    lecture: Lecture
    expected: int
    completed: int
    certificates: int


def lectures_of(uow: UnitOfWork, enterprise_id: UUID) -> list[Held]:
    """The latest lectures of an enterprise that people were told of, in five queries."""
    begins = select(func.min(Sitting.planned_starts_at)).where(Sitting.lecture_id == Lecture.id).scalar_subquery()
    lectures = uow.session.scalars(
        select(Lecture)
        .where(Lecture.enterprise_id == enterprise_id, Lecture.state != LectureState.DRAFT)
        .options(joinedload(Lecture.lecturer).load_only(Person.name))
        .order_by(begins.desc(), Lecture.id)
        .limit(LECTURES_SHOWN)
    ).all()
    return counted(uow, lectures)


def counted(uow: UnitOfWork, lectures: Sequence[Lecture]) -> list[Held]:
    """These lectures with their numbers of people, in three queries."""
    ids = [lecture.id for lecture in lectures]

    def count(model: type[Attendee] | type[Completion] | type[Certificate], *where: Any) -> dict[UUID, int]:
        of_lecture: Any = model.lecture_id
        rows = uow.session.execute(select(of_lecture, func.count()).where(of_lecture.in_(ids), *where).group_by(of_lecture))
        return dict(rows.all())

    expected, completed = count(Attendee), count(Completion, Completion.completed)
    certificates = count(Certificate, in_force())
    return [Held(row, expected.get(row.id, 0), completed.get(row.id, 0), certificates.get(row.id, 0)) for row in lectures]


def last_settled(uow: UnitOfWork, rows: Sequence[Held]) -> Held | None:
    """Of these lectures, the latest first, the first that was held and whose quiz is over, with a score for everybody who took
    it: only then is it known who passed.
    """
    held = [row for row in rows if row.lecture.is_held]
    unmarked = select(Attempt.id).where(Attempt.quiz_id == Quiz.id, Attempt.score.is_(None))
    going_on = select(Quiz.lecture_id).where(
        Quiz.lecture_id.in_([row.lecture.id for row in held]), Quiz.retest_of_id.is_(None),
        or_(Quiz.closes_at > uow.now, unmarked.exists()),
    )  # fmt: skip
    waits = set(uow.session.scalars(going_on))
    return next((row for row in held if row.lecture.id not in waits), None)


def held_count(uow: UnitOfWork, enterprise_id: UUID) -> int:
    """How many lectures of an enterprise were held and closed."""
    wanted = select(func.count(Lecture.id)).where(Lecture.enterprise_id == enterprise_id, Lecture.state.in_(HELD))
    return uow.session.scalar(wanted) or 0
