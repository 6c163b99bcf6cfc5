"""Keeping standings: one dated line per enterprise, campaign and change."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, insert, select
from sqlalchemy.orm import aliased

from lms.campaigns.models import Campaign, Duty
from lms.campaigns.rules import late_due
from lms.compliance import queries
from lms.compliance.models import Deferral, DeferralKind, DeferralState, Standing
from lms.compliance.rules import Result, is_over, standing_under
from lms.core.db import new_id
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, EnterpriseState

NOT_EXEMPT = {"exempt_until": None, "exempt_reason": None, "exempt_by": None}
WHERE_AND_WHO = ("street_code", "street_name", "industry", "trade_authority", "officer_name", "firm_state", "lapsed_on")


def settle(uow: UnitOfWork, campaign_id: UUID, enterprise_ids: Collection[UUID] | None = None) -> int:
    """Bring today's lines up to the facts, of some enterprises or (None) of all that the campaign asks; how many changed.

    Where every listener ran, settling a whole campaign changes nothing. Lines of past days are history and stay as they are.
    An enterprise that the campaign does not ask has no line, whatever it held.
    """
    uow.session.flush()
    duties, firms, lines = _of_campaign(campaign_id, enterprise_ids)
    # Locked before all else is read, and by a statement of their own: of two at once the second sees what the first one wrote,
    # of enterprises, lines and facts. What is locked stays: today's line may end meanwhile.
    asked = uow.session.execute(duties.order_by(Duty.enterprise_id).with_for_update(key_share=True)).all()
    if not asked:
        return 0
    campaign = uow.session.get_one(Campaign, campaign_id)
    versions = queries.versions_of(uow, campaign)
    enterprises = {firm.id: firm for firm in uow.session.scalars(firms)}
    current = {line.enterprise_id: line for line in uow.session.scalars(lines)}
    facts = queries.facts_of(uow, campaign, enterprise_ids)
    exempt = _exempt(uow, campaign_id, enterprise_ids)
    streets = queries.streets(uow, {firm.jurisdiction_id for firm in enterprises.values()})

    ended: list[Standing] = []
    fresh: list[dict[str, Any]] = []
    changed = 0
    for enterprise_id, due_on, lapsed_on in asked:
        enterprise = enterprises[enterprise_id]
        result, version = standing_under(facts[enterprise_id], versions)
        values = _values(result) | _where_and_who(enterprise, streets[enterprise.jurisdiction_id], lapsed_on)
        values |= {"rule_version": version, "due_on": due_on} | exempt.get(enterprise_id, NOT_EXEMPT)
        line = current.get(enterprise_id)
        if line and line.is_over(uow.today) and is_over(result.state, due_on, uow.today):
            values |= {name: getattr(line, name) for name in WHERE_AND_WHO}
        if line and all(getattr(line, name) == value for name, value in values.items()):
            continue
        changed += 1
        if line and line.since_on == uow.today:
            for name, value in (values | {"updated_at": uow.now}).items():
                setattr(line, name, value)
            continue
        if line:
            ended.append(line)
        fresh.append(
            values
            | {"id": new_id(), "enterprise_id": enterprise_id, "campaign_id": campaign_id, "updated_at": uow.now}
            | {"since_on": uow.today, "until_on": None}
        )
    for line in ended:
        line.until_on = uow.today - timedelta(days=1)
    uow.session.flush()  # the old line ends before the new one begins: two current ones are impossible
    if fresh:
        uow.session.execute(insert(Standing), fresh)
    return changed


def _of_campaign(
    campaign_id: UUID, enterprise_ids: Collection[UUID] | None
) -> tuple[Select[UUID, date, date | None], Select[Enterprise], Select[Standing]]:
    """What a campaign asks, of whom, and their lines of today; of some enterprises, or (None) of all."""
    duties = select(Duty.enterprise_id, Duty.due_on, Duty.lapsed_on).where(Duty.campaign_id == campaign_id)
    firms = select(Enterprise).join(Duty, Duty.enterprise_id == Enterprise.id).where(Duty.campaign_id == campaign_id)
    lines = select(Standing).where(Standing.campaign_id == campaign_id, Standing.until_on.is_(None))
    if enterprise_ids is not None:
        duties = duties.where(Duty.enterprise_id.in_(enterprise_ids))
        firms = firms.where(Enterprise.id.in_(enterprise_ids))
        lines = lines.where(Standing.enterprise_id.in_(enterprise_ids))
    return duties, firms.execution_options(populate_existing=True), lines.execution_options(populate_existing=True)


def reopen(uow: UnitOfWork, enterprise_ids: Collection[UUID]) -> None:
    """Of these enterprises those that were out of business until now: what they owe is due again, or lapses.

    Where a campaign still runs they have as many days as a newcomer. Where it is over, what was due while they were out of
    business lapses; what was due before is as overdue as it was, and a date of their own that is to come stays. The lines
    themselves follow when they are settled. An enterprise that had lectured owes nothing.
    """
    past = aliased(Standing)
    in_business = select(func.max(past.until_on)).where(
        past.campaign_id == Duty.campaign_id,
        past.enterprise_id == Duty.enterprise_id,
        past.firm_state == EnterpriseState.ACTIVE,
    )
    rows = uow.session.execute(
        select(Duty, Campaign, in_business.correlate(Duty).scalar_subquery())
        .join(Campaign, Campaign.id == Duty.campaign_id)
        .join(Enterprise, Enterprise.id == Duty.enterprise_id)
        .join(
            Standing,
            and_(
                Standing.campaign_id == Duty.campaign_id,
                Standing.enterprise_id == Duty.enterprise_id,
                Standing.until_on.is_(None),
            ),
        )
        .where(
            Duty.enterprise_id.in_(enterprise_ids),
            Duty.lapsed_on.is_(None),
            Enterprise.state == EnterpriseState.ACTIVE,
            Standing.stopped(),
        )
    ).all()
    for duty, campaign, until_on in rows:
        if campaign.due_on >= uow.today:
            duty.due_on = max(duty.due_on, late_due(campaign.due_on, campaign.late_days, uow.today))
        elif duty.due_on < uow.today and (until_on is None or until_on < duty.due_on):
            duty.lapsed_on = uow.today
    uow.session.flush()


def _exempt(uow: UnitOfWork, campaign_id: UUID, enterprise_ids: Collection[UUID] | None) -> dict[UUID, dict[str, Any]]:
    """What was granted to enterprises, or withdrawn, by the latest decision; also when it is over, for that is seen when one
    looks.
    """
    granted = select(Deferral).where(
        Deferral.campaign_id == campaign_id,
        Deferral.kind == DeferralKind.EXEMPTION,
        Deferral.state.in_((DeferralState.GRANTED, DeferralState.WITHDRAWN)),
    )
    if enterprise_ids is not None:
        granted = granted.where(Deferral.enterprise_id.in_(enterprise_ids))
    return {
        row.enterprise_id: {"exempt_until": row.granted_until, "exempt_reason": row.reason, "exempt_by": row.decided_by}
        if row.state is DeferralState.GRANTED
        else NOT_EXEMPT
        for row in uow.session.scalars(granted.order_by(Deferral.decided_at, Deferral.id))
    }


def _where_and_who(enterprise: Enterprise, street: tuple[str, str], lapsed_on: date | None) -> dict[str, Any]:
    """What a line tells of its enterprise. street: code and name. lapsed_on: since when its duty is lapsed, which is said of a
    firm in business alone: one that closed since, or stopped again, is told as that.
    """
    lapsed = lapsed_on if enterprise.state is EnterpriseState.ACTIVE else None
    told = (
        *street, enterprise.industry, enterprise.trade_authority, enterprise.officer_name,
        EnterpriseState.SUSPENDED if lapsed else enterprise.state, lapsed,
    )  # fmt: skip
    return dict(zip(WHERE_AND_WHO, told, strict=True))


def _values(result: Result) -> dict[str, Any]:
    return {name: getattr(result, name) for name in result.__dataclass_fields__}
