"""Reads of what a lecture is made up for by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.credentials.models import Completion
from lms.credentials.rules import make_up_words
from lms.lectures.models import CALLED_OFF, Attendee, Lecture, LectureState
from lms.registry.models import Person


def make_ups_of(uow: UnitOfWork, lecture_id: UUID) -> list[Lecture]:
    """The lectures that make up for one (补训), in the order they were planned; called off and void ones left out."""
    wanted = select(Lecture).where(Lecture.makes_up_for_id == lecture_id, Lecture.state.not_in(CALLED_OFF))
    return list(uow.session.scalars(wanted.order_by(Lecture.created_at, Lecture.id)))


def made_up_words(uow: UnitOfWork, lecture: Lecture) -> tuple[str, ...]:
    """The clause that says which lecture this one makes up for; none of a first lecture."""
    if lecture.makes_up_for_id is None:
        return ()
    first = uow.session.get_one(Lecture, lecture.makes_up_for_id)
    return (make_up_words(first.year, first.number),)


def last_make_up_gap(uow: UnitOfWork, enterprise_id: UUID) -> timedelta | None:
    """How long after its first lecture the last make-up was planned that people were told of; None before there was one."""
    later = uow.session.scalar(
        select(Lecture)
        .where(Lecture.enterprise_id == enterprise_id, Lecture.makes_up_for_id.is_not(None), Lecture.notified_at.is_not(None))
        .order_by(Lecture.notified_at.desc())
        .limit(1)
    )
    if later is None:
        return None
    first = uow.session.get_one(Lecture, later.makes_up_for_id)
    gap = clock.local_date(later.sitting.planned_starts_at) - clock.local_date(first.sitting.planned_starts_at)
    return max(gap, timedelta(days=1))


@dataclass(frozen=True, slots=True)
class MakeUp:
    """What the page of a lecture says of making up. first: the lecture it makes up for, if it does. again: those that make
    up for it. asked: who is on the list of a draft: (id, name, work number, why) each.
    """

    first: Lecture | None
    again: tuple[tuple[Lecture, int], ...]
    asked: tuple[tuple[UUID, str, str | None, str], ...]


def make_up_of(uow: UnitOfWork, lecture: Lecture) -> MakeUp:
    """A lecture with what it makes up for and what makes up for it."""
    first = uow.session.get_one(Lecture, lecture.makes_up_for_id) if lecture.makes_up_for_id else None
    again = [] if first else make_ups_of(uow, lecture.id)
    counts = dict(
        uow.session.execute(
            select(Attendee.lecture_id, func.count(Attendee.id))
            .where(Attendee.lecture_id.in_([one.id for one in again]))
            .group_by(Attendee.lecture_id)
        ).all()
    )
    asked = (
        [UUID(text) for text in lecture.audience.get("person_ids", ())] if first and lecture.state == LectureState.DRAFT else []
    )
    why: dict[UUID, str] = {}
    if first and asked:
        family = [first.id, *(one.id for one in make_ups_of(uow, first.id))]
        rows = uow.session.scalars(
            select(Completion)
            .where(Completion.lecture_id.in_(family), Completion.person_id.in_(asked))
            .order_by(Completion.decided_at)
        )
        why = {row.person_id: "，".join(row.reasons) for row in rows}
    people = uow.session.execute(
        select(Person.id, Person.name, Person.work_no)
        .where(Person.id.in_(asked))
        .order_by(Person.work_no, Person.name, Person.id)
    )
    return MakeUp(
        first,
        tuple((one, counts.get(one.id) or len(one.audience.get("person_ids", ()))) for one in again),
        tuple((person_id, name, work_no, why.get(person_id, "")) for person_id, name, work_no in people),
    )
