"""What somebody disputes, what devices sent that waits, visitors, and re-checks of who is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api.operations import Listed, Wanted, operation, within
from lms.api.reasons import said
from lms.api.shapes import shown, told
from lms.api.views.steps import Number
from lms.attendance import queries, service
from lms.attendance.forms import SettleForm, VisitorForm
from lms.attendance.models import Dispute, HeldMark, Mark, Visitor
from lms.attendance.rules.rechecks import EVERYBODY, SAMPLE
from lms.attendance.service import arrivals
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture, Sitting


@dataclass(frozen=True, slots=True)
class DisputeOut:
    id: UUID
    lecture_id: UUID
    person_id: UUID
    text: str
    raised_at: datetime
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class TextIn:
    text: Annotated[str, told(minLength=1, maxLength=200)]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What a device sent that could not count by itself."""

    id: UUID
    person_id: UUID
    mark: Mark
    why: str
    happened_at: datetime
    settled_at: datetime | None
    counted: bool | None


@dataclass(frozen=True, slots=True)
class VisitorOut:
    id: UUID
    name: str
    company: str
    came_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class RecheckIn:
    everybody: Annotated[bool, told(_l("问所有人，否则抽一部分"))] = False
    by_chance: Annotated[bool, told(_l("讲课中随机的时间，否则现在"))] = False


@operation(
    "GET",
    "/lectures/<uuid:lecture_id>/disputes",
    "attendance.read",
    _l("对签到有异议的"),
    answer=DisputeOut,
    query=Wanted,
    many=True,
)
def disputes(uow: UnitOfWork, lecture_id: UUID, wanted: Wanted) -> Listed:
    found = find(uow, Lecture, lecture_id)
    return within(uow, Dispute, wanted, lambda row: shown(DisputeOut, row), Dispute.lecture_id == found.id)


@operation(
    "POST", "/lectures/<uuid:lecture_id>/disputes", "own.dispute", _l("对自己的签到提出异议"),
    answer=DisputeOut, body=TextIn, status=201, pages="attendance.dispute",
)  # fmt: skip
def raise_dispute(uow: UnitOfWork, lecture_id: UUID, given: Callable[[], TextIn]) -> DisputeOut:
    person_id = uow.actor.person_id
    if person_id is None:
        raise NotFound
    lecture, _attendee = queries.listed(uow, lecture_id, person_id)
    made = service.dispute(uow, lecture, person_id, given().text.strip())
    uow.session.flush()
    return shown(DisputeOut, made)


@operation(
    "POST", "/disputes/<uuid:dispute_id>/answer", "attendance.enter", _l("答复异议"),
    answer=DisputeOut, body=TextIn, pages="attendance.answer_dispute",
)  # fmt: skip
def answer_dispute(uow: UnitOfWork, dispute_id: UUID, given: Callable[[], TextIn]) -> DisputeOut:
    found = find(uow, Dispute, dispute_id)
    service.answer_dispute(uow, found, said(given().text, "/text"))
    return shown(DisputeOut, found)


@operation(
    "GET",
    "/sittings/<uuid:sitting_id>/held",
    "attendance.enter",
    _l("签到设备送来、待确认的"),
    answer=HeldOut,
    query=Wanted,
    many=True,
)
def held_marks(uow: UnitOfWork, sitting_id: UUID, wanted: Wanted) -> Listed:
    sitting = find(uow, Sitting, sitting_id)
    of = HeldMark.lecture_id == sitting.lecture_id
    return within(uow, HeldMark, wanted, lambda row: shown(HeldOut, row), of)


@operation(
    "POST", "/held/<uuid:held_id>", "attendance.enter", _l("待确认的算数，或者不算"),
    answer=HeldOut, form=SettleForm, pages="attendance.settle_held",
)  # fmt: skip
def settle_held(uow: UnitOfWork, held_id: UUID, given: Callable[..., Any]) -> HeldOut:
    held = find(uow, HeldMark, held_id)
    form = given()
    if form.do.data == "count":
        arrivals.count_held(uow, held, form.note.data or None)
    else:
        arrivals.decline_held(uow, held, form.note.data or None)
    uow.session.flush()
    return shown(HeldOut, held)


@operation(
    "POST", "/sittings/<uuid:sitting_id>/visitors", "attendance.enter", _l("登记来访"),
    answer=VisitorOut, form=VisitorForm, status=201, pages="attendance.add_visitor",
)  # fmt: skip
def add_visitor(uow: UnitOfWork, sitting_id: UUID, given: Callable[..., Any]) -> VisitorOut:
    sitting = find(uow, Sitting, sitting_id)
    form = given()
    made: Visitor = service.visit(uow, sitting, form.name.data, form.company.data)
    uow.session.flush()
    return shown(VisitorOut, made)


@operation(
    "POST", "/sittings/<uuid:sitting_id>/rechecks", "recheck.ask", _l("抽查在场：请人点“我在”"),
    answer=Number, body=RecheckIn, pages="attendance.ask",
)  # fmt: skip
def ask_recheck(uow: UnitOfWork, sitting_id: UUID, given: Callable[[], RecheckIn]) -> Number:
    """How many were asked; 0 while the time has still to come."""
    sitting, typed = find(uow, Sitting, sitting_id), given()
    percent = EVERYBODY if typed.everybody else SAMPLE
    if typed.by_chance:
        service.ask_by_chance(uow, sitting, percent)
        return Number(0)
    return Number(len(service.ask_now(uow, sitting, percent).asked))
