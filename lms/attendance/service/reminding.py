"""Calling those who have not come."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, func, select

from lms.attendance.models import Presence
from lms.core import clock
from lms.core.errors import Conflict, TooMany
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture, LectureState
from lms.notices.models import Notice
from lms.notices.service import tell

KIND = "lecture.missing"
BETWEEN = timedelta(minutes=10)
MOST = 3  # times one person is called to one lecture


class NotNow(Conflict):
    code = "remind-not-open"
    sentence = _l("签到没有开放，不用催。开放签到后，可以提醒还没到的人。")


class CalledJustNow(TooMany):
    code = "reminded-just-now"
    sentence = _l("%(at)s 刚提醒过，请过 10 分钟再提醒，先等等看。")


class NobodyToCall(Conflict):
    code = "nobody-to-remind"
    sentence = _l("没有要提醒的人：都到了、请了假，或者已经提醒过 3 次。提醒过 3 次还没到的，请打电话。")


def call_missing(uow: UnitOfWork, lecture: Lecture) -> int:
    """Tell everybody who is expected, not excused and not there to come; returns how many.

    Raises NotNow, CalledJustNow, NobodyToCall.
    """
    if lecture.state != LectureState.OPEN:
        raise NotNow
    uow.session.refresh(lecture, with_for_update=True)  # two trainers pressing at once call once
    called = dict(
        uow.session.execute(
            select(Notice.person_id, func.count(Notice.id))
            .where(Notice.about_id == lecture.id, Notice.kind == KIND)
            .group_by(Notice.person_id)
        )
        .tuples()
        .all()
    )
    last = uow.session.scalar(select(func.max(Notice.sent_at)).where(Notice.about_id == lecture.id, Notice.kind == KIND))
    if last is not None and uow.now - last < BETWEEN:
        raise CalledJustNow(at=f"{clock.local(last):%H:%M}")
    came = exists().where(
        Presence.lecture_id == Attendee.lecture_id, Presence.person_id == Attendee.person_id, Presence.first_in_at.is_not(None)
    )
    missing = uow.session.scalars(
        select(Attendee.person_id).where(Attendee.lecture_id == lecture.id, Attendee.excused_reason.is_(None), ~came)
    )
    people = [person_id for person_id in missing if called.get(person_id, 0) < MOST]
    if not people:
        raise NobodyToCall
    sitting = lecture.sitting
    return tell(
        uow,
        lecture.enterprise_id,
        people,
        title=_("请到场签到：%(title)s", title=lecture.title),
        body=_("签到已经开始，您还没有到。地点：%(place)s。来不了请向培训管理员请假。", place=sitting.place),
        link=f"/lectures/{lecture.id}",
        kind=KIND,
        urgent=True,
        about_id=lecture.id,
    )
