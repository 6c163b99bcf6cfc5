"""Whom one tap would call to a lecture, and when they were called last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ScalarSelect, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute

from lms.attendance.models import Presence
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee
from lms.notices.models import Notice
from lms.registry.models import Person

KIND = "lecture.missing"
BETWEEN = timedelta(minutes=10)
MOST = 3  # times one person is called to one lecture


@dataclass(frozen=True, slots=True)
class Calling:
    """people: id → name of those to be called, by name. often: how many are missing and were called as often as may be.

    last: when somebody was called to this lecture. again_at: from when it may be done again; None: now.
    """

    people: dict[UUID, str]
    often: int
    last: datetime | None
    again_at: datetime | None


def calling(uow: UnitOfWork, lecture_id: UUID) -> Calling:
    """Who is expected, not excused and came to no sitting of a lecture, as far as they may be called. Two queries."""
    came = exists().where(
        Presence.lecture_id == Attendee.lecture_id, Presence.person_id == Attendee.person_id, Presence.first_in_at.is_not(None)
    )
    called = select(func.count(Notice.id)).where(
        Notice.about_id == lecture_id, Notice.kind == KIND, Notice.person_id == Attendee.person_id
    )
    missing = uow.session.execute(
        select(Attendee.person_id, Person.name, called.correlate(Attendee).scalar_subquery())
        .join(Person, Person.id == Attendee.person_id)
        .where(Attendee.lecture_id == lecture_id, Attendee.excused_reason.is_(None), ~came)
        .order_by(Attendee.department_name, Person.work_no, Person.name)
    ).all()
    people = {person_id: name for person_id, name, times in missing if times < MOST}
    last = uow.session.scalar(select(called_last(lecture_id)))
    again_at = last + BETWEEN if last is not None and uow.now - last < BETWEEN else None
    return Calling(people, len(missing) - len(people), last, again_at)


def called_last(lecture_id: UUID | InstrumentedAttribute[UUID]) -> ScalarSelect[datetime]:
    """When somebody was called to a lecture last, as a part of another query."""
    return select(func.max(Notice.sent_at)).where(Notice.about_id == lecture_id, Notice.kind == KIND).scalar_subquery()
