"""What is kept of a person: that they left or came back, how to reach them, and their rights over their own data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api.operations import Listed, Wanted, operation, within
from lms.api.reasons import ReasonIn, said
from lms.api.shapes import shown, told
from lms.api.views.registry import PersonOut, person_shown
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.registry import queries, service
from lms.registry.forms import ContactForm, PhoneForm, PostForm
from lms.registry.models import Person
from lms.registry.privacy import service as privacy
from lms.registry.privacy.models import Asked, DataRequest, RetentionHold
from lms.registry.rules.roster import WAYS


@dataclass(frozen=True, slots=True)
class LeaveIn:
    on: Annotated[date, told(_l("在岗的最后一天，不能晚于今天"))]


@dataclass(frozen=True, slots=True)
class HoldOut:
    """While it stands, nobody can delete what is kept of the person."""

    id: UUID
    person_id: UUID
    reason: str
    placed_by: str
    placed_at: datetime
    lifted_by: str | None
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True)
class DataRequestOut:
    """What somebody asked about their own data. granted: None until it is answered."""

    id: UUID
    person_id: UUID
    kind: Asked
    asked_by: str
    asked_at: datetime
    answered_by: str | None
    answered_at: datetime | None
    granted: bool | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class AnswerIn:
    """grant: mended, or, of a deletion, agreed to as the second person; then nothing more need be said."""

    grant: bool
    text: Annotated[str, told(_l("答复，本人看得到"), maxLength=300)] = ""


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
    service.leave(uow, found, given().on)
    return _person(uow, found)


@operation(
    "POST", "/people/<uuid:person_id>/return", "person.change", _l("恢复在册"), answer=PersonOut, pages="registry.come_back"
)
def person_returns(uow: UnitOfWork, person_id: UUID) -> PersonOut:
    found = find(uow, Person, person_id)
    service.come_back(uow, found)
    return _person(uow, found)


@operation(
    "POST", "/people/<uuid:person_id>/phone", "person.change", _l("改手机号"),
    answer=PersonOut, form=PhoneForm, pages="registry.phone",
)  # fmt: skip
def change_phone(uow: UnitOfWork, person_id: UUID, given: Callable[..., Any]) -> PersonOut:
    found = find(uow, Person, person_id)
    service.change_phone(uow, found, given().phone.data)
    return _person(uow, found)


@operation(
    "POST", "/people/<uuid:person_id>/post", "person.change", _l("改部门、岗位，从今天起"),
    answer=PersonOut, form=PostForm, pages="registry.move",
)  # fmt: skip
def move(uow: UnitOfWork, person_id: UUID, given: Callable[..., Any]) -> PersonOut:
    found = find(uow, Person, person_id)
    service.move(uow, found, given(queries.line_now(uow, found)).data)
    return _person(uow, found)


@operation(
    "POST", "/people/<uuid:person_id>/contact", "person.contact", _l("改邮箱、企业微信、钉钉账号"),
    answer=PersonOut, form=ContactForm, pages="registry.contact",
)  # fmt: skip
def change_contact(uow: UnitOfWork, person_id: UUID, given: Callable[..., Any]) -> PersonOut:
    found = find(uow, Person, person_id)
    form = given()
    service.change_contact(uow, found, {way: form[way].data or "" for way in WAYS}, clear=form.clear.data)
    return _person(uow, found)


@operation("GET", "/people/<uuid:person_id>/holds", "person.data", _l("暂停删除"), answer=HoldOut, query=Wanted, many=True)
def holds(uow: UnitOfWork, person_id: UUID, wanted: Wanted) -> Listed:
    found = find(uow, Person, person_id)
    return within(uow, RetentionHold, wanted, lambda row: shown(HoldOut, row), RetentionHold.person_id == found.id)


@operation(
    "POST", "/people/<uuid:person_id>/holds", "person.data", _l("暂停删除一个人的数据"),
    answer=HoldOut, many=True, body=ReasonIn, status=201, pages="archives.person_data",
)  # fmt: skip
def place_hold(uow: UnitOfWork, person_id: UUID, given: Callable[[], ReasonIn]) -> Listed:
    found = find(uow, Person, person_id)
    privacy.place_hold(uow, found, said(given().reason))
    uow.session.flush()
    return holds(uow, found.id, Wanted())


@operation(
    "POST",
    "/retention-holds/<uuid:hold_id>/lift",
    "person.data.answer",
    _l("取消暂停"),
    answer=HoldOut,
    pages="archives.lift_hold",
)
def lift_hold(uow: UnitOfWork, hold_id: UUID) -> HoldOut:
    found = find(uow, RetentionHold, hold_id)
    privacy.lift_hold(uow, found)
    uow.session.flush()
    return shown(HoldOut, found)


@operation(
    "GET", "/people/<uuid:person_id>/data-requests", "person.data", _l("一个人对自己数据的申请"),
    answer=DataRequestOut, query=Wanted, many=True,
)  # fmt: skip
def data_requests(uow: UnitOfWork, person_id: UUID, wanted: Wanted) -> Listed:
    found = find(uow, Person, person_id)
    return within(uow, DataRequest, wanted, lambda row: shown(DataRequestOut, row), DataRequest.person_id == found.id)


@operation(
    "POST", "/people/<uuid:person_id>/data-requests", "person.data", _l("替本人申请删除，等第二个人确认"),
    answer=DataRequestOut, status=201, pages="archives.person_data",
)  # fmt: skip
def ask_erasure(uow: UnitOfWork, person_id: UUID) -> DataRequestOut:
    made = privacy.ask_erasure(uow, find(uow, Person, person_id))
    uow.session.flush()
    return shown(DataRequestOut, made)


@operation(
    "POST", "/data-requests/<uuid:request_id>", "person.data.answer", _l("答复申请；删除要第二个人"),
    answer=DataRequestOut, body=AnswerIn, pages="archives.answer_request",
)  # fmt: skip
def answer_data_request(uow: UnitOfWork, request_id: UUID, given: Callable[[], AnswerIn]) -> DataRequestOut:
    asked = find(uow, DataRequest, request_id)
    typed = given()
    if asked.kind == Asked.COPY:
        raise NotFound
    if typed.grant and asked.kind == Asked.ERASURE:
        privacy.confirm_erasure(uow, asked)
    else:
        privacy.answer(uow, asked, granted=typed.grant, text=said(typed.text, "/text"))
    uow.session.flush()
    return shown(DataRequestOut, asked)


def _person(uow: UnitOfWork, found: Person) -> PersonOut:
    uow.session.flush()
    return person_shown(uow, found)
