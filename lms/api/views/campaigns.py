"""Campaigns, and how each enterprise stands in one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api import queries
from lms.api.operations import Listed, Wanted, listed, operation
from lms.api.shapes import shown, told
from lms.campaigns.models import Campaign, CampaignState
from lms.compliance.models import Standing, StandingState
from lms.compliance.queries import reasons_of
from lms.compliance.rules import LACKS, Reason
from lms.core.given import asked_day
from lms.core.uow import UnitOfWork
from lms.registry.models import EnterpriseState


@dataclass(frozen=True, slots=True)
class CampaignOut:
    id: UUID
    jurisdiction_id: UUID
    title: str
    industries: tuple[str, ...]
    starts_on: date
    due_on: date
    min_minutes: Annotated[int, told(_l("一堂课至少多少分钟"))]
    min_attendance: Annotated[int, told(_l("至少到课百分之几的人"))]
    pass_mark: Annotated[int, told(_l("合格分，满分 100"))]
    themes: Annotated[tuple[str, ...], told(_l("必须讲到的主题，代码见年度主题"))]
    evidence: Annotated[tuple[str, ...], told(_l("必须留下的材料：material 课件、photo 照片、quiz 考核"))]
    cascade: Annotated[bool, told(_l("讲完要在部门、班次传达"))]
    state: CampaignState
    revision: Annotated[int, told(_l("改动前读到的；修改时带上"))]


@dataclass(frozen=True, slots=True)
class CampaignsWanted(Wanted):
    state: CampaignState | None = None


@dataclass(frozen=True, slots=True)
class StandingOut:
    """How an enterprise stands from one day on. reason: why a lecture that was held does not count or does not complete, the
    first of what it lacks.
    """

    id: UUID
    enterprise_id: UUID
    enterprise: str
    state: StandingState
    since_on: date
    due_on: date
    street: str
    industry: str
    lecture_id: UUID | None
    lectured_on: date | None
    minutes: int
    expected: int
    attended: int
    examined: int
    passed: int
    reason: Reason | None
    note: Annotated[str | None, told(_l("还缺什么，一句话"))]
    lacks: Annotated[tuple[Reason, ...], told(_l("计入的那一堂还缺的每一样"))]
    officer: Annotated[str | None, told(_l("监管责任人"))]
    firm_state: Annotated[EnterpriseState, told(_l("没有开讲又不在营的，不算应开讲"))]
    exempt_until: Annotated[date | None, told(_l("免除到哪一天；没有开讲的，到这一天为止不算应开讲"))]
    rule_version: Annotated[int, told(_l("按第几版要求判断"))]


@dataclass(frozen=True, slots=True)
class StandingsWanted(Wanted):
    state: StandingState | None = None
    street_code: Annotated[str, told(_l("街道代码，如 430602008"), maxLength=20)] = ""
    as_of: Annotated[date | None, told(_l("哪一天的情况，不填为今天"))] = None


@operation("GET", "/campaigns", "campaign.read", _l("专项活动"), answer=CampaignOut, query=CampaignsWanted, many=True)
def campaigns(uow: UnitOfWork, wanted: CampaignsWanted) -> Listed:
    return listed(uow, queries.campaigns(uow, wanted.state), Campaign.id, wanted, campaign_shown)


@operation("GET", "/campaigns/<uuid:campaign_id>", "campaign.read", _l("一个专项活动"), answer=CampaignOut)
def campaign(uow: UnitOfWork, campaign_id: UUID) -> CampaignOut:
    return campaign_shown(find(uow, Campaign, campaign_id))


@operation(
    "GET", "/campaigns/<uuid:campaign_id>/standings", "campaign.read", _l("各企业在一个专项活动里的完成情况"),
    answer=StandingOut, query=StandingsWanted, many=True,
)  # fmt: skip
def standings(uow: UnitOfWork, campaign_id: UUID, wanted: StandingsWanted) -> Listed:
    found = find(uow, Campaign, campaign_id)
    rows = queries.standings(uow, found, asked_day(uow, wanted.as_of), wanted.state, wanted.street_code)
    page = listed(uow, rows, Standing.id, wanted, lambda row, enterprise: (row, enterprise))
    reasons = reasons_of(uow, [row for row, _enterprise in page.items])
    return Listed([_standing(row, enterprise, reasons.get(row.id)) for row, enterprise in page.items], page.next_cursor)


def campaign_shown(row: Campaign) -> CampaignOut:
    """A campaign that is known to be within reach."""
    return shown(CampaignOut, row)


def _standing(row: Standing, enterprise: str, note: str | None) -> StandingOut:
    return StandingOut(
        id=row.id, enterprise_id=row.enterprise_id, enterprise=enterprise, state=row.state, since_on=row.since_on,
        due_on=row.due_on, street=row.street_name, industry=row.industry, lecture_id=row.lecture_id,
        lectured_on=row.lectured_on, minutes=row.minutes, expected=row.expected, attended=row.attended,
        examined=row.examined, passed=row.passed, reason=row.reason, note=note,
        lacks=tuple(reason for reason, bit in LACKS.items() if row.lacks & bit), officer=row.officer_name,
        firm_state=row.firm_state, exempt_until=row.exempt_until, rule_version=row.rule_version,
    )  # fmt: skip
