"""The marks of an enterprise by how they are known (可信等级)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from lms.attendance.models import AttendanceEvent, Correction, Mark, Method, Trust, counts
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.registry.models import Person


class MarkOf(NamedTuple):
    """A mark with whose and of which lecture it is. counts: whether it does; struck, it may until what replaces it counts."""

    at: datetime
    mark: Mark
    name: str
    work_no: str | None
    lecture_id: UUID
    lecture: str
    method: Method
    trust: Trust
    counts: bool
    struck: bool

    @property
    def standing(self) -> str:
        """counts, struck, waits (for a second person), or stands: struck, but what replaces it waits."""
        if self.struck:
            return "stands" if self.counts else "struck"
        return "counts" if self.counts else "waits"


def marks_page(uow: UnitOfWork, enterprise_id: UUID, trust: Trust | None, total: int, page: int | None) -> Page[MarkOf]:
    """Those known in one way, or all, the latest first, struck ones too. total: by trust_of. page None: all. Raises TooLong."""
    of = AttendanceEvent.enterprise_id == enterprise_id, *([AttendanceEvent.trust == trust] if trust else [])
    struck = aliased(Correction)
    wanted = (
        select(
            AttendanceEvent.scanned_at, AttendanceEvent.mark, Person.name, Person.work_no, Lecture.id, Lecture.title,
            AttendanceEvent.method, AttendanceEvent.trust, counts(), struck.id.is_not(None),
        )
        .join(Person, Person.id == AttendanceEvent.person_id)
        .join(Lecture, Lecture.id == AttendanceEvent.lecture_id)
        .outerjoin(struck, struck.event_id == AttendanceEvent.id)
        .where(*of)
        .order_by(AttendanceEvent.scanned_at.desc(), AttendanceEvent.id.desc())
    )  # fmt: skip
    return paged(
        total,
        page,
        lambda limit, offset: [MarkOf(*tuple(row)) for row in uow.session.execute(wanted.limit(limit).offset(offset))],
    )
