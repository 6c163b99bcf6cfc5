"""Campaigns that end soon: seven, three and one day before, for who is not done and who supervises them.

Each enterprise is reminded of its own date, whatever that of the campaign is; officers of the one that most have.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, select

from lms.access.actor import Actor
from lms.access.models import Membership, Role
from lms.campaigns.models import Campaign, Duty
from lms.compliance.chasing.rules import asked_lesson
from lms.compliance.models import Standing
from lms.compliance.queries import met
from lms.core import clock
from lms.core.jobs import sweep
from lms.core.uow import UnitOfWork
from lms.notices import climbing
from lms.notices.queries import readers
from lms.notices.rules import LADDER
from lms.notices.service import tell, tell_firms
from lms.registry.models import Jurisdiction, charge_of
from lms.registry.queries import codes_within

KIND = "campaign.reminder"
CLERK = Actor.system("compliance.reminders")


@sweep
def remind_of_campaigns() -> None:
    """Each date of a campaign in a transaction of its own."""
    dates: dict[UUID, tuple[UUID, date]] = {}
    climbing.write_due(CLERK, lambda uow: _due(uow, dates), lambda uow, key, rung: _remind(uow, key, rung, *dates[key]))


def _due(uow: UnitOfWork, dates: dict[UUID, tuple[UUID, date]]) -> list[tuple[UUID, int]]:
    """Notes in `dates` which campaign and day each of them is."""
    rows = uow.session.execute(
        select(Duty.campaign_id, Duty.due_on, func.min(Duty.created_at), Campaign.due_on)
        .join(Campaign, Campaign.id == Duty.campaign_id)
        .where(Duty.due_on > uow.today, Duty.due_on <= uow.today + timedelta(days=max(LADDER)), Duty.lapsed_on.is_(None))
        .group_by(Duty.campaign_id, Duty.due_on, Campaign.due_on)
    ).all()
    spans: dict[UUID, tuple[date, date]] = {}
    for campaign_id, due_on, at, common in rows:
        key = campaign_id if due_on == common else uuid5(campaign_id, due_on.isoformat())
        dates[key], spans[key] = (campaign_id, due_on), (clock.local_date(at), due_on)
    return climbing.rungs_due(uow, KIND, spans)


def _remind(uow: UnitOfWork, key: UUID, rung: int, campaign_id: UUID, due_on: date) -> None:
    campaign = uow.session.get_one(Campaign, campaign_id)
    if not climbing.climb(uow, key, KIND, rung):
        return
    left = (due_on - uow.today).days
    lesson = asked_lesson(campaign.head_lectures, campaign.deputy_counts, campaign.min_minutes)
    words: dict[str, Any] = {"kind": KIND, "about_id": campaign.id, "urgent": climbing.hurries(uow, rung)}
    there = (Standing.campaign_id == campaign.id, Standing.due_on == due_on, Standing.until_on.is_(None))
    open_ones = (*there, met("not_lectured", uow.today))
    enterprise_ids = uow.session.scalars(select(Standing.enterprise_id).where(*open_ones)).all()
    tell_firms(
        uow, readers(uow, enterprise_ids, Role.TRAINER, Role.HEAD), title=f"还有 {left} 天截止，本单位还没讲：{campaign.title}",
        body=f"{due_on} 前{lesson}。", link=f"/campaigns/{campaign.id}", **words,
    )  # fmt: skip
    for user_id, code in _officers(uow, campaign) if due_on == campaign.due_on else ():
        below = codes_within(code, uow.today)
        number = uow.session.scalar(select(func.count(Standing.id)).where(*open_ones, Standing.street_code.in_(below)))
        if number:
            tell(
                uow, None, (), user_ids=[user_id], title=f"还有 {left} 天截止，{number} 家还没讲：{campaign.title}",
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
            charge_of(Jurisdiction).startswith(owner.path, autoescape=True),
            Membership.runs_on(uow.today),
        )
        .order_by(Membership.id)
    )
    return [(user_id, code) for user_id, code in rows]
