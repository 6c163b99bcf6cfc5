"""Calling those who have not come."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.attendance import queries
from lms.campaigns.words import SOURCE
from lms.core import clock
from lms.core.errors import Conflict, TooMany
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture, LectureState
from lms.lectures.service import hold
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


@force_locale(SOURCE)
def call_missing(uow: UnitOfWork, lecture: Lecture) -> Called:
    """Tell everybody who is expected, not excused and there in no sitting to come.

    Raises NotNow, CalledJustNow, NobodyToCall.
    """
    hold(uow, lecture)  # two trainers pressing at once call once
    sittings = [one for one in lecture.sittings if one.takes_check_in]
    if lecture.state != LectureState.OPEN or not sittings:
        raise NotNow
    found = queries.calling(uow, lecture.id)
    if found.last is not None and found.again_at is not None:
        raise CalledJustNow(at=clock.hour(found.last))
    people = queries.to_call(uow, lecture.id)
    if not people:
        raise NobodyToCall
    places = "；".join(" ".join(filter(None, (one.name, one.place))) for one in sittings)
    tell(
        uow,
        lecture.enterprise_id,
        list(people),
        title=_("请到场签到：%(title)s", title=lecture.title),
        body=_(
            "%(at)s，签到已经开始，您还没有到。地点：%(place)s。来不了请向培训管理员请假。",
            at=clock.hour(uow.now),  # the same words twice are kept back by 企业微信 and 钉钉
            place=places,
        ),
        link=f"/lectures/{lecture.id}",
        kind=queries.KIND,
        urgent=True,
        about_id=lecture.id,
    )
    return Called(tuple(people.values()), found.often)
