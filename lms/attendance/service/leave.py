"""Leave (请假), and what follows from it for presence."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from lms.attendance import queries
from lms.attendance.rules.hands import alone
from lms.attendance.service.deriving import rederive
from lms.attendance.service.hands import call_the_head
from lms.attendance.service.presence import NotHeldYet, lock
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.lectures import service as lectures
from lms.lectures.models import CALLED_OFF, Attendee, Lecture


class CameAnyway(Conflict):
    code = "leave-of-who-came"
    sentence = _l("%(name)s有签到记录，不能再登记请假。签到不对的，请先更正签到记录。")


def excuse(uow: UnitOfWork, lecture: Lecture, attendee: Attendee, reason: str) -> bool:
    """Write down a leave and what follows from it. Returns whether it counts already: after the end of the lecture, of oneself,
    and beyond a tenth of the list since check-in opened, a second person has to agree.

    Raises CameAnyway, LeaveAlreadyProposed, NotHeldYet for a lecture that was called off.
    """
    _hold(uow, lecture, attendee)
    _check_not_there(uow, attendee)
    head_knows = bool(queries.waiting_leave(uow, lecture.id))
    listed = select(func.count(Attendee.id)).where(Attendee.lecture_id == lecture.id, Attendee.is_extra.is_(False))
    counts = lectures.excuse(uow, lecture, attendee, reason, alone=alone(uow.session.scalar(listed) or 0))
    if counts:
        _follow(uow, attendee)
    elif not head_knows:
        call_the_head(
            uow, lecture, _l("请假等您确认：%(title)s", title=lecture.title),
            _l("课结束以后登记的请假，和签到开始后超过应到人数十分之一的请假，要第二个人确认后才从应到里扣除。点开看是谁、请什么假。"),
        )  # fmt: skip
    return counts


def agree_to_leave(uow: UnitOfWork, lecture: Lecture, attendee: Attendee) -> None:
    """A second person says that somebody was on leave. Raises CameAnyway, LeaveNotProposed, LeaveSamePerson, NotHeldYet."""
    _hold(uow, lecture, attendee)
    _check_not_there(uow, attendee)
    lectures.agree_to_leave(uow, attendee)
    _follow(uow, attendee)


def drop_leave(uow: UnitOfWork, lecture: Lecture, attendee: Attendee, reason: str) -> None:
    """It stays as it was: absent, and why stays on record. Raises LeaveNotProposed, NotHeldYet."""
    _hold(uow, lecture, attendee)
    lectures.drop_leave(uow, attendee, reason)


def take_back_leave(uow: UnitOfWork, lecture: Lecture, attendee: Attendee, reason: str) -> None:
    """Somebody was not on leave after all: they are expected again. Raises NotOnLeave, NotHeldYet."""
    _hold(uow, lecture, attendee)
    lectures.take_back_leave(uow, attendee, reason)
    _follow(uow, attendee)


def stands_again(uow: UnitOfWork, lecture: Lecture, person_id: UUID) -> None:
    """A mark was struck: where nothing else says that the person came, the leave that it had ended stands again."""
    attendee = queries.attendee_of(uow, lecture.id, person_id)
    there = queries.presence_of(uow, lecture.id, person_id)
    if attendee is not None and attendee.excused_reason is None and (there is None or there.first_in_at is None):
        lectures.stands_again(uow, attendee)
        if attendee.excused_reason is not None:
            _follow(uow, attendee)


def _hold(uow: UnitOfWork, lecture: Lecture, attendee: Attendee) -> None:
    if lecture.state in CALLED_OFF:
        raise NotHeldYet
    lock(uow, lecture.id, attendee.person_id)
    uow.session.refresh(attendee)
    uow.session.refresh(lecture, ["state"])


def _check_not_there(uow: UnitOfWork, attendee: Attendee) -> None:
    there = queries.presence_of(uow, attendee.lecture_id, attendee.person_id)
    if there is not None and there.first_in_at is not None:
        raise CameAnyway(name=attendee.person.name)


def _follow(uow: UnitOfWork, attendee: Attendee) -> None:
    uow.session.flush()
    rederive(uow, attendee.lecture_id, [attendee.person_id])
