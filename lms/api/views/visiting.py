"""Enterprises an officer goes to this week, and drawing some by chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.reach import find
from lms.api.operations import operation
from lms.api.shapes import shown, told
from lms.api.views.steps import Number
from lms.compliance import queries
from lms.compliance.asked import launched
from lms.compliance.visiting import service
from lms.compliance.visiting.forms import FirmDrawForm
from lms.compliance.visiting.models import FirmDraw
from lms.core.uow import UnitOfWork
from lms.registry.queries import own_jurisdiction


@dataclass(frozen=True, slots=True)
class FirmVisitsIn:
    enterprise_ids: Annotated[tuple[UUID, ...], told(_l("企业"), maxItems=200)]


@dataclass(frozen=True, slots=True)
class FirmDrawOut:
    """Drawn by chance, so that anybody can draw it again from the seed."""

    id: UUID
    campaign_id: UUID
    told: str
    seed: str
    pool: tuple[str, ...]
    number: int
    drawn_by: str
    drawn_at: datetime


@operation(
    "POST", "/campaigns/<uuid:campaign_id>/firm-draws", "campaign.chase", _l("从专项活动的企业里随机抽几家去看"),
    answer=FirmDrawOut, form=FirmDrawForm, status=201, pages="visiting.draw",
)  # fmt: skip
def draw_firms(uow: UnitOfWork, campaign_id: UUID, given: Callable[..., Any]) -> FirmDrawOut:
    """Of all that the campaign asks within the officer's jurisdiction."""
    campaign, number = launched(uow, campaign_id), given().number.data
    firms = queries.enterprise_ids(uow, queries.scope_for(uow, campaign, uow.today), "asked")
    return _draw(service.draw(uow, campaign, own_jurisdiction(uow), firms, campaign.title, number))


@operation("GET", "/firm-draws/<uuid:firm_draw_id>", "campaign.chase", _l("一次抽企业"), answer=FirmDrawOut)
def firm_draw(uow: UnitOfWork, firm_draw_id: UUID) -> FirmDrawOut:
    return _draw(find(uow, FirmDraw, firm_draw_id))


@operation(
    "POST", "/campaigns/<uuid:campaign_id>/firm-visits", "campaign.chase", _l("记下本周要去的企业"),
    answer=Number, body=FirmVisitsIn, pages="visiting.plan",
)  # fmt: skip
def plan_visits(uow: UnitOfWork, campaign_id: UUID, given: Callable[[], FirmVisitsIn]) -> Number:
    return Number(service.plan(uow, launched(uow, campaign_id), given().enterprise_ids))


def _draw(row: FirmDraw) -> FirmDrawOut:
    return shown(FirmDrawOut, row, pool=tuple(str(one) for one in row.pool))
