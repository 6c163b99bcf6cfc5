"""Who is to be taught anew because something changed, and the permits that some work needs."""

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
from lms.api.views.steps import Number
from lms.core.uow import UnitOfWork
from lms.credentials.models import Authority, TrainingDemand, WorkPermit
from lms.credentials.retraining_forms import NoveltyForm, PermitForm
from lms.credentials.service import retraining as service
from lms.registry.models import Enterprise, Person
from lms.registry.queries import departments_on


@dataclass(frozen=True, slots=True)
class DemandOut:
    """Somebody is to be taught anew. met_on: when they were."""

    id: UUID
    person_id: UUID
    said: str
    since_on: date
    article: Annotated[str, told(_l("依据"))]
    met_on: date | None
    waived_at: datetime | None
    waived_reason: str | None


@dataclass(frozen=True, slots=True)
class PermitOut:
    """A permit; its number stays inside."""

    id: UUID
    person_id: UUID
    authority: Authority
    work: str
    issued_on: date
    review_due_on: date
    ends_on: date | None
    ended_at: datetime | None
    ended_reason: str | None


@operation(
    "GET", "/enterprises/<uuid:enterprise_id>/retraining", "training.read", _l("要重新培训的人"),
    answer=DemandOut, query=Wanted, many=True,
)  # fmt: skip
def demands(uow: UnitOfWork, enterprise_id: UUID, wanted: Wanted) -> Listed:
    found = find(uow, Enterprise, enterprise_id)
    return within(uow, TrainingDemand, wanted, lambda row: shown(DemandOut, row), TrainingDemand.enterprise_id == found.id)


@operation(
    "POST", "/enterprises/<uuid:enterprise_id>/retraining", "training.enter", _l("用了新设备、新工艺：列出要培训的人"),
    answer=Number, form=NoveltyForm, pages="retraining.introduce",
)  # fmt: skip
def introduce(uow: UnitOfWork, enterprise_id: UUID, given: Callable[..., Any]) -> Number:
    found = find(uow, Enterprise, enterprise_id)
    form = given(department=[("", ""), *((str(row.id), row.name) for row, _n in departments_on(uow, found.id, uow.today))])
    departments = [UUID(form.department.data)] if form.department.data else None
    return Number(service.introduce(uow, found, form.what.data, form.on.data, departments))


@operation(
    "POST", "/training-demands/<uuid:demand_id>/waive", "training.enter", _l("一个人不用重新培训"),
    answer=DemandOut, body=ReasonIn, pages="retraining.waive",
)  # fmt: skip
def waive_demand(uow: UnitOfWork, demand_id: UUID, given: Callable[[], ReasonIn]) -> DemandOut:
    found = find(uow, TrainingDemand, demand_id)
    service.waive(uow, found, said(given().reason))
    uow.session.flush()
    return shown(DemandOut, found)


@operation(
    "GET", "/enterprises/<uuid:enterprise_id>/permits", "training.read", _l("作业证"), answer=PermitOut, query=Wanted, many=True
)
def permits(uow: UnitOfWork, enterprise_id: UUID, wanted: Wanted) -> Listed:
    found = find(uow, Enterprise, enterprise_id)
    return within(uow, WorkPermit, wanted, lambda row: shown(PermitOut, row), WorkPermit.enterprise_id == found.id)


@operation(
    "POST", "/people/<uuid:person_id>/permits", "training.enter", _l("登记一个人的作业证"),
    answer=PermitOut, form=PermitForm, status=201, pages="retraining.permit",
)  # fmt: skip
def enter_permit(uow: UnitOfWork, person_id: UUID, given: Callable[..., Any]) -> PermitOut:
    person = find(uow, Person, person_id)
    form = given()
    made = service.enter_permit(
        uow, person, Authority(form.authority.data), form.work.data, form.card_no.data, form.issued_on.data,
        form.review_due_on.data, form.ends_on.data,
    )  # fmt: skip
    return shown(PermitOut, made)


@operation(
    "POST", "/permits/<uuid:permit_id>/end", "training.enter", _l("注销一个作业证"),
    answer=PermitOut, body=ReasonIn, pages="retraining.end_permit",
)  # fmt: skip
def end_permit(uow: UnitOfWork, permit_id: UUID, given: Callable[[], ReasonIn]) -> PermitOut:
    found = find(uow, WorkPermit, permit_id)
    service.end_permit(uow, found, said(given().reason))
    uow.session.flush()
    return shown(PermitOut, found)
