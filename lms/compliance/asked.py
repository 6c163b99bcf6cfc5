"""What an address asks of a campaign: which one, where, on which day, which of its lists."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request

from lms.access.reach import find
from lms.campaigns.models import Campaign, CampaignState
from lms.compliance import queries
from lms.core.errors import NotFound
from lms.core.given import asked_day
from lms.core.uow import UnitOfWork

EVERY = "*"  # officer: "" asks for what nobody answers for


def launched(uow: UnitOfWork, campaign_id: UUID) -> Campaign:
    """A launched campaign within reach; raises NotFound."""
    campaign = find(uow, Campaign, campaign_id)
    if campaign.state is not CampaignState.LAUNCHED:
        raise NotFound
    return campaign


def asked_list(uow: UnitOfWork, campaign: Campaign) -> tuple[queries.Scope, str, str]:
    """Which list of firms an address asks for: where and when, which metric, and what their names contain. Raises NotFound."""
    metric = request.args.get("metric") or "asked"
    if metric not in queries.METRICS:
        raise NotFound
    return asked_scope(uow, campaign, narrowed=True), metric, (request.args.get("q") or "").strip()


def asked_scope(uow: UnitOfWork, campaign: Campaign, *, narrowed: bool = False) -> queries.Scope:
    """What a page speaks of by its address; narrowed: also by street, industry, trade authority, officer and
    size, as a list is."""
    asked: dict[str, str | None] = {name: request.args.get(name) or None for name in ("street", "industry", "size")}
    officer = request.args.get("officer", EVERY)
    return queries.scope_for(
        uow,
        campaign,
        asked_day(uow),
        jurisdiction_code=request.args.get("jurisdiction") or None,
        place_code=asked["street"] if narrowed else None,
        industry=asked["industry"] if narrowed else None,
        officer=officer if narrowed and officer != EVERY else None,
        size=asked["size"] if narrowed else None,
        trade_authority=request.args.get("trade_authority") if narrowed else None,
    )


def shared_by(uow: UnitOfWork, scope: queries.Scope) -> dict[str, Any]:
    """What every link of a page hands on, so that an address can be sent to somebody else. Today needs no date."""
    day = None if scope.day == uow.today else scope.day.isoformat()
    return {"jurisdiction": scope.jurisdiction.code, "as_of": day}
