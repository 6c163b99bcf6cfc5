"""Who the people of a lecture are: own, dispatched, contractors, interns; on which leave; and who came from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select

from lms.access.reach import may_at_all
from lms.attendance.models import Presence, PresenceStatus, Scan, Visitor
from lms.attendance.rules.claims import Claim
from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting
from lms.lectures.rules.leave import by_kind
from lms.registry.models import PersonPost
from lms.registry.queries import runs_on
from lms.registry.rules.relations import by_relation


@dataclass(frozen=True, slots=True)
class People:
    """Numbers of a lecture. expected, here: by relation (用工形式), all four; leave: by kind, those that occur.

    visitors are in none of these numbers. receiving: sittings at which whoever looks can enter visitors now.
    """

    expected: dict[str, int]
    here: dict[str, int]
    leave: dict[str, int]
    visitors: tuple[Visitor, ...]
    receiving: tuple[Sitting, ...]

    @property
    def several(self) -> bool:
        """Whether anybody is not the enterprise's own."""
        return sum(number > 0 for number in self.expected.values()) > 1


def people_of(uow: UnitOfWork, lecture: Lecture) -> People:
    """Who is expected and who is here, as of the day of the lecture, in two queries."""
    day = clock.local_date(lecture.sitting.started_at or lecture.sitting.planned_starts_at)
    rows = uow.session.execute(
        select(PersonPost.relation, Attendee.excused_reason, Presence.status)
        .select_from(Attendee)
        .outerjoin(PersonPost, and_(PersonPost.person_id == Attendee.person_id, runs_on(PersonPost, day)))
        .outerjoin(Presence, and_(Presence.lecture_id == Attendee.lecture_id, Presence.person_id == Attendee.person_id))
        .where(Attendee.lecture_id == lecture.id)
    ).all()
    away = (PresenceStatus.ABSENT, PresenceStatus.EXCUSED)
    may = lecture.state == LectureState.OPEN and may_at_all(uow.actor, "attendance.enter")
    return People(
        expected=by_relation(relation for relation, *_rest in rows),
        here=by_relation(relation for relation, _reason, status in rows if status is not None and status not in away),
        leave=by_kind(reason for _relation, reason, status in rows if reason and (status is None or status in away)),
        visitors=tuple(uow.session.scalars(select(Visitor).where(Visitor.lecture_id == lecture.id).order_by(Visitor.came_at))),
        receiving=tuple(one for one in lecture.sittings if may and one.takes_check_in),
    )


def visitor_of_scan(uow: UnitOfWork, scan: Claim | Scan) -> Visitor | None:
    """The visitor a scan became, read from the database and not from memory."""
    return uow.session.scalar(select(Visitor).where(Visitor.scan_id == scan.id).execution_options(populate_existing=True))


def visitor_of_phone(uow: UnitOfWork, sitting_id: UUID, device_id: str) -> Visitor | None:
    """The visitor who came to a sitting by this phone, the latest."""
    wanted = select(Visitor).where(Visitor.sitting_id == sitting_id, Visitor.device_id == device_id)
    return uow.session.scalar(wanted.order_by(Visitor.came_at.desc()).limit(1))
