"""The marks of an enterprise by how they are known (可信等级)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from lms.attendance.models import AttendanceEvent, Mark, Method, Trust
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.registry.models import Person


class MarkOf(NamedTuple):
    """A mark with whose and of which lecture it is."""

    at: datetime
    mark: Mark
    name: str
    work_no: str | None
    lecture_id: UUID
    lecture: str
    method: Method
    trust: Trust


def marks_page(uow: UnitOfWork, enterprise_id: UUID, trust: Trust | None, page: int | None) -> Page[MarkOf]:
    """Those known in one way, or all, the latest first, struck ones too. page None: all of them. Raises TooLong."""
    of = AttendanceEvent.enterprise_id == enterprise_id, *([AttendanceEvent.trust == trust] if trust else [])
    total = uow.session.scalar(select(func.count(AttendanceEvent.id)).where(*of)) or 0
    wanted = (
        select(
            AttendanceEvent.scanned_at, AttendanceEvent.mark, Person.name, Person.work_no, Lecture.id, Lecture.title,
            AttendanceEvent.method, AttendanceEvent.trust,
        )
        .join(Person, Person.id == AttendanceEvent.person_id)
        .join(Lecture, Lecture.id == AttendanceEvent.lecture_id)
        .where(*of)
        .order_by(AttendanceEvent.scanned_at.desc(), AttendanceEvent.id.desc())
    )  # fmt: skip
    return paged(
        total, page, lambda limit, offset: [MarkOf(*row) for row in uow.session.execute(wanted.limit(limit).offset(offset))]
    )
