"""What ends: a lecture called off, somebody excused or gone; each with its reason, nothing deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api import queries
from lms.api.operations import operation
from lms.api.shapes import Unfit, told
from lms.api.views.lectures import LectureOut, lecture_shown
from lms.api.views.registry import PersonOut, person_shown
from lms.attendance import service as attendance
from lms.core.uow import UnitOfWork
from lms.lectures import service as lectures
from lms.lectures.models import Lecture
from lms.registry import service as registry
from lms.registry.models import Person


@dataclass(frozen=True, slots=True)
class ReasonIn:
    reason: Annotated[str, told(_l("别人会看到的原因"), minLength=1, maxLength=200)]


@dataclass(frozen=True, slots=True)
class ExcuseIn:
    person_id: UUID
    reason: Annotated[str, told(_l("假别或原因，如 病假"), minLength=1, maxLength=50)]


@dataclass(frozen=True, slots=True)
class Excused:
    person_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class LeaveIn:
    on: Annotated[date, told(_l("在岗的最后一天，不能晚于今天"))]


@operation(
    "POST",
    "/lectures/<uuid:lecture_id>/cancel",
    "lecture.change",
    _l("取消一堂讲课"),
    answer=LectureOut,
    body=ReasonIn,
    pages="lectures.cancel",
)
def cancel_lecture(uow: UnitOfWork, lecture_id: UUID, given: Callable[[], ReasonIn]) -> LectureOut:
    found = find(uow, Lecture, lecture_id)
    lectures.cancel(uow, found, said(given().reason))
    uow.session.flush()
    return lecture_shown(uow, found.id)


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
    attendee = queries.attendee_of(uow, found, wanted.person_id)
    if attendee is None:
        raise Unfit([{"pointer": "/person_id", "detail": _("不在这堂课的应到名单上")}])
    attendance.excuse(uow, found, attendee, said(wanted.reason))
    return Excused(wanted.person_id, attendee.excused_reason or "")


@operation(
    "POST",
    "/people/<uuid:person_id>/leave",
    "person.change",
    _l("登记一个人离开"),
    answer=PersonOut,
    body=LeaveIn,
    pages="registry.leave",
)
def person_leaves(uow: UnitOfWork, person_id: UUID, given: Callable[[], LeaveIn]) -> PersonOut:
    found = find(uow, Person, person_id)
    registry.leave(uow, found, given().on)
    uow.session.flush()
    return person_shown(uow, found)


def said(reason: str, at: str = "/reason") -> str:
    """A reason that says something. Raises Unfit, pointing to it."""
    if not reason.strip():
        raise Unfit([{"pointer": at, "detail": _("请写明原因")}])
    return reason.strip()
