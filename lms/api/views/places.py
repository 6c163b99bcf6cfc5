"""Enterprises taken in, handed over and moved; jurisdictions changed; accidents entered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api import queries
from lms.api.operations import Listed, Wanted, listed, operation, within
from lms.api.shapes import Unfit, shown, told
from lms.api.views.registry import EnterpriseOut, enterprise_shown
from lms.api.views.steps import Number
from lms.compliance import queries as standings
from lms.compliance.patch import queries as patch
from lms.compliance.patch import service as patching
from lms.compliance.patch.forms import HandOverForm
from lms.compliance.situation import queries as situation
from lms.compliance.situation import service as accidents
from lms.compliance.situation.forms import IncidentForm, VoidForm
from lms.compliance.situation.models import Incident, IncidentKind, Sphere
from lms.core.errors import NotFound
from lms.core.given import asked_day
from lms.core.uow import UnitOfWork
from lms.registry.jurisdiction_forms import ChangeForm, TakeForm, TransferForm
from lms.registry.models import ChangeKind, Enterprise, EnterpriseTransfer, Jurisdiction, JurisdictionChange
from lms.registry.opening_forms import OpeningForm, opening_of
from lms.registry.queries import own_jurisdiction, trees
from lms.registry.service import jurisdictions, openings, transfers


@dataclass(frozen=True, slots=True)
class JurisdictionOut:
    id: UUID
    code: str
    name: str
    level: str
    parent_id: UUID | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class JurisdictionsWanted(Wanted):
    as_of: Annotated[
        date | None,
        told(_l("哪一天结束时的情况，不填为今天。辖区按那天归谁管来列，名称和上级也是那天的。")),
    ] = None


@dataclass(frozen=True, slots=True)
class OpenedOut(EnterpriseOut):
    completed: Annotated[bool, told(_l("以前登记过，这次只补全了代码"))]


@dataclass(frozen=True, slots=True)
class GivenIn:
    enterprise_ids: Annotated[tuple[UUID, ...], told(_l("企业"), maxItems=200)]
    successor: Annotated[str, told(_l("交给谁"), minLength=1, maxLength=50)]


@dataclass(frozen=True, slots=True)
class ChangeOut:
    """What was decided about a jurisdiction. applied_at: None until its day has come."""

    id: UUID
    jurisdiction_id: UUID
    kind: ChangeKind
    on: date
    target_id: UUID | None
    name: str | None
    basis: str
    changed_by: str
    changed_at: datetime
    applied_at: datetime | None
    fault: Annotated[str | None, told(_l("到那天没能生效的原因"))]
    withdrawn_by: str | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class TransferOut:
    id: UUID
    enterprise_id: UUID
    from_id: UUID
    to_id: UUID
    reason: str
    state: str
    asked_by: str
    asked_at: datetime
    answer: str | None
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class IncidentOut:
    """loss: 万元. grade: by the numbers, as the law has it."""

    id: UUID
    jurisdiction_id: UUID
    enterprise_id: UUID | None
    kind: IncidentKind
    sphere: Sphere
    category: str
    happened_on: date
    deaths: int
    injured: int
    loss: int
    grade: str
    text: str
    entered_by: str
    void_reason: Annotated[str | None, told(_l("作废的，不计入"))]


@operation(
    "POST", "/enterprises", "enterprise.import",
    _l("登记新引进的企业或建设项目；只补全了已有项目的代码时，答 200，其余内容不写入"),
    answer=OpenedOut, form=OpeningForm, status=201, pages="openings.new", there="completed",
)  # fmt: skip
def open_enterprise(uow: UnitOfWork, given: Callable[..., Any]) -> OpenedOut:
    places = {str(row.id): row for row in trees.below(uow)}
    form = given(street=[])
    if form.street.data not in places:
        raise NotFound
    made = openings.register(uow, places[form.street.data], opening_of(form))
    uow.session.flush()
    return shown(OpenedOut, enterprise_shown(uow, made), completed=made.created_at < uow.now)


@operation(
    "GET", "/jurisdictions", "jurisdiction.change", _l("本辖区和下级"),
    answer=JurisdictionOut, query=JurisdictionsWanted, many=True,
)  # fmt: skip
def jurisdictions_below(uow: UnitOfWork, wanted: JurisdictionsWanted) -> Listed:
    day = asked_day(uow, wanted.as_of)
    found = listed(uow, queries.jurisdictions(uow, day), Jurisdiction.id, wanted, lambda *row: row)
    over = trees.parents_of(uow, [path for _row, _name, path in found.items])
    return Listed(
        [
            shown(JurisdictionOut, row, name=name, parent_id=over.get(path), ended_on=trees.ended_by(row, day))
            for row, name, path in found.items
        ],
        found.next_cursor,
    )


@operation(
    "GET", "/jurisdictions/<uuid:jurisdiction_id>/changes", "jurisdiction.change", _l("辖区变更的记录"),
    answer=ChangeOut, query=Wanted, many=True,
)  # fmt: skip
def jurisdiction_changes(uow: UnitOfWork, jurisdiction_id: UUID, wanted: Wanted) -> Listed:
    of = JurisdictionChange.jurisdiction_id == find(uow, Jurisdiction, jurisdiction_id).id
    return within(uow, JurisdictionChange, wanted, lambda row: shown(ChangeOut, row), of)


@operation(
    "POST", "/jurisdictions/<uuid:jurisdiction_id>/changes", "jurisdiction.change", _l("改隶属、改责任、改名、并入"),
    answer=ChangeOut, form=ChangeForm, status=201, pages="jurisdictions.show",
)  # fmt: skip
def change_jurisdiction(uow: UnitOfWork, jurisdiction_id: UUID, given: Callable[..., Any]) -> ChangeOut:
    one = find(uow, Jurisdiction, jurisdiction_id)
    if not trees.may_decide(uow, one):
        raise NotFound
    form, choices = given(target=[]), {str(row.id): row for row in trees.below(uow)}
    if form.target.data and form.target.data not in choices:
        raise NotFound
    kind = ChangeKind(form.kind.data)
    target = None if kind is ChangeKind.RENAME else choices.get(form.target.data)
    name, basis = (form.name.data or "").strip() or None, form.basis.data.strip()
    made = jurisdictions.change(uow, one, kind, form.on.data, basis=basis, name=name, target=target, sure=form.sure.data)
    uow.session.flush()
    return shown(ChangeOut, made)


@operation(
    "POST", "/jurisdiction-changes/<uuid:decided_id>/withdraw", "jurisdiction.change", _l("撤回还没生效的变更"),
    answer=ChangeOut, pages="jurisdictions.withdraw",
)  # fmt: skip
def withdraw_jurisdiction_change(uow: UnitOfWork, decided_id: UUID) -> ChangeOut:
    decided = find(uow, JurisdictionChange, decided_id)
    if not trees.may_decide(uow, decided.jurisdiction, decided.kind, decided.target):
        raise NotFound
    jurisdictions.take_back(uow, decided)
    return shown(ChangeOut, decided)


@operation("GET", "/transfers", "enterprise.transfer", _l("企业转辖区"), answer=TransferOut, query=Wanted, many=True)
def transfers_seen(uow: UnitOfWork, wanted: Wanted) -> Listed:
    return within(uow, EnterpriseTransfer, wanted, lambda row: shown(TransferOut, row))


@operation(
    "POST", "/enterprises/<uuid:enterprise_id>/transfer", "enterprise.transfer", _l("把企业转到另一个辖区"),
    answer=TransferOut, form=TransferForm, status=201, pages="jurisdictions.transfer",
)  # fmt: skip
def transfer_enterprise(uow: UnitOfWork, enterprise_id: UUID, given: Callable[..., Any]) -> TransferOut:
    enterprise = find(uow, Enterprise, enterprise_id)
    form, choices = given(target=[]), {str(row.id): row for row, _label in trees.everywhere(uow)}
    if form.target.data not in choices:
        raise NotFound
    made = transfers.ask(uow, enterprise, choices[form.target.data], form.reason.data.strip())
    uow.session.flush()
    return shown(TransferOut, made)


@operation(
    "POST", "/transfers/<uuid:transfer_id>", "enterprise.transfer", _l("接收转来的企业，或者退回"),
    answer=TransferOut, form=TakeForm, pages="jurisdictions.take",
)  # fmt: skip
def take_transfer(uow: UnitOfWork, transfer_id: UUID, given: Callable[..., Any]) -> TransferOut:
    asked = find(uow, EnterpriseTransfer, transfer_id)
    form = given()
    if form.accepted.data:
        transfers.accept(uow, asked)
    else:
        transfers.refuse(uow, asked, (form.answer.data or "").strip())
    uow.session.flush()
    return shown(TransferOut, asked)


@operation(
    "POST",
    "/patch/hand-over",
    "patch.change",
    _l("把企业交给另一位监管责任人"),
    answer=Number,
    form=HandOverForm,
    pages="patch.index",
)
def hand_over(uow: UnitOfWork, given: Callable[..., Any]) -> Number:
    """How many enterprises were handed over."""
    form = given(name=[("", ""), *((one.name, one.name) for one in patch.in_charge(uow))])
    return Number(patching.hand_over(uow, form.name.data or "", form.successor.data.strip()).enterprises)


@operation(
    "POST", "/patch/enterprises", "patch.change", _l("把几家企业交给一个责任人"), answer=Number, body=GivenIn, pages="patch.give",
)  # fmt: skip
def give_enterprises(uow: UnitOfWork, given: Callable[[], GivenIn]) -> Number:
    typed = given()
    return Number(patching.hand_over_ticked(uow, typed.enterprise_ids, typed.successor.strip()).enterprises)


@operation("GET", "/incidents", "incident.read", _l("事故和险情"), answer=IncidentOut, query=Wanted, many=True)
def incidents(uow: UnitOfWork, wanted: Wanted) -> Listed:
    return within(uow, Incident, wanted, lambda row: shown(IncidentOut, row))


@operation(
    "POST", "/incidents", "incident.change", _l("登记事故或险情"),
    answer=IncidentOut, form=IncidentForm, status=201, pages="situation.enter",
)  # fmt: skip
def enter_incident(uow: UnitOfWork, given: Callable[..., Any]) -> IncidentOut:
    """enterprise: its full name or code. street: the code of the place."""
    form = given(street=situation.streets_of(uow, own_jurisdiction(uow)))
    named = (form.enterprise.data or "").strip()
    enterprise = situation.enterprise_named(uow, named) if named else None
    if named and enterprise is None:
        raise Unfit([{"pointer": "/enterprise", "detail": str(NotFound())}])
    made = accidents.enter(
        uow, standings.find_jurisdiction(uow, form.street.data), enterprise, IncidentKind(form.kind.data),
        Sphere(form.sphere.data), form.happened_on.data, category=form.category.data, industry="", deaths=form.deaths.data,
        injured=form.injured.data, loss=form.loss.data, text=form.text.data.strip(),
    )  # fmt: skip
    uow.session.flush()
    return shown(IncidentOut, made)


@operation(
    "POST", "/incidents/<uuid:incident_id>/void", "incident.change", _l("作废一条，不再计入"),
    answer=IncidentOut, form=VoidForm, pages="situation.void",
)  # fmt: skip
def void_incident(uow: UnitOfWork, incident_id: UUID, given: Callable[..., Any]) -> IncidentOut:
    found = find(uow, Incident, incident_id)
    accidents.void(uow, found, given().reason.data.strip())
    uow.session.flush()
    return shown(IncidentOut, found)
