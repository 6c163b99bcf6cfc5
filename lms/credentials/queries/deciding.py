"""Reads of completions: what was decided of whom, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Row, Uuid, bindparam, select

from lms.attendance.models import Presence
from lms.core import clock
from lms.core.db import UtcDateTime
from lms.core.uow import UnitOfWork
from lms.credentials.models import Completion, CompletionChange
from lms.credentials.rules import counting_on
from lms.lectures.models import HELD, Lecture, Sitting
from lms.quizzes.models import Quiz
from lms.registry.models import Person

LATELY = timedelta(days=30)  # a quiz that ended longer ago was looked at by a worker long since
_WAITS = (
    select(Completion.id)
    .where(
        Completion.lecture_id == bindparam("lecture", type_=Uuid()),
        Completion.graded_at < bindparam("before", type_=UtcDateTime()),
    )
    .limit(1)
)
_THERE = (
    select(Presence.minutes, Sitting.ended_at, Lecture.closed_at)
    .select_from(Presence)
    .join(Lecture, Lecture.id == Presence.lecture_id)
    .outerjoin(Sitting, Sitting.id == Presence.sitting_id)
    .where(
        Presence.lecture_id == bindparam("lecture", type_=Uuid()),
        Presence.person_id == bindparam("person", type_=Uuid()),
        Presence.minutes.is_not(None),
    )
)


def makes_no_hours(uow: UnitOfWork, lecture_id: UUID, person_id: UUID) -> bool:
    """Whether the minutes somebody was there make no hours by the rule of that day, so that no certificate comes of them;
    also while nothing is decided. Not where the minutes are not known.
    """
    there = uow.execute(_THERE, {"lecture": lecture_id, "person": person_id}).first()
    if there is None:
        return False
    return not counting_on(clock.local_date(there.ended_at or there.closed_at or uow.now)).hours(there.minutes)


def lasts_no_hours(lecture: Lecture) -> bool:
    """Whether no sitting is long enough for hours, as it was held, or before that as it is planned: no certificate will come of
    it. A sitting that has no minutes once the lecture is over was never held.
    """
    return not any(
        counting_on(clock.local_date(sitting.ended_at or sitting.planned_ends_at)).hours(
            sitting.planned_minutes if sitting.minutes is None and lecture.state not in HELD else sitting.minutes or 0
        )
        for sitting in lecture.sittings
    )


def lengths_for(uow: UnitOfWork, lecture: Lecture, person_ids: Collection[UUID]) -> dict[UUID, int]:
    """Minutes the lecture took for each of these people: of the sitting that counts for them, else of the first one."""
    lengths = {sitting.id: sitting.minutes or 0 for sitting in lecture.sittings}
    found = dict.fromkeys(person_ids, lengths[lecture.sitting.id])
    if len(lengths) > 1:
        rows = uow.session.execute(
            select(Presence.person_id, Presence.sitting_id).where(
                Presence.lecture_id == lecture.id, Presence.sitting_id.is_not(None)
            )
        )
        found |= {person_id: lengths[sitting_id] for person_id, sitting_id in rows if sitting_id and person_id in found}
    return found


def sitting_of(uow: UnitOfWork, lecture: Lecture, person_id: UUID) -> Sitting:
    """The sitting that counts for a person, else the first one."""
    of_person = Presence.lecture_id == lecture.id, Presence.person_id == person_id
    counts = uow.session.scalar(select(Presence.sitting_id).where(*of_person))
    return next((sitting for sitting in lecture.sittings if sitting.id == counts), lecture.sitting)


def completions_of(uow: UnitOfWork, lecture_id: UUID, person_ids: Collection[UUID]) -> dict[UUID, Completion]:
    """The completions of these people in a lecture, by person."""
    wanted = select(Completion).where(Completion.lecture_id == lecture_id, Completion.person_id.in_(person_ids))
    rows = uow.session.scalars(wanted)
    return {row.person_id: row for row in rows}


def lapsed(uow: UnitOfWork, since: datetime | None = None) -> dict[UUID, list[UUID]]:
    """Lecture → people who were there and let its quiz end without passing, and of whom that is not decided yet.

    since: only of quizzes that ended after then, where it is known that there was nobody before.
    """
    after = max(since or uow.now - LATELY, uow.now - LATELY)
    rows = uow.session.execute(
        select(Completion.lecture_id, Completion.person_id)
        .join(Quiz, (Quiz.lecture_id == Completion.lecture_id) & Quiz.retest_of_id.is_(None))
        .where(Quiz.closes_at <= uow.now, Quiz.closes_at > after, Completion.decided_at < Quiz.closes_at)
        .where(Completion.attended, Completion.completed.is_(False))
    )
    return by_lecture(rows)


def graded_since(uow: UnitOfWork, limit: int, lecture_id: UUID | None = None) -> dict[UUID, list[UUID]]:
    """Lecture → people who got a score after it was decided about them, of one lecture or of all; so many people at most."""
    wanted = select(Completion.lecture_id, Completion.person_id).where(Completion.graded_at.is_not(None))
    if lecture_id is not None:
        wanted = wanted.where(Completion.lecture_id == lecture_id)
    return by_lecture(uow.session.execute(wanted.order_by(Completion.graded_at).limit(limit)))


def by_lecture(rows: Iterable[Row[UUID, UUID]]) -> dict[UUID, list[UUID]]:
    """Lecture → people, of rows of a lecture and a person each, in their order."""
    found: dict[UUID, list[UUID]] = {}
    for lecture_id, person_id in rows:
        found.setdefault(lecture_id, []).append(person_id)
    return found


def waits_before(uow: UnitOfWork, lecture_id: UUID, at: datetime) -> bool:
    """Whether somebody in a lecture who got a score before then waits for what follows from it."""
    return uow.execute(_WAITS, {"lecture": lecture_id, "before": at}).first() is not None


def completion_of(uow: UnitOfWork, lecture_id: UUID, person_id: UUID) -> Completion | None:
    """What was decided of a person in a lecture."""
    return uow.session.scalar(select(Completion).where(Completion.lecture_id == lecture_id, Completion.person_id == person_id))


def decided_of(uow: UnitOfWork, lecture_id: UUID) -> list[tuple[Completion, str, str | None]]:
    """The decisions on a lecture's people with name and work number, those not completed first."""
    rows = uow.session.execute(
        select(Completion, Person.name, Person.work_no)
        .join(Person, Person.id == Completion.person_id)
        .where(Completion.lecture_id == lecture_id)
        .order_by(Completion.completed, Person.work_no, Person.name, Person.id)
    )
    return [(completion, name, work_no) for completion, name, work_no in rows]


def changes_of(uow: UnitOfWork, lecture_id: UUID, person_id: UUID | None = None) -> list[tuple[CompletionChange, str]]:
    """What was decided anew in a lecture, of one person or of all, with their names; the latest first."""
    wanted = (
        select(CompletionChange, Person.name)
        .join(Person, Person.id == CompletionChange.person_id)
        .where(CompletionChange.lecture_id == lecture_id)
        .order_by(CompletionChange.changed_at.desc(), CompletionChange.id.desc())
    )
    if person_id is not None:
        wanted = wanted.where(CompletionChange.person_id == person_id)
    return [(change, name) for change, name in uow.session.execute(wanted)]
