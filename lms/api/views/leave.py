"""Leave (请假): written down, taken back, and agreed to by a second person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api import queries
from lms.api.operations import operation
from lms.api.reasons import said
from lms.api.shapes import Unfit, told
from lms.attendance import service as attendance
from lms.attendance.queries import listed_oneself as oneself
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture


@dataclass(frozen=True, slots=True)
class ExcuseIn:
    person_id: UUID
    reason: Annotated[str, told(_l("假别或原因，如 病假"), minLength=1, maxLength=50)]


@dataclass(frozen=True, slots=True)
class AskLeaveIn:
    reason: Annotated[str, told(_l("假别或原因，如 病假"), minLength=1, maxLength=50)]


@dataclass(frozen=True, slots=True)
class Excused:
    """reason: of the leave that counts, "" where there is none. waits: another one does once a second person agrees to it."""

    person_id: UUID
    reason: str
    waits: bool


@dataclass(frozen=True, slots=True)
class DecideLeaveIn:
    person_id: UUID
    agree: Annotated[bool, told(_l("属实；否则不算请假"))]
    reason: Annotated[str, told(_l("不属实的原因"), maxLength=200)] = ""


@dataclass(frozen=True, slots=True)
class EndLeaveIn:
    person_id: UUID
    reason: Annotated[str, told(_l("为什么不是请假"), minLength=1, maxLength=200)]


@operation(
    "POST",
    "/lectures/<uuid:lecture_id>/excuse",
    "attendance.enter",
    _l("登记一个人请假"),
    answer=Excused,
    body=ExcuseIn,
    pages="attendance.excuse",
)
def excuse_person(uow: UnitOfWork, lecture_id: UUID, given: Callable[[], ExcuseIn]) -> Excused:
    found, wanted = find(uow, Lecture, lecture_id), given()
    attendee = _listed(uow, found, wanted.person_id)
    attendance.excuse(uow, found, attendee, said(wanted.reason))
    return _excused(attendee)


@operation(
    "POST",
    "/lectures/<uuid:lecture_id>/excuse/end",
    "attendance.enter",
    _l("取消一个人的请假"),
    answer=Excused,
    body=EndLeaveIn,
    pages="attendance.end_leave",
)
def end_leave(uow: UnitOfWork, lecture_id: UUID, given: Callable[[], EndLeaveIn]) -> Excused:
    found, wanted = find(uow, Lecture, lecture_id), given()
    attendee = _listed(uow, found, wanted.person_id)
    attendance.take_back_leave(uow, found, attendee, said(wanted.reason))
    return _excused(attendee)


@operation(
    "POST",
    "/lectures/<uuid:lecture_id>/leave",
    "attendance.confirm",
    _l("第二个人确认等着的请假，或者不确认"),
    answer=Excused,
    body=DecideLeaveIn,
    pages="attendance.decide_leave",
)
def decide_leave(uow: UnitOfWork, lecture_id: UUID, given: Callable[[], DecideLeaveIn]) -> Excused:
    found, wanted = find(uow, Lecture, lecture_id), given()
    attendee = _listed(uow, found, wanted.person_id)
    if wanted.agree:
        attendance.agree_to_leave(uow, found, attendee)
    else:
        attendance.drop_leave(uow, found, attendee, said(wanted.reason))
    return _excused(attendee)


@operation(
    "POST",
    "/lectures/<uuid:lecture_id>/own-leave",
    "own.leave",
    _l("本人申请请假，确认以后才算"),
    answer=Excused,
    body=AskLeaveIn,
    pages="attendance.ask_leave",
)
def ask_leave(uow: UnitOfWork, lecture_id: UUID, given: Callable[[], AskLeaveIn]) -> Excused:
    found, attendee = oneself(uow, lecture_id)
    attendance.ask_leave(uow, found, attendee, said(given().reason))
    return _excused(attendee)


@operation(
    "POST",
    "/lectures/<uuid:lecture_id>/own-leave/withdraw",
    "own.leave",
    _l("撤回本人的请假申请"),
    answer=Excused,
    pages="attendance.withdraw_leave",
)
def withdraw_leave(uow: UnitOfWork, lecture_id: UUID) -> Excused:
    found, attendee = oneself(uow, lecture_id)
    attendance.withdraw_leave(uow, found, attendee)
    return _excused(attendee)


def _listed(uow: UnitOfWork, found: Lecture, person_id: UUID) -> Attendee:
    attendee = queries.attendee_of(uow, found, person_id)
    if attendee is None:
        raise Unfit([{"pointer": "/person_id", "detail": _("不在这堂课的应到名单上")}])
    return attendee


def _excused(attendee: Attendee) -> Excused:
    return Excused(attendee.person_id, attendee.excused_reason or "", attendee.leave_proposed_at is not None)
