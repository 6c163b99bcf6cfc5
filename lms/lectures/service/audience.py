"""Who is expected at a lecture."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.core import clock
from lms.core.db import db, new_id, put
from lms.core.errors import Invalid
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture
from lms.lectures.rules import Audience
from lms.registry.queries import RosterLine, roster_on

NO_DEPARTMENT_NAME = "未分部门"  # stored with the record, so in the source language
_ADD = put(db.metadata.tables[Attendee.__tablename__])


class NobodyInvited(Invalid):
    code = "nobody-invited"
    sentence = _l("还没有人来听：请至少选一个有人的部门。")


def invited(uow: UnitOfWork, enterprise_id: UUID, day: date, audience: Audience) -> list[RosterLine]:
    """The people of a day's roster whom an audience asks to come."""
    return [
        line
        for line in roster_on(uow, enterprise_id, day)
        if audience.asks(line.person_id, line.department_id, line.post, line.shift)
    ]


def sync_attendees(uow: UnitOfWork, lecture: Lecture) -> int:
    """Make the list of expected people equal the roster of the day as the audience asks; returns their number.

    People who were excused stay excused. Never called once check-in is open.
    """
    day = clock.local_date(lecture.sitting.planned_starts_at)
    wanted = {line.person_id: line for line in invited(uow, lecture.enterprise_id, day, Audience.read(lecture.audience))}
    there = {row.person_id: row for row in uow.session.scalars(select(Attendee).where(Attendee.lecture_id == lecture.id))}
    for person_id, row in there.items():
        if person_id not in wanted:
            uow.session.delete(row)
    for person_id, line in wanted.items():
        row = there.get(person_id) or Attendee(enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, person_id=person_id)
        row.department_name, row.post, row.category = line.department_name or NO_DEPARTMENT_NAME, line.post, line.category
        uow.session.add(row)
    uow.session.flush()
    return len(wanted)


def add_extra(
    uow: UnitOfWork, lecture: Lecture, person_id: UUID, department_name: str | None, post: str | None, category: str
) -> Attendee:
    """Put somebody on the list who came without being on it (我也参加了); who is on it already stays as they are."""
    values = {
        "id": new_id(), "enterprise_id": lecture.enterprise_id, "lecture_id": lecture.id, "person_id": person_id,
        "is_extra": True, "department_name": department_name or NO_DEPARTMENT_NAME, "post": post, "category": category,
    }  # fmt: skip
    uow.execute(_ADD[uow.dialect], values)
    own = (Attendee.lecture_id == lecture.id, Attendee.person_id == person_id)
    return uow.session.scalars(select(Attendee).where(*own)).one()
