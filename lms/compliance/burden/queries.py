"""What a campaign cost the enterprises it asks, and what an enterprise was asked this month."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select

from lms.access.models import Role
from lms.access.reach import reach
from lms.campaigns.events import Burden, Week
from lms.campaigns.models import Campaign, CampaignVersion, Duty
from lms.compliance.burden.models import Effort
from lms.compliance.models import Chase, ChaseWay, Standing
from lms.compliance.rules import LECTURED
from lms.core import clock
from lms.core.uow import UnitOfWork

WEEKS = 6


def of_campaign(uow: UnitOfWork, campaign_id: UUID) -> Burden:
    """Everything since the launch, by role, and the last weeks since then one by one, so that a rise is seen; of the enterprises
    within reach, as the rates beside it. Less than a minute is one. Five queries.
    """
    mine = and_(Effort.campaign_id == campaign_id, reach(uow, Effort))
    sums = (func.count(Effort.enterprise_id.distinct()), func.coalesce(func.sum(Effort.fields), 0), _seconds())
    by_role = {role: (firms, fields, _minutes(seconds)) for role, firms, fields, seconds in uow.session.execute(
        select(Effort.role, *sums).where(mine).group_by(Effort.role)
    )}  # fmt: skip
    firms = uow.session.scalar(select(func.count(Effort.enterprise_id.distinct())).where(mine)) or 0
    launched_at = uow.session.scalar(select(Campaign.launched_at).where(Campaign.id == campaign_id)) or uow.now
    last = _monday(uow.today)
    first = max(_monday(clock.local_date(launched_at)), last - timedelta(weeks=WEEKS - 1))
    weeks: dict[date, list[int]] = {first + timedelta(weeks=at): [0, 0] for at in range((last - first).days // 7 + 1)}
    rows = uow.session.execute(
        select(Effort.spent_at, Effort.fields, Effort.seconds).where(mine, Effort.spent_at >= clock.at(first))
    )
    for at, fields, seconds in rows:
        day = clock.local_date(at)
        week = weeks[_monday(day)]
        week[0], week[1] = week[0] + fields, week[1] + seconds
    listening = uow.session.scalar(
        select(func.coalesce(func.sum(Standing.minutes * Standing.attended), 0)).where(
            Standing.campaign_id == campaign_id, Standing.until_on.is_(None), Standing.state.in_(LECTURED), reach(uow, Standing)
        )
    )
    trainer, head = by_role.get(Role.TRAINER, (0, 0, 0)), by_role.get(Role.HEAD, (0, 0, 0))
    return Burden(
        firms=firms,
        fields=trainer[1] + head[1],
        trainer_minutes=trainer[2],
        head_minutes=head[2],
        listening_hours=round((listening or 0) / 60),
        weeks=tuple(Week(on, fields, _minutes(seconds)) for on, (fields, seconds) in weeks.items()),
    )


def of_enterprise(uow: UnitOfWork, enterprise_id: UUID) -> tuple[int, int, int, int]:
    """(things asked, bureaus asking, fields typed, minutes) of an enterprise in this month.

    Things: duties that came, rules that were amended, messages that chased. Three queries.
    """
    since = clock.at(uow.today.replace(day=1))
    asked: list[UUID] = list(
        uow.session.scalars(
            select(Campaign.jurisdiction_id)
            .join(Duty, Duty.campaign_id == Campaign.id)
            .where(Duty.enterprise_id == enterprise_id, Duty.created_at >= since)
        )
    )
    asked += uow.session.scalars(
        select(Campaign.jurisdiction_id)
        .join(Duty, Duty.campaign_id == Campaign.id)
        .join(CampaignVersion, CampaignVersion.campaign_id == Campaign.id)
        .where(Duty.enterprise_id == enterprise_id, CampaignVersion.version > 1)
        .where(CampaignVersion.set_at >= since, CampaignVersion.set_at >= Duty.created_at)  # what it was told of
    )
    asked += uow.session.scalars(
        select(func.coalesce(Chase.jurisdiction_id, Campaign.jurisdiction_id))
        .join(Campaign, Campaign.id == Chase.campaign_id)
        .where(Chase.enterprise_id == enterprise_id, Chase.way == ChaseWay.MESSAGE, Chase.chased_at >= since)
    )
    fields, seconds = uow.session.execute(
        select(func.coalesce(func.sum(Effort.fields), 0), _seconds()).where(
            Effort.enterprise_id == enterprise_id, Effort.spent_at >= since
        )
    ).one()
    return len(asked), len(set(asked)), fields, _minutes(seconds)


def _seconds() -> ColumnElement[int]:
    return func.coalesce(func.sum(Effort.seconds), 0)


def _minutes(seconds: int) -> int:
    return max(1, round(seconds / 60)) if seconds else 0


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
