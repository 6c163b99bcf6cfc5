"""The further steps of a lecture: begun, finished, called off, void, passed on, put on file; and who is told again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.reach import find, own_enterprise
from lms.api.operations import Listed, operation
from lms.api.reasons import ReasonIn, said
from lms.api.shapes import shown, told
from lms.api.views.holding import after
from lms.api.views.lectures import LectureOut
from lms.archives.views.lecture import put_on_file
from lms.attendance.service.reminding import call_missing
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.credentials import service as credentials
from lms.lectures import queries, rules, service
from lms.lectures.forms import FollowUpForm, WaiveForm
from lms.lectures.models import Lecture, LecturerStep, LectureState, Sitting
from lms.lectures.views.telling import send_again
from lms.lectures.views.themes import theme_called
from lms.registry.models import Enterprise


@dataclass(frozen=True, slots=True)
class DecidedIn:
    """The word of the second person."""

    agree: bool


@dataclass(frozen=True, slots=True)
class TimeIn:
    """When a lecturer really began or ended, and why it was recorded otherwise."""

    step: LecturerStep
    at: datetime
    reason: Annotated[str, told(_l("别人会看到的原因"), minLength=1, maxLength=200)]


@dataclass(frozen=True, slots=True)
class PersonIn:
    person_id: UUID


@dataclass(frozen=True, slots=True)
class Number:
    number: int


@dataclass(frozen=True, slots=True)
class Called:
    names: Annotated[tuple[str, ...], told(_l("提醒了谁"))]
    often: Annotated[int, told(_l("已经提醒过三次、没有再提醒的人数"))]


@dataclass(frozen=True, slots=True)
class PartOut:
    """People of a department who work in one shift and post."""

    shift: Annotated[str, told(_l("班次；空：没有排班次的人"))]
    post: Annotated[str, told(_l("岗位；空：没有写岗位的人"))]


@dataclass(frozen=True, slots=True)
class BranchOut:
    """A department that has to pass a lecture on, or a shift of it. state: done, planned, waiting, overdue, or released: it is
    asked no longer.
    """

    department_id: UUID
    shift: Annotated[str, told(_l("班次；空：整个部门"))]
    name: str
    due_on: date
    state: str
    left: Annotated[tuple[PartOut, ...], told(_l("还没传达到的班次和岗位"))]
    released_at: datetime | None = None
    released_by: str | None = None


@dataclass(frozen=True, slots=True)
class ThemeOut:
    """state: done, late, planned, waived, overdue, to_plan, later."""

    code: str
    title: str
    opens_on: date
    due_on: date
    state: str


@operation(
    "POST",
    "/sittings/<uuid:sitting_id>/start",
    "lecture.change",
    _l("记下一场的开讲时间"),
    answer=LectureOut,
    pages="lectures.start",
)
def start_sitting(uow: UnitOfWork, sitting_id: UUID) -> LectureOut:
    found = find(uow, Sitting, sitting_id)
    service.start(uow, found.lecture, found)
    return after(uow, found.lecture)


@operation(
    "POST", "/lectures/<uuid:lecture_id>/finish", "lecture.change", _l("结束一堂讲课，没讲的场次记为没有举行"),
    answer=LectureOut, pages="lectures.finish",
)  # fmt: skip
def finish_lecture(uow: UnitOfWork, lecture_id: UUID) -> LectureOut:
    found = find(uow, Lecture, lecture_id)
    service.finish(uow, found)
    return after(uow, found)


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
    service.cancel(uow, found, said(given().reason))
    return after(uow, found)


@operation(
    "POST", "/lectures/<uuid:lecture_id>/void", "lecture.change", _l("提出作废一堂讲课，等第二个人确认"),
    answer=LectureOut, body=ReasonIn, pages="lectures.void",
)  # fmt: skip
def void_lecture(uow: UnitOfWork, lecture_id: UUID, given: Callable[[], ReasonIn]) -> LectureOut:
    found = find(uow, Lecture, lecture_id)
    rules.check_step(found.state, LectureState.VOIDED)
    service.propose_void(uow, found, said(given().reason))
    return after(uow, found)


@operation(
    "POST", "/lectures/<uuid:lecture_id>/void/second", "lecture.void.confirm", _l("第二个人同意作废，或者不同意"),
    answer=LectureOut, body=DecidedIn, pages="lectures.second_void",
)  # fmt: skip
def decide_void(uow: UnitOfWork, lecture_id: UUID, given: Callable[[], DecidedIn]) -> LectureOut:
    found = find(uow, Lecture, lecture_id)
    (service.confirm_void if given().agree else service.drop_void)(uow, found)
    return after(uow, found)


@operation(
    "POST", "/sittings/<uuid:sitting_id>/times", "lecture.change", _l("提出更正一场的开讲或讲完时间，等第二个人确认"),
    answer=LectureOut, body=TimeIn, pages="lectures.times",
)  # fmt: skip
def correct_time(uow: UnitOfWork, sitting_id: UUID, given: Callable[[], TimeIn]) -> LectureOut:
    found, wanted = find(uow, Sitting, sitting_id), given()
    service.propose_time(uow, found, wanted.step, wanted.at, said(wanted.reason))
    return after(uow, found.lecture)


@operation(
    "POST", "/sittings/<uuid:sitting_id>/times/second", "lecture.time.confirm", _l("第二个人同意更正讲课时间，或者不同意"),
    answer=LectureOut, body=DecidedIn, pages="lectures.second_times",
)  # fmt: skip
def decide_time(uow: UnitOfWork, sitting_id: UUID, given: Callable[[], DecidedIn]) -> LectureOut:
    found = find(uow, Sitting, sitting_id)
    (service.confirm_time if given().agree else service.drop_time)(uow, found)
    return after(uow, found.lecture)


@operation(
    "POST", "/lectures/<uuid:lecture_id>/file", "lecture.change", _l("归档"), answer=LectureOut, pages="archives.file_lecture"
)
def file_lecture(uow: UnitOfWork, lecture_id: UUID) -> LectureOut:
    found = find(uow, Lecture, lecture_id)
    put_on_file(uow, found)
    return after(uow, found)


@operation(
    "POST", "/lectures/<uuid:lecture_id>/told/again", "lecture.change", _l("给没有收到的人再发一次"),
    answer=Number, pages="lectures.tell_again",
)  # fmt: skip
def tell_again(uow: UnitOfWork, lecture_id: UUID) -> Number:
    return Number(send_again(uow, find(uow, Lecture, lecture_id)))


@operation(
    "POST", "/lectures/<uuid:lecture_id>/remind", "lecture.change", _l("提醒没来的人"), answer=Called, pages="attendance.remind"
)
def remind(uow: UnitOfWork, lecture_id: UUID) -> Called:
    called = call_missing(uow, find(uow, Lecture, lecture_id))
    return Called(tuple(called.names), called.often)


@operation(
    "GET", "/lectures/<uuid:lecture_id>/cascade", "lecture.follow", _l("哪些部门要传达，传达了没有"), answer=BranchOut, many=True
)
def cascade(uow: UnitOfWork, lecture_id: UUID) -> Listed:
    return _cascade(uow, find(uow, Lecture, lecture_id))


@operation(
    "PUT", "/lectures/<uuid:lecture_id>/cascade", "lecture.change", _l("要求部门、班次传达"),
    answer=BranchOut, many=True, form=FollowUpForm, pages="lectures.cascade",
)  # fmt: skip
def ask_cascade(uow: UnitOfWork, lecture_id: UUID, given: Callable[..., Any]) -> Listed:
    found = find(uow, Lecture, lecture_id)
    form = given(departments=[(key, name) for key, name, _n in queries.places_for(uow, found)])
    service.require_follow_ups(uow, found, map(rules.place_of, form.departments.data), form.due_on.data)
    uow.session.flush()
    return _cascade(uow, found)


@operation("GET", "/themes", "theme.change", _l("年度主题"), answer=ThemeOut, many=True)
def themes(uow: UnitOfWork) -> Listed:
    return _themes(uow)


@operation(
    "POST", "/themes/<code>/waive", "theme.change", _l("标为不适用"),
    answer=ThemeOut, many=True, form=WaiveForm, pages="lectures.waive_theme",
)  # fmt: skip
def waive_theme(uow: UnitOfWork, code: str, given: Callable[..., Any]) -> Listed:
    theme = theme_called(code)
    service.waive_theme(uow, own_enterprise(uow), theme, given().reason.data)
    return _themes(uow)


@operation(
    "POST", "/themes/<code>/restore", "theme.change", _l("改回适用"), answer=ThemeOut, many=True, pages="lectures.restore_theme"
)
def restore_theme(uow: UnitOfWork, code: str) -> Listed:
    service.restore_theme(uow, own_enterprise(uow), theme_called(code))
    return _themes(uow)


@operation(
    "POST", "/lectures/<uuid:lecture_id>/make-up/leave-out", "lecture.change", _l("从补训名单上拿掉一个人"),
    answer=LectureOut, body=PersonIn, pages="credentials.leave_out",
)  # fmt: skip
def leave_out(uow: UnitOfWork, lecture_id: UUID, given: Callable[[], PersonIn]) -> LectureOut:
    found = find(uow, Lecture, lecture_id)
    credentials.leave_out(uow, found, given().person_id)
    return after(uow, found)


def _cascade(uow: UnitOfWork, lecture: Lecture) -> Listed:
    tree = queries.cascade_of(uow, lecture)
    released = [
        shown(BranchOut, row, state="released", left=(), released_at=row.withdrawn_at, released_by=row.withdrawn_by)
        for row in tree.released
    ]
    asked = [
        shown(BranchOut, one, left=tuple(PartOut(*part) for part in one.left), released_at=None, released_by=None)
        for one in tree.branches
    ]
    return Listed([*asked, *released], None)


def _themes(uow: UnitOfWork) -> Listed:
    uow.session.flush()
    enterprise = uow.session.get(Enterprise, own_enterprise(uow))
    if enterprise is None:
        raise NotFound
    rows = queries.theme_plan(uow, enterprise).lines
    return Listed([shown(ThemeOut, one, code=one.theme.code, title=one.theme.title) for one in rows], None)
