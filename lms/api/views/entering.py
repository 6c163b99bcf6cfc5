"""What the trainer enters, corrects and looks at; what the second person decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from flask import g
from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api.operations import Listed, Wanted, operation, within
from lms.api.reasons import said
from lms.api.shapes import shown, told
from lms.api.views.marks import Seen
from lms.api.views.steps import PersonIn
from lms.attendance import queries, service
from lms.attendance.models import AttendanceEvent, HandMark, Mark, Method, Trust
from lms.attendance.rules.flags import SAME_DEVICE
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture


@dataclass(frozen=True, slots=True)
class EnterIn:
    mark: Seen
    at: Annotated[datetime, told(_l("来或走的时间，不能晚于现在"))]
    reason: Annotated[str, told(_l("检查时会看到"), minLength=1, maxLength=120)]


@dataclass(frozen=True, slots=True)
class CorrectIn:
    """at: when it really was; None: it never happened."""

    reason: Annotated[str, told(minLength=1, maxLength=200)]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventOut:
    """A mark as it was recorded; a correction is another one."""

    id: UUID
    person_id: UUID
    mark: Mark
    scanned_at: datetime
    recorded_at: datetime
    method: Method
    trust: Trust
    entered_by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class EventsWanted(Wanted):
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class HandMarkOut:
    id: UUID
    person_id: UUID
    name: str
    event_id: UUID
    waits: Annotated[bool, told(_l("要第二个人确认后才算数"))]
    confirmed_by: str | None
    struck: Annotated[bool, told(_l("已划掉"))]


@dataclass(frozen=True, slots=True)
class ConfirmIn:
    """The second person's word. reason: why not, where they do not agree."""

    agree: bool
    reason: Annotated[str, told(maxLength=200)] = ""


@dataclass(frozen=True, slots=True)
class FlagOut:
    """What should be looked at. reason: why, in one sentence."""

    kind: str
    subject: str
    person_id: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class FlagIn:
    kind: Annotated[str, told(minLength=1, maxLength=40)]
    subject: Annotated[str, told(minLength=1, maxLength=200)]


@operation(
    "GET", "/lectures/<uuid:lecture_id>/events", "attendance.read", _l("一堂课的每一条签到记录"),
    answer=EventOut, query=EventsWanted, many=True,
)  # fmt: skip
def events(uow: UnitOfWork, lecture_id: UUID, wanted: EventsWanted) -> Listed:
    found = find(uow, Lecture, lecture_id)
    of = [AttendanceEvent.person_id == wanted.person_id] if wanted.person_id else []
    return within(uow, AttendanceEvent, wanted, _event, AttendanceEvent.lecture_id == found.id, *of)


@operation(
    "POST", "/lectures/<uuid:lecture_id>/attendance/<uuid:person_id>", "attendance.enter", _l("代一个人登记，写明原因"),
    answer=HandMarkOut, body=EnterIn, pages="attendance.enter",
)  # fmt: skip
def enter_mark(uow: UnitOfWork, lecture_id: UUID, person_id: UUID, given: Callable[[], EnterIn]) -> HandMarkOut:
    lecture, attendee = queries.listed(uow, lecture_id, person_id)
    typed = given()
    reason = f"{said(typed.reason)}（接口令牌“{g.bearer.name}”）"
    mark = service.enter(uow, lecture, attendee, mark=Mark(typed.mark), at=typed.at, reason=reason)
    return _hand_mark(uow, mark)


@operation(
    "POST", "/marks/<uuid:event_id>/correct", "attendance.enter", _l("更正一条签到记录，原来的一条划掉保留"),
    answer=EventOut, body=CorrectIn, pages="attendance.correct",
)  # fmt: skip
def correct_mark(uow: UnitOfWork, event_id: UUID, given: Callable[[], CorrectIn]) -> EventOut:
    """The mark that stands for it now, or the one that was struck."""
    event = find(uow, AttendanceEvent, event_id)
    typed = given()
    done = service.strike(uow, uow.session.get_one(Lecture, event.lecture_id), event, reason=said(typed.reason), at=typed.at)
    return _event(uow.session.get_one(AttendanceEvent, done.replaced_by_id or event.id))


@operation(
    "GET", "/lectures/<uuid:lecture_id>/hand-marks", "attendance.confirm", _l("人工登记的签到"), answer=HandMarkOut, many=True
)
def hand_marks(uow: UnitOfWork, lecture_id: UUID) -> Listed:
    rows = queries.hand_marks_of(uow, find(uow, Lecture, lecture_id).id)
    return Listed([shown(HandMarkOut, one.mark, name=one.name, struck=one.struck) for one in rows], None)


@operation(
    "POST", "/hand-marks/<uuid:hand_mark_id>", "attendance.confirm", _l("第二个人确认或者划掉一条人工登记"),
    answer=HandMarkOut, body=ConfirmIn, pages="attendance.decide_hand_mark",
)  # fmt: skip
def decide_hand_mark(uow: UnitOfWork, hand_mark_id: UUID, given: Callable[[], ConfirmIn]) -> HandMarkOut:
    mark, typed = find(uow, HandMark, hand_mark_id), given()
    if typed.agree:
        service.confirm_hand_mark(uow, mark)
    else:
        service.refuse_hand_mark(uow, mark, said(typed.reason))
    return _hand_mark(uow, mark)


@operation("GET", "/lectures/<uuid:lecture_id>/flags", "attendance.read", _l("要核实的"), answer=FlagOut, many=True)
def flags(uow: UnitOfWork, lecture_id: UUID) -> Listed:
    return _flags(uow, find(uow, Lecture, lecture_id))


@operation(
    "POST", "/lectures/<uuid:lecture_id>/flags", "attendance.enter", _l("记下核实过一条"),
    answer=FlagOut, many=True, body=FlagIn, pages="attendance.resolve_flag",
)  # fmt: skip
def resolve_flag(uow: UnitOfWork, lecture_id: UUID, given: Callable[[], FlagIn]) -> Listed:
    found, typed = find(uow, Lecture, lecture_id), given()
    service.resolve(uow, found, typed.kind, typed.subject)
    return _flags(uow, found)


@operation(
    "POST", "/lectures/<uuid:lecture_id>/identity", "attendance.enter", _l("确认是本人"),
    answer=FlagOut, many=True, body=PersonIn, pages="attendance.confirm_identity",
)  # fmt: skip
def confirm_identity(uow: UnitOfWork, lecture_id: UUID, given: Callable[[], PersonIn]) -> Listed:
    found = find(uow, Lecture, lecture_id)
    lecture, attendee = queries.listed(uow, found.id, given().person_id)
    service.resolve(uow, lecture, SAME_DEVICE, str(attendee.person_id))
    return _flags(uow, lecture)


def _event(row: AttendanceEvent) -> EventOut:
    return shown(EventOut, row)


def _hand_mark(uow: UnitOfWork, mark: HandMark) -> HandMarkOut:
    uow.session.flush()
    rows = queries.hand_marks_of(uow, mark.lecture_id)
    return next(shown(HandMarkOut, one.mark, name=one.name, struck=one.struck) for one in rows if one.mark.id == mark.id)


def _flags(uow: UnitOfWork, lecture: Lecture) -> Listed:
    return Listed([shown(FlagOut, one) for one in queries.flags_page(uow, lecture).open], None)
