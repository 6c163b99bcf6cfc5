"""A lecture of somebody above is passed on in departments and teams (以上率下、层层传达)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.core.errors import Conflict, Invalid
from lms.core.uow import UnitOfWork
from lms.lectures.events import FollowUpsAsked
from lms.lectures.models import FollowUp, Lecture, LectureState
from lms.registry.models import Department
from lms.registry.queries import parts_on


class NothingToPassOn(Conflict):
    code = "lecture-not-to-pass-on"
    sentence = _l("草稿、取消了的和作废了的课不能要求传达。")


class TooLateToPassOn(Invalid):
    code = "follow-up-date"
    sentence = _l("完成日期已经过了，请选今天或以后的日子。")


class NobodyToPassItOn(Invalid):
    code = "follow-up-places"
    sentence = _l("请至少选一个部门或班次。")


def require_follow_ups(uow: UnitOfWork, lecture: Lecture, places: Iterable[tuple[UUID, str]], due_on: date) -> int:
    """Ask departments and shifts of them to pass a lecture on until a day; returns how many. One asked before gets the new day,
    and of one that is not among them it is asked no longer, of none of them where places is empty. Each shift and post that has
    people there today has to hear it.

    places: each a department and a shift of it, "" for all of it. Raises NothingToPassOn, TooLateToPassOn, and
    NobodyToPassItOn where nobody was asked before either. Says FollowUpsAsked.
    """
    if lecture.state in (LectureState.DRAFT, LectureState.CANCELLED, LectureState.VOIDED):
        raise NothingToPassOn
    if due_on < uow.today:
        raise TooLateToPassOn
    there = {
        (row.department_id, row.shift): row
        for row in uow.session.scalars(select(FollowUp).where(FollowUp.lecture_id == lecture.id))
    }
    wanted = list(places)
    if not wanted and all(row.withdrawn_at for row in there.values()):
        raise NobodyToPassItOn
    own = (
        Department.enterprise_id == lecture.enterprise_id,
        Department.id.in_({department_id for department_id, _shift in wanted}),
    )
    known = set(uow.session.scalars(select(Department.id).where(*own)))
    ours = [place for place in dict.fromkeys(wanted) if place[0] in known]
    parts = parts_on(uow, lecture.enterprise_id, uow.today)
    for place in ours:
        row = there.get(place) or FollowUp(
            enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, department_id=place[0], shift=place[1]
        )  # fmt: skip
        row.parts = [part for part in parts.get(place[0], ()) if place[1] in ("", part[0])] or [(place[1], "")]
        row.due_on, row.asked_by, row.asked_at = due_on, uow.actor.name, uow.now
        row.withdrawn_at = row.withdrawn_by = None
        uow.session.add(row)
    for row in there.values():
        if (row.department_id, row.shift) not in ours and row.withdrawn_at is None:
            row.withdrawn_at, row.withdrawn_by = uow.now, uow.actor.name
    uow.session.flush()
    uow.say(FollowUpsAsked(lecture.id, lecture.enterprise_id, at=uow.now))
    return len(ours)
