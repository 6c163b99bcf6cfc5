"""Chasing that changed nothing goes to the next level: the officers of the bureau above the one that chased are told."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, or_, select, true

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


@dataclass(frozen=True, slots=True)
class Ripe:
    """An enterprise that was chased in vain. above: the next level. to: the first from there on with anybody to tell; None where
    nobody has an account. officers: their accounts. chases: how many messages.
    """

    campaign_id: UUID
    enterprise_id: UUID
    name: str
    above: Jurisdiction
    to: Jurisdiction | None
    officers: list[UUID]
    chases: int


@sweep
def escalate_chases() -> None:
    """Once found, each is written down, so that it is told once."""
    with unit_of_work(CLERK, "system", write=False) as uow:
        due = not quiet(uow.now) and any(one.to for one in ripe(uow))
    if due:
        with unit_of_work(CLERK, "system") as uow:
            escalate(uow)


def escalate(uow: UnitOfWork) -> int:
    """Tell the next level of every enterprise that was chased in vain, or the first above it where there is anybody to tell;
    returns how many enterprises went up. Of whom nobody can be told stays due until somebody can.
    """
    told: defaultdict[tuple[UUID, UUID], list[str]] = defaultdict(list)
    # Of two workers at once the second waits here, then finds what the first one told; chasing holds the same rows.
    firms = select(Enterprise.id).where(Enterprise.id.in_({one.enterprise_id for one in ripe(uow) if one.to}))
    uow.session.execute(firms.order_by(Enterprise.id).with_for_update(key_share=True))
    found, accounts = 0, {}
    for one in ripe(uow):
        if one.to is None:
            continue
        found += 1
        uow.session.add(
            ChaseEscalation(
                enterprise_id=one.enterprise_id, campaign_id=one.campaign_id, to_id=one.to.id, chases=one.chases,
                escalated_at=uow.now,
            )
        )  # fmt: skip
        told[one.campaign_id, one.to.id].append(one.name)
        accounts[one.to.id] = one.officers
    uow.session.flush()
    for (campaign_id, to_id), names in told.items():
        campaign, officers = uow.session.get_one(Campaign, campaign_id), accounts[to_id]
        shown = "、".join(sorted(names)[:NAMES]) + (f"等 {len(names)} 家" if len(names) > NAMES else "")
        tell(
            uow, None, (), user_ids=officers, title=f"{len(names)} 家催了没有动静，交到您这里：{campaign.title}"[:120],
            body=f"{shown}。下级已催 {rules.ESCALATE_AFTER} 次以上，{rules.ESCALATE_WAIT.days} 天没有变化。"[:500], kind=KIND,
            urgent=True, about_id=campaign_id, link=f"/campaigns/{campaign_id}/enterprises?metric=escalated",
        )  # fmt: skip
    return found


def unheard(uow: UnitOfWork, campaign_id: UUID, enterprise_id: UUID) -> Jurisdiction | None:
    """The next level that should be told of an enterprise in a campaign, where neither it nor any above it has an account."""
    due = (one for one in ripe(uow, enterprise_id) if one.campaign_id == campaign_id and one.to is None)
    return next((one.above for one in due), None)


def ripe(uow: UnitOfWork, enterprise_id: UUID | None = None) -> list[Ripe]:
    """Those that are due to go up; of one enterprise, or of all."""
    found, staff = [], {}
    for campaign_id, firm_id, name, above_id, chases in _due(uow, enterprise_id):
        if above_id not in staff:
            above = uow.session.get_one(Jurisdiction, above_id)
            staff[above_id] = above, *first_with_officers(uow, above)
        found.append(Ripe(campaign_id, firm_id, name, *staff[above_id], chases))
    return found


def _due(uow: UnitOfWork, enterprise_id: UUID | None) -> list[tuple[UUID, UUID, str, UUID, int]]:
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
            Chase.enterprise_id == enterprise_id if enterprise_id else true(),
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
