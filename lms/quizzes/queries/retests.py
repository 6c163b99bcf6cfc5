"""Spot retests, old and new scores side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee
from lms.quizzes.models import Attempt, Quiz, Retest, RetestPerson
from lms.quizzes.queries.progress import best_of
from lms.registry.models import Person


@dataclass(frozen=True, slots=True)
class Twice:
    """One person picked. before: the best score then. after: the score of the retest, None until it is there."""

    name: str
    department_name: str
    before: int
    after: int | None
    begun: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a retest. The means are of those with both scores; None while there are none."""

    people: tuple[Twice, ...]

    @property
    def done(self) -> list[Twice]:
        return [one for one in self.people if one.after is not None]

    @property
    def mean_before(self) -> int | None:
        return round(sum(one.before for one in self.done) / len(self.done)) if self.done else None

    @property
    def mean_after(self) -> int | None:
        return round(sum(one.after or 0 for one in self.done) / len(self.done)) if self.done else None


def graded_people(uow: UnitOfWork, quiz_id: UUID) -> set[UUID]:
    """Those with a score in a quiz who are still on the roster."""
    wanted = select(Attempt.person_id).join(Person, Person.id == Attempt.person_id)
    return set(
        uow.session.scalars(wanted.where(Attempt.quiz_id == quiz_id, Attempt.score.is_not(None), Person.left_on.is_(None)))
    )


def retests_of(uow: UnitOfWork, lecture_id: UUID) -> list[tuple[Retest, int, datetime]]:
    """The retests of a lecture, the newest first: each with how many were picked, and when it closes."""
    number = select(func.count()).where(RetestPerson.retest_id == Retest.id).correlate(Retest).scalar_subquery()
    rows = uow.session.execute(
        select(Retest, number, Quiz.closes_at)
        .join(Quiz, Quiz.id == Retest.quiz_id)
        .where(Retest.lecture_id == lecture_id)
        .order_by(Retest.id.desc())
    )
    return [(row[0], row[1], row[2]) for row in rows]


def compared(uow: UnitOfWork, retest: Retest) -> Compared:
    """Old and new scores of everybody picked, the deepest fall first. Two queries."""
    rows = uow.session.execute(
        select(Person.id, Person.name, Attendee.department_name, Attempt.id.label("attempt"), Attempt.score)
        .select_from(RetestPerson)
        .join(Person, Person.id == RetestPerson.person_id)
        .outerjoin(Attendee, (Attendee.person_id == Person.id) & (Attendee.lecture_id == retest.lecture_id))
        .outerjoin(Attempt, (Attempt.person_id == Person.id) & (Attempt.quiz_id == retest.quiz_id))
        .where(RetestPerson.retest_id == retest.id)
    ).all()
    before = best_of(uow, retest.lecture_id, [row.id for row in rows])
    people = [
        Twice(row.name, row.department_name or "", before[row.id].score, row.score, row.attempt is not None)
        for row in rows
        if row.id in before
    ]
    return Compared(tuple(sorted(people, key=lambda one: (one.after is None, (one.after or 0) - one.before, one.name))))
