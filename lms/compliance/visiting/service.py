"""Mean to go to enterprises this week, and draw some of a list by chance."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from lms.access.reach import reach
from lms.campaigns.models import Campaign
from lms.compliance.chasing.queries import lines_of
from lms.compliance.visiting import queries
from lms.compliance.visiting.models import FirmDraw, FirmVisit
from lms.core.chance import new_seed
from lms.core.db import db, new_id, put
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, Jurisdiction

_MEAN = put(db.metadata.tables[FirmVisit.__tablename__])


def draw(
    uow: UnitOfWork, campaign: Campaign, jurisdiction: Jurisdiction, firms: Collection[UUID], told: str, number: int
) -> FirmDraw:
    """Pick enterprises of a list by chance, of those that are within reach: what has come to another district is not gone to.
    Seed and pool are kept, so that anybody can pick again. told: the list, in words.
    """
    within = set(uow.session.scalars(select(Enterprise.id).where(reach(uow, Enterprise))))
    made = FirmDraw(
        jurisdiction_id=jurisdiction.id, campaign_id=campaign.id, told=told[:200], seed=new_seed(),
        pool=sorted(str(firm) for firm in within.intersection(firms)), number=number, drawn_by=uow.actor.name, drawn_at=uow.now,
    )  # fmt: skip
    uow.session.add(made)
    uow.session.flush()
    return made


def plan(uow: UnitOfWork, campaign: Campaign, enterprise_ids: Collection[UUID], drawn: FirmDraw | None = None) -> int:
    """Whoever acts means to go to these enterprises this week, those of the campaign within reach; how many. Each stands once,
    also where it is asked for twice at the same moment.
    """
    firms = lines_of(uow, campaign, enterprise_ids)
    for enterprise_id in firms:
        values = {
            "id": new_id(), "enterprise_id": enterprise_id, "campaign_id": campaign.id, "user_id": uow.actor.user_id,
            "officer": uow.actor.name, "week_on": queries.monday(uow), "draw_id": drawn.id if drawn else None,
            "planned_at": uow.now,
        }  # fmt: skip
        uow.execute(_MEAN[uow.dialect], values)
    return len(firms)
