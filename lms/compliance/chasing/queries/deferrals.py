"""What enterprises asked for (改期、免除), what of it holds, and who answers it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from lms.access.reach import find, reach
from lms.campaigns.models import Campaign, Duty
from lms.compliance.chasing.queries.lines import line_of
from lms.compliance.models import Deferral, DeferralKind, DeferralState, Standing
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, Jurisdiction


def deferrals_of(uow: UnitOfWork, campaign_id: UUID, enterprise_id: UUID) -> list[Deferral]:
    """What an enterprise asked for in a campaign, the latest first."""
    wanted = select(Deferral).where(Deferral.campaign_id == campaign_id, Deferral.enterprise_id == enterprise_id)
    return list(uow.session.scalars(wanted.where(reach(uow, Deferral)).order_by(Deferral.asked_at.desc(), Deferral.id.desc())))


def in_force(known: Sequence[Deferral], due_on: date, today: date) -> list[Deferral]:
    """Of all that an enterprise asked for in a campaign that by which it is exempt, or has another date: of each kind what was
    granted, unless something was decided after it. due_on: its date.
    """
    decided = [row for row in known if row.state in (DeferralState.GRANTED, DeferralState.WITHDRAWN)]
    last = {row.kind: row for row in sorted(decided, key=lambda row: (row.decided_at or row.asked_at, row.id))}
    return [
        row
        for row in last.values()
        if row.state is DeferralState.GRANTED
        and row.granted_until
        and row.granted_until >= today
        and (row.kind is DeferralKind.EXEMPTION or row.granted_until == due_on)
    ]


def asking(uow: UnitOfWork, campaign_id: UUID, enterprise_ids: Collection[UUID]) -> set[UUID]:
    """Those of these enterprises that wait for the answer to a request."""
    mine = (Deferral.campaign_id == campaign_id, Deferral.enterprise_id.in_(enterprise_ids))
    return set(uow.session.scalars(select(Deferral.enterprise_id).where(*mine, Deferral.state == DeferralState.OPEN)))


def answers_for(uow: UnitOfWork, campaign: Campaign, enterprise_id: UUID) -> Jurisdiction:
    """Who answers what an enterprise asks for in a campaign: the bureau that asks, and of a duty that was carried the one of the
    same level that the enterprise has come to.
    """
    asking, wanted = campaign.jurisdiction, select(Duty.carried)
    if not uow.session.scalar(wanted.where(Duty.campaign_id == campaign.id, Duty.enterprise_id == enterprise_id)):
        return asking
    line = uow.session.get_one(Enterprise, enterprise_id).jurisdiction.charge.strip("/").split("/")
    level = asking.path.strip("/").count("/")
    return uow.session.scalars(select(Jurisdiction).where(Jurisdiction.code == line[: level + 1][-1])).one()


def loosens(uow: UnitOfWork, campaign: Campaign, enterprise_id: UUID) -> bool:
    """Whether the actor may loosen what a campaign asks of an enterprise: who answers for it may, and those above."""
    bureau = answers_for(uow, campaign, enterprise_id)
    return uow.session.scalar(select(Jurisdiction.id).where(Jurisdiction.id == bureau.id, reach(uow, Jurisdiction))) is not None


def line_to_loosen(uow: UnitOfWork, campaign: Campaign, enterprise_id: UUID) -> Standing:
    """How an enterprise stands in a campaign today, where the actor may loosen what that asks of it. Raises NotFound."""
    found = line_of(uow, campaign, enterprise_id)
    if not loosens(uow, campaign, enterprise_id):
        raise NotFound
    return found


def to_decide(uow: UnitOfWork, deferral_id: UUID) -> tuple[Deferral, Campaign]:
    """What an enterprise asked for, and in which campaign, where the actor may decide it. Raises NotFound."""
    asked = find(uow, Deferral, deferral_id)
    campaign = find(uow, Campaign, asked.campaign_id)
    if not loosens(uow, campaign, asked.enterprise_id):
        raise NotFound
    return asked, campaign
