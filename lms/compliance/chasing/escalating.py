"""Chasing that changed nothing goes to the next level: the officers of the bureau above the one that chased are told."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from lms.access.actor import Actor
from lms.campaigns.models import Campaign
from lms.compliance.chasing import rules
from lms.compliance.models import Chase, ChaseEscalation, ChaseWay, Deferral, DeferralState, Standing, StandingState
from lms.compliance.queries import met
from lms.core.jobs import sweep
from lms.core.uow import UnitOfWork, unit_of_work
from lms.notices.rules import quiet
from lms.notices.service import tell
from lms.registry.models import Enterprise, Jurisdiction
from lms.registry.queries.trees import first_with_officers
from lms.registry.rules.places import DISTRICTS, STREET, VILLAGE

CLERK = Actor.system("compliance.escalating")
KIND = "campaign.escalated"
NAMES = 10
LEVELS = (*DISTRICTS, STREET, VILLAGE)  # above a city there is nobody here to tell


@sweep
def escalate_chases() -> None:
    """Once found, each is written down, so that it is told once."""
    with unit_of_work(CLERK, "system", write=False) as uow:
        due = not quiet(uow.now) and bool(_due(uow))
    if due:
        with unit_of_work(CLERK, "system") as uow:
            escalate(uow)


def escalate(uow: UnitOfWork) -> int:
    """Tell the next level of every enterprise that was chased in vain, or the first above it where there is anybody to tell;
    returns how many enterprises went up.
    """
    told: defaultdict[tuple[UUID, UUID], list[str]] = defaultdict(list)
    # Of two workers at once the second waits here, then finds what the first one told; chasing holds the same rows.
    firms = (
        select(Enterprise.id).where(Enterprise.id.in_({firm for _campaign, firm, *_rest in _due(uow)})).order_by(Enterprise.id)
    )
    uow.session.execute(firms.with_for_update(key_share=True))
    found, staff = [], {}
    for campaign_id, enterprise_id, name, above_id, chases in _due(uow):
        if above_id not in staff:
            staff[above_id] = first_with_officers(uow, uow.session.get_one(Jurisdiction, above_id))
        bureau, _officers = staff[above_id]
        if bureau is None:  # nobody is there to be told: it stays due until somebody is
            continue
        found.append(enterprise_id)
        to_id = bureau.id
        uow.session.add(
            ChaseEscalation(
                enterprise_id=enterprise_id, campaign_id=campaign_id, to_id=to_id, chases=chases, escalated_at=uow.now
            )
        )
        told[campaign_id, to_id].append(name)
    uow.session.flush()
    accounts = {bureau.id: officers for bureau, officers in staff.values() if bureau}
    for (campaign_id, to_id), names in told.items():
        campaign, officers = uow.session.get_one(Campaign, campaign_id), accounts[to_id]
        shown = "、".join(sorted(names)[:NAMES]) + (f"等 {len(names)} 家" if len(names) > NAMES else "")
        tell(
            uow, None, (), user_ids=officers, title=f"{len(names)} 家催了没有动静，交到您这里：{campaign.title}"[:120],
            body=f"{shown}。下级已催 {rules.ESCALATE_AFTER} 次以上，{rules.ESCALATE_WAIT.days} 天没有变化。"[:500], kind=KIND,
            urgent=True, about_id=campaign_id, link=f"/campaigns/{campaign_id}/enterprises?metric=escalated",
        )  # fmt: skip
    return len(found)


def _due(uow: UnitOfWork) -> list[tuple[UUID, UUID, str, UUID, int]]:
    """(campaign, enterprise, its name, the jurisdiction it goes to, messages) of those that are due to go up."""
    last = (
        select(ChaseEscalation.campaign_id, ChaseEscalation.enterprise_id, func.max(ChaseEscalation.escalated_at).label("at"))
        .group_by(ChaseEscalation.campaign_id, ChaseEscalation.enterprise_id)
        .subquery()
    )
    waiting = select(Deferral.id).where(
        Deferral.campaign_id == Chase.campaign_id, Deferral.enterprise_id == Chase.enterprise_id,
        Deferral.state == DeferralState.OPEN,
    )  # fmt: skip
    rows = uow.session.execute(
        select(Chase.campaign_id, Chase.enterprise_id, Enterprise.name, Chase.jurisdiction_id, Chase.chased_at)
        .join(Enterprise, Enterprise.id == Chase.enterprise_id)
        .join(
            Standing,
            and_(
                Standing.campaign_id == Chase.campaign_id,
                Standing.enterprise_id == Chase.enterprise_id,
                Standing.until_on.is_(None),
            ),
        )
        .outerjoin(last, and_(last.c.campaign_id == Chase.campaign_id, last.c.enterprise_id == Chase.enterprise_id))
        .where(
            Chase.way == ChaseWay.MESSAGE,
            Chase.jurisdiction_id.is_not(None),
            or_(last.c.at.is_(None), Chase.chased_at > last.c.at),
            met("not_lectured", uow.today),
            Standing.state != StandingState.PLANNED,
            ~waiting.exists(),
        )
        .order_by(Chase.chased_at)
    ).all()
    chases: defaultdict[tuple[UUID, UUID], list[tuple[UUID | None, str]]] = defaultdict(list)
    times = defaultdict(list)
    for campaign_id, enterprise_id, name, by_id, at in rows:
        chases[campaign_id, enterprise_id].append((by_id, name))
        times[campaign_id, enterprise_id].append(at)
    ripe = {key: found for key, found in chases.items() if rules.escalates(uow.now, times[key])}
    above: dict[UUID | None, UUID] = dict(
        uow.session.execute(
            select(Jurisdiction.id, func.coalesce(Jurisdiction.manager_id, Jurisdiction.parent_id)).where(
                Jurisdiction.id.in_({found[-1][0] for found in ripe.values()}), Jurisdiction.level.in_(LEVELS)
            )
        ).all()
    )
    return [(*key, found[-1][1], above[found[-1][0]], len(found)) for key, found in ripe.items() if above.get(found[-1][0])]
