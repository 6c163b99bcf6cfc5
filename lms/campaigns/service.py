"""Draft a campaign, change the draft, launch it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select

from lms.access.actor import Actor
from lms.campaigns import queries
from lms.campaigns.events import CampaignLaunched
from lms.campaigns.models import Campaign, CampaignState, Duty
from lms.campaigns.rules import Plan
from lms.core.db import new_id
from lms.core.errors import Conflict, Invalid
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, Jurisdiction


class AlreadyLaunched(Conflict):
    code = "campaign-launched"
    sentence = _l("专项活动「%(title)s」已经启动，规则不能再改。要换规则，请新建一个专项活动。")


class AsksNobody(Invalid):
    code = "campaign-asks-nobody"
    sentence = _l("所选行业里没有在营企业，没有可以下达的对象。请先导入企业，或改选行业。")


def draft(uow: UnitOfWork, jurisdiction: Jurisdiction, plan: Plan) -> Campaign:
    """A campaign that asks nobody yet: it can be looked at and changed until it is launched."""
    actor: Actor = uow.actor
    campaign = Campaign(
        jurisdiction_id=jurisdiction.id,
        state=CampaignState.DRAFT,
        created_by=actor.name,
        created_at=uow.now,
        **_values(plan),
    )
    uow.session.add(campaign)
    uow.session.flush()
    return campaign


def change(uow: UnitOfWork, campaign: Campaign, plan: Plan) -> None:
    """Change a draft. Raises AlreadyLaunched."""
    if campaign.state is not CampaignState.DRAFT:
        raise AlreadyLaunched(title=campaign.title)
    for name, value in _values(plan).items():
        setattr(campaign, name, value)


def launch(uow: UnitOfWork, campaign: Campaign) -> int:
    """Ask every enterprise in business that the campaign is for; returns how many it asks now.

    Launching again changes nothing. Raises AsksNobody. Says CampaignLaunched, once.
    """
    # Two officers pressing at once: the second waits here, then finds it launched.
    uow.session.refresh(campaign, ["state"], with_for_update=True)
    if campaign.state is CampaignState.DRAFT:
        wanted = queries.targets(campaign.jurisdiction, campaign.industries)
        enterprise_ids = uow.session.scalars(select(Enterprise.id).where(wanted).order_by(Enterprise.id)).all()
        if not enterprise_ids:
            raise AsksNobody
        campaign.state, campaign.launched_at = CampaignState.LAUNCHED, uow.now
        uow.session.flush()
        common = {"campaign_id": campaign.id, "due_on": campaign.due_on, "created_at": uow.now}
        duties = [{"id": new_id(), "enterprise_id": enterprise_id, **common} for enterprise_id in enterprise_ids]
        uow.session.execute(insert(Duty), duties)
        uow.say(CampaignLaunched(campaign.id, at=uow.now))
    return queries.duty_counts(uow, [campaign.id]).get(campaign.id, 0)


def _values(plan: Plan) -> dict[str, Any]:
    return asdict(plan) | {"industries": list(plan.industries)}
