"""Leave (请假), and what follows from it for presence."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from lms.access.models import Role
from lms.access.service import hands_of, keys_of
from lms.attendance import queries
from lms.attendance.rules.hands import alone
from lms.attendance.service.deriving import rederive
from lms.attendance.service.hands import call_the_head
from lms.attendance.service.presence import NotHeldYet, lock
from lms.campaigns.words import SOURCE
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.lectures import service as lectures
from lms.lectures.models import CALLED_OFF, Attendee, Lecture, LectureState
from lms.lectures.service.leave import LeaveNotProposed
from lms.notices.models import Notice
from lms.notices.service import forget_notices, tell, tell_staff

ASKED = "lecture.leave-asked"
WITHDRAWN = "本人撤回"  # stored with the record, so in the source language


class CameAnyway(Conflict):
    code = "leave-of-who-came"
    sentence = _l("%(name)s有签到记录，不能再登记请假。签到不对的，请先更正签到记录。")


class TooLateToAsk(Conflict):
    code = "leave-too-late"
    sentence = _l("课已经开始或者不办了，这里不能再申请请假。没能来的，把原因告诉培训管理员，由他登记。")


class OnLeaveAlready(Conflict):
    code = "on-leave-already"
    sentence = _l("已经登记了您请假，不用再申请。")


def may_ask(lecture: Lecture, now: datetime) -> bool:
    """Whether who is expected may still ask to be on leave: while a sitting is to come that they could have gone to."""
    to_come = any(one.started_at is None and one.closed_at is None and now < one.planned_starts_at for one in lecture.sittings)
    return lecture.state in (LectureState.NOTIFIED, LectureState.OPEN) and to_come


def ask_leave(uow: UnitOfWork, lecture: Lecture, attendee: Attendee, reason: str) -> None:
    """Whoever acts asks to be on leave themselves; they are expected until somebody else agrees. Trainers and head
    are told: a trainer who asks cannot agree.

    Raises TooLateToAsk, OnLeaveAlready, CameAnyway, LeaveAlreadyProposed, NotHeldYet.
    """
    _hold(uow, lecture, attendee)
    if not may_ask(lecture, uow.now):
        raise TooLateToAsk
    if attendee.excused_reason is not None:
        raise OnLeaveAlready
    _check_not_there(uow, attendee)
    lectures.excuse(uow, lecture, attendee, reason, alone=0)
    with force_locale(SOURCE):
        tell_staff(
            uow, lecture.enterprise_id, Role.TRAINER, Role.HEAD, kind=ASKED, about_id=attendee.id,
            title=_("%(name)s申请请假：%(title)s", name=attendee.person.name, title=lecture.title),
            body=_("点开看原因，确认或者退回；确认以前仍算应到。"), link=_page(lecture.id, attendee.person_id),
        )  # fmt: skip


def withdraw_leave(uow: UnitOfWork, lecture: Lecture, attendee: Attendee) -> None:
    """Whoever asked comes after all. Raises LeaveNotProposed of what somebody else wrote down, NotHeldYet."""
    _hold(uow, lecture, attendee)
    if attendee.leave_proposed_key not in hands_of(uow):
        raise LeaveNotProposed
    lectures.drop_leave(uow, attendee, WITHDRAWN)


def forget_asked(uow: UnitOfWork, person_id: UUID) -> None:
    """What others were told of somebody who asked."""
    listed = select(Attendee.id).where(Attendee.person_id == person_id)
    forget_notices(uow, Notice.about_id.in_(listed), Notice.kind == ASKED)


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
    own = _asked_by_themselves(uow, attendee)
    lectures.agree_to_leave(uow, attendee)
    _follow(uow, attendee)
    if own:
        _answer(uow, lecture, attendee, _l("请假已确认：%(title)s"), _l("这堂课不用来了；又能来的，直接到现场签到。"))


def drop_leave(uow: UnitOfWork, lecture: Lecture, attendee: Attendee, reason: str) -> None:
    """It stays as it was: absent, and why stays on record. Raises LeaveNotProposed, NotHeldYet."""
    _hold(uow, lecture, attendee)
    own = _asked_by_themselves(uow, attendee)
    lectures.drop_leave(uow, attendee, reason)
    if own:
        _answer(uow, lecture, attendee, _l("请假没有同意：%(title)s"), reason)


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


def _asked_by_themselves(uow: UnitOfWork, attendee: Attendee) -> bool:
    return attendee.leave_proposed_key in keys_of(uow, {attendee.person_id})


@force_locale(SOURCE)
def _answer(uow: UnitOfWork, lecture: Lecture, attendee: Attendee, title: Any, body: Any) -> None:
    tell(
        uow, lecture.enterprise_id, [attendee.person_id], title=str(title) % {"title": lecture.title}, body=str(body),
        link=f"/lectures/{lecture.id}", kind="lecture.leave", about_id=attendee.id,
    )  # fmt: skip


def _page(lecture_id: UUID, person_id: UUID) -> str:
    return f"/lectures/{lecture_id}/people/{person_id}"


def _check_not_there(uow: UnitOfWork, attendee: Attendee) -> None:
    there = queries.presence_of(uow, attendee.lecture_id, attendee.person_id)
    if there is not None and there.first_in_at is not None:
        raise CameAnyway(name=attendee.person.name)


def _follow(uow: UnitOfWork, attendee: Attendee) -> None:
    uow.session.flush()
    rederive(uow, attendee.lecture_id, [attendee.person_id])
