"""Campaigns that end soon: seven, three and one day before, for who is not done and who supervises them (A115)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from lms.access.actor import Actor
from lms.access.models import Membership, Role
from lms.campaigns.models import Campaign, CampaignState
from lms.compliance.models import Standing
from lms.compliance.queries import met
from lms.core import clock
from lms.core.jobs import sweep
from lms.core.uow import UnitOfWork
from lms.notices import climbing
from lms.notices.queries import readers
from lms.notices.rules import LADDER
from lms.notices.service import tell
from lms.registry.models import Jurisdiction
from lms.registry.queries import codes_within

KIND = "campaign.reminder"
CLERK = Actor.system("compliance.reminders")


@sweep
def remind_of_campaigns() -> None:
    """Each campaign in a transaction of its own."""
    climbing.write_due(CLERK, _due, _remind)


def _due(uow: UnitOfWork) -> list[tuple[UUID, int]]:
    rows = uow.session.execute(
        select(Campaign.id, Campaign.launched_at, Campaign.due_on).where(
            Campaign.state == CampaignState.LAUNCHED,
            Campaign.launched_at.is_not(None),
            Campaign.due_on > uow.today,
            Campaign.due_on <= uow.today + timedelta(days=max(LADDER)),
        )
    ).all()
    spans = {campaign_id: (clock.local_date(launched_at or uow.now), due_on) for campaign_id, launched_at, due_on in rows}
    return climbing.rungs_due(uow, KIND, spans)


def _remind(uow: UnitOfWork, campaign_id: UUID, rung: int) -> None:
    campaign = uow.session.get_one(Campaign, campaign_id)
    if not climbing.climb(uow, campaign_id, KIND, rung):
        return
    words: dict[str, Any] = {"kind": KIND, "about_id": campaign.id, "urgent": climbing.hurries(uow, rung)}
    open_ones = (Standing.campaign_id == campaign.id, Standing.until_on.is_(None), met("not_lectured", uow.today))
    enterprise_ids = uow.session.scalars(select(Standing.enterprise_id).where(*open_ones)).all()
    for enterprise_id, staff in readers(uow, enterprise_ids, Role.TRAINER, Role.HEAD).items():
        tell(
            uow, enterprise_id, staff.person_ids, user_ids=staff.user_ids,
            title=f"还有 {rung} 天截止，本单位还没讲：{campaign.title}",
            body=f"{campaign.due_on} 前由主要负责人讲一次安全课，不少于 {campaign.min_minutes} 分钟。",
            link=f"/campaigns/{campaign.id}", **words,
        )  # fmt: skip
    for user_id, code in _officers(uow, campaign):
        below = codes_within(code, uow.today)
        number = uow.session.scalar(select(func.count(Standing.id)).where(*open_ones, Standing.street_code.in_(below)))
        if number:
            tell(
                uow, None, (), user_ids=[user_id], title=f"还有 {rung} 天截止，{number} 家还没讲：{campaign.title}",
                body="点开看是哪些企业。", link=f"/campaigns/{campaign.id}", **words,
            )  # fmt: skip


def _officers(uow: UnitOfWork, campaign: Campaign) -> list[tuple[UUID, str]]:
    """The officers of the bureau that asks and of those below it, each with the code of what they supervise."""
    owner = uow.session.get_one(Jurisdiction, campaign.jurisdiction_id)
    rows = uow.session.execute(
        select(Membership.user_id, Jurisdiction.code)
        .join(Jurisdiction, Jurisdiction.id == Membership.jurisdiction_id)
        .where(
            Membership.role == Role.OFFICER,
            func.coalesce(Jurisdiction.managed_path, Jurisdiction.path).startswith(owner.path, autoescape=True),
            Membership.runs_on(uow.today),
        )
        .order_by(Membership.id)
    )
    return [(user_id, code) for user_id, code in rows]
