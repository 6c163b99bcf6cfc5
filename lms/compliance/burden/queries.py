"""What a campaign cost the enterprises it asks, each of them by name, and what an enterprise was asked this month."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, literal, select, true

from lms.access.models import Role
from lms.access.reach import reach
from lms.campaigns.events import Burden, Week
from lms.campaigns.models import Campaign, CampaignVersion, Duty
from lms.compliance.burden.models import Effort
from lms.compliance.models import Chase, ChaseWay, Standing
from lms.compliance.rules import LECTURED
from lms.core import clock
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, Jurisdiction

WEEKS = 6


class Cost(NamedTuple):
    """What an enterprise spent on a campaign, or all of them together: fields that were filled in, minutes of trainers and of
    heads at forms.
    """

    enterprise: Enterprise | None
    fields: int
    trainer_minutes: int
    head_minutes: int


class Asked(NamedTuple):
    """One thing a bureau asked of an enterprise. at: the instant. way: "duty", "amendment" or "chase"."""

    at: datetime
    way: str
    campaign: str
    bureau_id: UUID
    bureau: str


class Month(NamedTuple):
    """What an enterprise was asked this month, the latest first, and what it typed and spent on forms, minutes as in `Cost`."""

    things: list[Asked]
    fields: int
    minutes: int

    @property
    def bureaus(self) -> int:
        """How many asked."""
        return len({thing.bureau_id for thing in self.things})


def of_campaign(uow: UnitOfWork, campaign_id: UUID) -> Burden:
    """Everything since the launch, by role, and by week, so that a rise is seen: the last weeks one by one and all before them.
    Of the enterprises within reach, as the rates beside it. Five queries.
    """
    mine = and_(Effort.campaign_id == campaign_id, reach(uow, Effort))
    by_role = {role: (fields, minutes) for role, fields, minutes in uow.session.execute(
        select(Effort.role, _fields(), _minutes()).where(mine).group_by(Effort.role)
    )}  # fmt: skip
    firms = uow.session.scalar(select(func.count(Effort.enterprise_id.distinct())).where(mine)) or 0
    launched_at = uow.session.scalar(select(Campaign.launched_at).where(Campaign.id == campaign_id)) or uow.now
    last = _monday(uow.today)
    first = max(_monday(clock.local_date(launched_at)), last - timedelta(weeks=WEEKS - 1))
    mondays = [first + timedelta(weeks=at) for at in range((last - first).days // 7 + 2)]
    spans = [(None, first), *pairwise(mondays)]
    told = [of.filter(_within(*span)) for span in spans for of in (_fields(), _minutes())]
    sums = [number or 0 for number in uow.session.execute(select(*told).where(mine)).one()]
    weeks = [Week(*span, *of) for span, of in zip(spans, zip(sums[::2], sums[1::2], strict=True), strict=True)]
    listening = uow.session.scalar(
        select(func.coalesce(func.sum(Standing.minutes * Standing.attended), 0)).where(
            Standing.campaign_id == campaign_id, Standing.until_on.is_(None), Standing.state.in_(LECTURED), reach(uow, Standing)
        )
    )
    trainer, head = by_role.get(Role.TRAINER, (0, 0)), by_role.get(Role.HEAD, (0, 0))
    return Burden(
        firms=firms,
        fields=trainer[0] + head[0],
        trainer_minutes=trainer[1],
        head_minutes=head[1],
        listening_hours=round((listening or 0) / 60),
        weeks=tuple(week for week in weeks if week.since or week.fields or week.minutes),
    )


def firms_of(
    uow: UnitOfWork, campaign_id: UUID, since: date | None, until: date | None, number: int | None
) -> tuple[Page[Cost], Cost]:
    """The enterprises behind what a campaign cost from one day on, before another, those it cost most first; and their sum, which
    names none of them. number None: all of them. Raises TooLong.
    """
    mine = and_(Effort.campaign_id == campaign_id, reach(uow, Effort), _within(since, until))
    by_role = [func.coalesce(_minutes().filter(Effort.role == role), 0) for role in (Role.TRAINER, Role.HEAD)]
    firms, *sums = uow.session.execute(
        select(func.count(Effort.enterprise_id.distinct()), func.coalesce(_fields(), 0), *by_role).where(mine)
    ).one()
    wanted = (
        select(Enterprise, _fields(), *by_role)
        .join(Effort, Effort.enterprise_id == Enterprise.id)
        .where(mine)
        .group_by(Enterprise.id)
        .order_by(_minutes().desc(), _fields().desc(), Enterprise.name, Enterprise.id)
    )
    found = paged(
        firms, number, lambda limit, offset: [Cost(*row) for row in uow.session.execute(wanted.limit(limit).offset(offset))]
    )
    return found, Cost(None, *sums)


def of_enterprise(uow: UnitOfWork, enterprise_id: UUID) -> Month:
    """Of this month: duties that came, rules that were amended, messages that chased. Four queries."""
    since = clock.at(uow.today.replace(day=1))
    of_campaign = Campaign.title, Jurisdiction.id, Jurisdiction.name
    came = (
        select(Duty.created_at, literal("duty"), *of_campaign)
        .join(Campaign, Campaign.id == Duty.campaign_id)
        .join(Jurisdiction, Jurisdiction.id == Campaign.jurisdiction_id)
        .where(Duty.enterprise_id == enterprise_id, Duty.created_at >= since)
    )
    amended = (
        select(CampaignVersion.set_at, literal("amendment"), *of_campaign)
        .join(Campaign, Campaign.id == CampaignVersion.campaign_id)
        .join(Duty, Duty.campaign_id == Campaign.id)
        .join(Jurisdiction, Jurisdiction.id == Campaign.jurisdiction_id)
        .where(Duty.enterprise_id == enterprise_id, CampaignVersion.version > 1)
        .where(CampaignVersion.set_at >= since, CampaignVersion.set_at >= Duty.created_at)  # what it was told of
    )
    chased = (
        select(Chase.chased_at, literal("chase"), *of_campaign)
        .join(Campaign, Campaign.id == Chase.campaign_id)
        .join(Jurisdiction, Jurisdiction.id == func.coalesce(Chase.jurisdiction_id, Campaign.jurisdiction_id))
        .where(Chase.enterprise_id == enterprise_id, Chase.way == ChaseWay.MESSAGE, Chase.chased_at >= since)
    )
    things = [Asked(*row) for wanted in (came, amended, chased) for row in uow.session.execute(wanted)]
    fields, minutes = uow.session.execute(
        select(func.coalesce(_fields(), 0), func.coalesce(_minutes(), 0)).where(
            Effort.enterprise_id == enterprise_id, Effort.spent_at >= since
        )
    ).one()
    return Month(sorted(things, key=lambda thing: thing.at, reverse=True), fields, minutes)


def _fields() -> Any:
    return func.sum(Effort.fields)


def _minutes() -> Any:
    """Each form by itself, less than a minute as one: so that roles, weeks and enterprises come to the same."""
    return func.sum(case((Effort.seconds == 0, 0), (Effort.seconds < 60, 1), else_=(Effort.seconds + 30) // 60))


def _within(since: date | None, until: date | None) -> ColumnElement[bool]:
    return and_(Effort.spent_at >= clock.at(since) if since else true(), Effort.spent_at < clock.at(until) if until else true())


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
