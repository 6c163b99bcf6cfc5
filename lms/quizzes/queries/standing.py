"""The hot path of a start: what there is to know of a quiz and of somebody before it, and the attempt written down."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, select

from lms.core.db import db, put
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture
from lms.quizzes.models import Attempt, Quiz, Support
from lms.quizzes.queries.attempts import SoFar, so_far_with
from lms.quizzes.rules import Quota
from lms.registry.models import Person
from lms.registry.queries import on_roster


class Earlier(NamedTuple):
    """An attempt, as far as it decides about the next."""

    id: UUID
    number: int
    paper: list[dict[str, Any]]
    deadline_at: datetime
    submitted_at: datetime | None
    score: int | None
    passed: bool | None

    @property
    def waits_for_marking(self) -> bool:
        return self.submitted_at is not None and self.score is None


class Terms(NamedTuple):
    """A quiz as it is for somebody on the list of its lecture. The first are columns of models.Quiz.

    title, lecture_closed_at: of the lecture, and when it was over as a whole. extra_percent, read_aloud, large_type: what the
    person needs, None for nothing. on_roster: whether the person is today.
    """

    id: UUID
    enterprise_id: UUID
    lecture_id: UUID
    topics: list[str]
    question_count: int
    minutes: int
    max_attempts: int
    quotas: list[dict[str, Any]]
    fixed: list[str]
    cool_down: int
    pass_mark: int
    retest_of_id: UUID | None
    opens_at: datetime | None
    closes_at: datetime | None
    title: str
    lecture_closed_at: datetime | None
    excused_reason: str | None
    extra_percent: int | None
    read_aloud: bool | None
    large_type: bool | None
    on_roster: bool

    @property
    def asks(self) -> list[Quota]:
        return [Quota(one["topic"], one["difficulty"], one["count"]) for one in self.quotas]


class Standing(NamedTuple):
    """Where a person is with a quiz."""

    person_id: UUID
    terms: Terms
    at: SoFar


_OF_QUIZ = Terms._fields[: Terms._fields.index("title")]
_STANDINGS = (
    select(
        Attendee.person_id,
        *(getattr(Quiz, name) for name in _OF_QUIZ),
        Lecture.title, Lecture.closed_at, Attendee.excused_reason, Support.extra_percent, Support.read_aloud, Support.large_type,
        on_roster(bindparam("today")),
        *(getattr(Attempt, name) for name in Earlier._fields),
    )
    .join(Lecture, Lecture.id == Quiz.lecture_id)
    .join(Attendee, Attendee.lecture_id == Quiz.lecture_id)
    .join(Person, and_(Person.id == Attendee.person_id, Person.enterprise_id == Quiz.enterprise_id))
    .outerjoin(Support, Support.person_id == Attendee.person_id)
    .outerjoin(Attempt, and_(Attempt.quiz_id == Quiz.id, Attempt.person_id == Attendee.person_id))
    .where(
        Quiz.id == bindparam("quiz", type_=Uuid()), Attendee.person_id.in_(bindparam("people", expanding=True)),
        Quiz.is_for(Attendee.person_id),
    )
    .order_by(Attendee.person_id, Attempt.number)
)  # fmt: skip
_attempts = db.metadata.tables[Attempt.__tablename__]
_BEGIN = {name: statement.returning(_attempts.c.id) for name, statement in put(_attempts).items()}
_LAST_BEGUN = select(Attempt.paper).where(Attempt.quiz_id == bindparam("quiz", type_=Uuid())).order_by(Attempt.id.desc()).limit(2)


def standing(uow: UnitOfWork, quiz_id: UUID, person_id: UUID) -> Standing | None:
    """None where the person is not asked: not on the list, or not picked for the retest. One statement."""
    return standings(uow, quiz_id, [person_id]).get(person_id)


def standings(uow: UnitOfWork, quiz_id: UUID, person_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """As standing(), of those of these people who are asked. One statement."""
    found, own = {}, len(Terms._fields) + 1
    rows = uow.execute(_STANDINGS, {"quiz": quiz_id, "people": list(person_ids), "today": uow.today}).all()
    for person_id, group in groupby(rows, key=lambda row: row[0]):
        theirs = list(group)
        terms = Terms._make(theirs[0][1:own])
        attempts = [Earlier._make(row[own:]) for row in theirs if row[own] is not None]
        found[person_id] = Standing(person_id, terms, so_far_with(terms.max_attempts, attempts))
    return found


def begin_each(uow: UnitOfWork, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Write new attempts down, all their columns; the ids of those that are: not of somebody who has one open already."""
    return set(uow.execute(_BEGIN[uow.dialect], rows).scalars())


def begun_before(uow: UnitOfWork, quiz_id: UUID) -> list[Any]:
    """The papers of the two who began a quiz last: who sits beside somebody begins when they do."""
    return [row.paper for row in uow.execute(_LAST_BEGUN, {"quiz": quiz_id})]
