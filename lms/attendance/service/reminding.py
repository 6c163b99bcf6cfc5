"""Calling those who have not come."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.attendance import queries
from lms.core import clock
from lms.core.errors import Conflict, TooMany
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture, LectureState
from lms.notices.service import tell


class NotNow(Conflict):
    code = "remind-not-open"
    sentence = _l("签到没有开放，不用催。开放签到后，可以提醒还没到的人。")


class CalledJustNow(TooMany):
    code = "reminded-just-now"
    sentence = _l("%(at)s 刚提醒过，请过 10 分钟再提醒，先等等看。")


class NobodyToCall(Conflict):
    code = "nobody-to-remind"
    sentence = _l("没有要提醒的人：都到了、请了假，或者已经提醒过 3 次。提醒过 3 次还没到的，请打电话。")


@dataclass(frozen=True, slots=True)
class Called:
    """names: who was called. often: how many were not, because they were called as often as may be."""

    names: tuple[str, ...]
    often: int


def call_missing(uow: UnitOfWork, lecture: Lecture) -> Called:
    """Tell everybody who is expected, not excused and there in no sitting to come.

    Raises NotNow, CalledJustNow, NobodyToCall.
    """
    if lecture.state != LectureState.OPEN:
        raise NotNow
    uow.session.refresh(lecture, with_for_update={"key_share": True})  # two trainers pressing at once call once
    found = queries.calling(uow, lecture.id)
    if found.last is not None and found.again_at is not None:
        raise CalledJustNow(at=f"{clock.local(found.last):%H:%M}")
    people = queries.to_call(uow, lecture.id)
    if not people:
        raise NobodyToCall
    sitting = lecture.sitting
    tell(
        uow,
        lecture.enterprise_id,
        list(people),
        title=_("请到场签到：%(title)s", title=lecture.title),
        body=_("签到已经开始，您还没有到。地点：%(place)s。来不了请向培训管理员请假。", place=sitting.place),
        link=f"/lectures/{lecture.id}",
        kind=queries.KIND,
        urgent=True,
        about_id=lecture.id,
    )
    return Called(tuple(people.values()), found.often)
