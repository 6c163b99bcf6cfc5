"""A bureau asks: campaigns drafted, launched, amended; firms chased, and what they ask for in return."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api.operations import Listed, Wanted, operation, within
from lms.api.shapes import shown, told
from lms.api.views.campaigns import CampaignOut, campaign_shown
from lms.campaigns import queries, service
from lms.campaigns.forms import CampaignForm
from lms.campaigns.models import Campaign, CampaignState
from lms.compliance.asked import launched
from lms.compliance.chasing import deferrals as deferring
from lms.compliance.chasing import queries as chasing
from lms.compliance.chasing import service as chaser
from lms.compliance.chasing.forms import AskForm, ContactNoteForm, DecideForm, GiveForm, WithdrawForm
from lms.compliance.chasing.rules import Wording
from lms.compliance.models import Chase, ChaseWay, Deferral, DeferralKind, DeferralState
from lms.core.uow import UnitOfWork
from lms.registry.queries import own_jurisdiction

MAY_BE_LEFT_OUT = ("head_lectures", "deputy_counts", "themes", "evidence", "cascade")


@dataclass(frozen=True, slots=True)
class AboveWanted:
    above: Annotated[UUID | None, told(_l("在上级的哪个活动上加严"))] = None


@dataclass(frozen=True, slots=True)
class LaunchOut:
    enterprises: Annotated[int, told(_l("下达到几家企业"))]


@dataclass(frozen=True, slots=True)
class ChaseIn:
    enterprise_ids: Annotated[tuple[UUID, ...], told(minItems=1, maxItems=500)]
    wording: Wording = Wording.AUTO
    more: Annotated[str, told(_l("补充一句"), maxLength=200)] = ""
    channel: Annotated[
        str, told(_l("先试哪个渠道：sms、email、wecom_app、dingtalk_app；inbox 只发通知箱；不填按企业自己的"), maxLength=20)
    ] = ""


@dataclass(frozen=True, slots=True)
class RefusedOut:
    why: str
    enterprises: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChasedOut:
    """sent: firms that were chased. refused: why the others were not, by name."""

    sent: tuple[str, ...]
    at_once: Annotated[bool, told(_l("否则到早上八点发出"))]
    refused: tuple[RefusedOut, ...]


@dataclass(frozen=True, slots=True)
class ContactOut:
    id: UUID
    enterprise_id: UUID
    campaign_id: UUID
    way: ChaseWay
    channel: Annotated[str | None, told(_l("监管人员选的渠道；空：按企业自己的"))]
    text: str
    chased_by: str
    chased_at: datetime


@dataclass(frozen=True, slots=True)
class ContactsWanted(Wanted):
    enterprise_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DeferralOut:
    id: UUID
    enterprise_id: UUID
    campaign_id: UUID
    kind: DeferralKind
    until_on: date
    reason: str
    due_before: date
    state: Annotated[DeferralState, told(_l("withdrawn 是撤回原来的同意，另起一行"))]
    asked_by: Annotated[str | None, told(_l("企业里谁申请的；企业没有申请、监管部门主动批准的没有，撤回的也没有"))]
    withdrawn_by: Annotated[str | None, told(_l("监管部门里谁撤回的"))]
    asked_at: datetime
    granted_until: date | None
    answer: str | None
    decided_by: str | None
    decided_at: datetime | None


def _deferral(row: Deferral) -> DeferralOut:
    withdrawn = row.state is DeferralState.WITHDRAWN
    asked_by, withdrawn_by = (None, row.asked_by) if withdrawn else (row.asked_by or None, None)
    return shown(DeferralOut, row, asked_by=asked_by, withdrawn_by=withdrawn_by)


@operation(
    "POST", "/campaigns", "campaign.create", _l("起草一个专项活动"),
    answer=CampaignOut, query=AboveWanted, form=CampaignForm, status=201, pages="campaigns.new",
)  # fmt: skip
def draft_campaign(uow: UnitOfWork, wanted: Callable[[], AboveWanted], given: Callable[..., Any]) -> CampaignOut:
    own = own_jurisdiction(uow)
    above_id = wanted().above
    above = queries.find_above(uow, above_id, own) if above_id else None
    form = given(_kept(above), industries=_industries(queries.industry_counts(uow, own)))
    made = service.draft(uow, own, form.plan(), above)
    return _campaign(uow, made)


@operation(
    "PUT", "/campaigns/<uuid:campaign_id>", "campaign.create",
    _l("修改草稿，或者变更已经启动的；没发的主题、材料、传达和讲课人要求不变"),
    answer=CampaignOut, form=CampaignForm, pages="campaigns.edit",
)  # fmt: skip
def change_campaign(uow: UnitOfWork, campaign_id: UUID, given: Callable[..., Any]) -> CampaignOut:
    found = queries.find_own(uow, campaign_id)
    there = (*queries.industry_counts(uow, found.jurisdiction), *found.industries)
    fixed_due = found.due_on if found.state is not CampaignState.DRAFT else None
    form = given(_kept(found), industries=_industries(there), fixed_due=fixed_due)
    revision = form.revision.data or ""
    service.change(
        uow, found, form.plan(), int(revision) if revision.isdecimal() and len(revision) < 9 else 0, form.reason.data or ""
    )
    return _campaign(uow, found)


@operation(
    "POST",
    "/campaigns/<uuid:campaign_id>/launch",
    "campaign.create",
    _l("启动，下达到企业"),
    answer=LaunchOut,
    pages="campaigns.launch",
)
def launch_campaign(uow: UnitOfWork, campaign_id: UUID) -> LaunchOut:
    return LaunchOut(service.launch(uow, queries.find_own(uow, campaign_id)))


@operation(
    "POST",
    "/campaigns/<uuid:campaign_id>/chase",
    "campaign.chase",
    _l("催办"),
    answer=ChasedOut,
    body=ChaseIn,
    pages="chasing.chase",
)
def chase(uow: UnitOfWork, campaign_id: UUID, given: Callable[[], ChaseIn]) -> ChasedOut:
    campaign, typed = launched(uow, campaign_id), given()
    done = chaser.chase(uow, campaign, list(typed.enterprise_ids), typed.wording, typed.more.strip(), typed.channel)
    refused = tuple(RefusedOut(why.value, tuple(names)) for why, names in done.refused.items())
    return ChasedOut(tuple(str(one) for one in done.sent), done.at_once, refused)


@operation(
    "GET", "/campaigns/<uuid:campaign_id>/contacts", "campaign.chase", _l("催办和联系的记录"),
    answer=ContactOut, query=ContactsWanted, many=True,
)  # fmt: skip
def contacts(uow: UnitOfWork, campaign_id: UUID, wanted: ContactsWanted) -> Listed:
    found = launched(uow, campaign_id)
    of = [Chase.enterprise_id == wanted.enterprise_id] if wanted.enterprise_id else []
    return within(uow, Chase, wanted, lambda row: shown(ContactOut, row), Chase.campaign_id == found.id, *of)


@operation(
    "POST", "/campaigns/<uuid:campaign_id>/enterprises/<uuid:enterprise_id>/contact", "campaign.chase",
    _l("记下打过电话、上过门"), answer=ContactOut, many=True, form=ContactNoteForm, pages="chasing.contact",
)  # fmt: skip
def note_contact(uow: UnitOfWork, campaign_id: UUID, enterprise_id: UUID, given: Callable[..., Any]) -> Listed:
    campaign = launched(uow, campaign_id)
    line = chasing.line_of(uow, campaign, enterprise_id)
    form = given()
    chaser.write_down(uow, campaign, line.enterprise_id, ChaseWay(form.way.data), form.text.data.strip())
    uow.session.flush()
    return contacts(uow, campaign.id, ContactsWanted(enterprise_id=line.enterprise_id))


@operation(
    "GET", "/campaigns/<uuid:campaign_id>/deferrals", "campaign.read", _l("改期、免除的申请"),
    answer=DeferralOut, query=Wanted, many=True,
)  # fmt: skip
def deferrals(uow: UnitOfWork, campaign_id: UUID, wanted: Wanted) -> Listed:
    found = find(uow, Campaign, campaign_id)
    return within(uow, Deferral, wanted, _deferral, Deferral.campaign_id == found.id)


@operation(
    "POST", "/campaigns/<uuid:campaign_id>/enterprises/<uuid:enterprise_id>/deferral", "deferral.ask", _l("申请改期或者免除"),
    answer=DeferralOut, form=AskForm, status=201, pages="deferrals.ask",
)  # fmt: skip
def ask_deferral(uow: UnitOfWork, campaign_id: UUID, enterprise_id: UUID, given: Callable[..., Any]) -> DeferralOut:
    campaign = launched(uow, campaign_id)
    line = chasing.line_of(uow, campaign, enterprise_id)
    form = given()
    kind, text = DeferralKind(form.kind.data), form.reason.data.strip()
    made = deferring.ask(uow, campaign, line, kind, form.until_on.data, text)
    uow.session.flush()
    return _deferral(made)


@operation(
    "POST", "/campaigns/<uuid:campaign_id>/enterprises/<uuid:enterprise_id>/deferral/grant", "deferral.decide",
    _l("企业没有申请，监管部门主动改期或者免除"), answer=DeferralOut, form=GiveForm, status=201, pages="deferrals.give",
)  # fmt: skip
def give_deferral(uow: UnitOfWork, campaign_id: UUID, enterprise_id: UUID, given: Callable[..., Any]) -> DeferralOut:
    campaign = launched(uow, campaign_id)
    line = chasing.line_to_loosen(uow, campaign, enterprise_id)
    form = given()
    kind, text = DeferralKind(form.kind.data), form.reason.data.strip()
    made = deferring.give(uow, campaign, line, kind, form.until_on.data, text)
    uow.session.flush()
    return _deferral(made)


@operation(
    "POST", "/deferrals/<uuid:deferral_id>/decide", "deferral.decide", _l("答复改期、免除的申请"),
    answer=DeferralOut, form=DecideForm, pages="deferrals.decide",
)  # fmt: skip
def decide_deferral(uow: UnitOfWork, deferral_id: UUID, given: Callable[..., Any]) -> DeferralOut:
    asked, _campaign_of_it = chasing.to_decide(uow, deferral_id)
    form = given()
    answer = (form.answer.data or "").strip()
    if form.granted.data:
        deferring.grant(uow, asked, form.until_on.data or asked.until_on, answer)
    else:
        deferring.refuse(uow, asked, answer)
    uow.session.flush()
    return _deferral(asked)


@operation(
    "POST", "/deferrals/<uuid:deferral_id>/withdraw", "deferral.decide", _l("撤回误批的改期、免除，从今天起"),
    answer=DeferralOut, form=WithdrawForm, pages="deferrals.withdraw",
)  # fmt: skip
def withdraw_deferral(uow: UnitOfWork, deferral_id: UUID, given: Callable[..., Any]) -> DeferralOut:
    granted, _campaign_of_it = chasing.to_decide(uow, deferral_id)
    withdrawn = deferring.withdraw(uow, granted, given().reason.data)
    uow.session.flush()
    return _deferral(withdrawn)


def _kept(campaign: Campaign | None) -> dict[str, Any]:
    """The terms that may be left out, as they are on a campaign: leaving one out takes nothing away."""
    return {name: getattr(campaign, name) for name in MAY_BE_LEFT_OUT} if campaign else {}


def _industries(names: Any) -> list[tuple[str, str]]:
    return [(name, name) for name in dict.fromkeys(names)]


def _campaign(uow: UnitOfWork, row: Campaign) -> CampaignOut:
    uow.session.flush()
    return campaign_shown(row)
