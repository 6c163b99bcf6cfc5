"""Whom one tap would call to a lecture, and when they were called last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BindParameter, ScalarSelect, bindparam, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute

from lms.attendance.models import Presence
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee
from lms.notices.models import Notice
from lms.registry.models import Person

KIND = "lecture.missing"
BETWEEN = timedelta(minutes=10)
MOST = 3  # times one person is called to one lecture


_came = exists().where(
    Presence.lecture_id == Attendee.lecture_id, Presence.person_id == Attendee.person_id, Presence.first_in_at.is_not(None)
)
_times = (
    select(func.count(Notice.id))
    .where(Notice.about_id == Attendee.lecture_id, Notice.kind == KIND, Notice.person_id == Attendee.person_id)
    .scalar_subquery()
    .label("times")
)
_MISSING = select(_times).where(Attendee.lecture_id == bindparam("lecture_id"), Attendee.excused_reason.is_(None), ~_came)


def called_last(lecture_id: UUID | InstrumentedAttribute[UUID] | BindParameter[UUID]) -> ScalarSelect[datetime]:
    """When somebody was called to a lecture last, as a part of another query."""
    return select(func.max(Notice.sent_at)).where(Notice.about_id == lecture_id, Notice.kind == KIND).scalar_subquery()


_each = _MISSING.subquery()
_HOW_MANY = select(
    func.count().filter(_each.c.times < MOST), func.count().filter(_each.c.times >= MOST), called_last(bindparam("lecture_id"))
).select_from(_each)
_WHOM = (
    _MISSING.with_only_columns(Attendee.person_id, Person.name)
    .join(Person, Person.id == Attendee.person_id)
    .where(_times < MOST)
    .order_by(Attendee.department_name, Person.work_no, Person.name)
)


@dataclass(frozen=True, slots=True)
class Calling:
    """people: how many may be called. often: how many are missing and were called as often as may be.

    last: when somebody was called to this lecture. again_at: from when it may be done again; None: now.
    """

    people: int
    often: int
    last: datetime | None
    again_at: datetime | None


def calling(uow: UnitOfWork, lecture_id: UUID) -> Calling:
    """How many are expected, not excused and came to no sitting of a lecture, and may be called."""
    people, often, last = uow.execute(_HOW_MANY, {"lecture_id": lecture_id}).one()
    again_at = last + BETWEEN if last is not None and uow.now - last < BETWEEN else None
    return Calling(people, often, last, again_at)


def to_call(uow: UnitOfWork, lecture_id: UUID) -> dict[UUID, str]:
    """Those people: id → name, as departments list them."""
    return {row.person_id: row.name for row in uow.execute(_WHOM, {"lecture_id": lecture_id})}
