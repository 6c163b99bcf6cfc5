"""What a bureau writes about the enterprises it supervises, for sweeps over all routes: a bulletin, an accident, a hazard."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.campaigns.models import Campaign
from lms.compliance.bulletins.models import Bulletin, BulletinMention, BulletinPlace, BulletinState
from lms.compliance.bulletins.rules import Anchor, Firm, Frozen, to_text
from lms.compliance.rules import StandingState
from lms.compliance.situation.models import Incident, IncidentKind, Sphere
from lms.compliance.visiting.models import FirmDraw
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.hazards.models import HazardFile
from tests.hazards.scene import found
from tests.world import Side


def supervised(uow: UnitOfWork, side: Side, campaign: Campaign) -> dict[str, Any]:
    """Adds one row of each; returns ids by the name of the route parameter that takes them."""
    return {
        **_spoken_of(uow, side, campaign),
        "incident_id": _happened(uow, side),
        "firm_draw_id": _drawn(uow, side, campaign),
    } | _hazardous(uow, side)


def _hazardous(uow: UnitOfWork, side: Side) -> dict[str, Any]:
    """A major hazard with a file."""
    hazard = found(uow, side)
    [file_id] = uow.session.scalars(select(HazardFile.id).where(HazardFile.hazard_id == hazard.id))
    return {"hazard_id": hazard.id, "hazard_file_id": file_id}


def _spoken_of(uow: UnitOfWork, side: Side, campaign: Campaign) -> dict[str, UUID]:
    """A bulletin that names the enterprise and asks for its reply."""
    frozen = Frozen(
        campaign=campaign.title, starts_on=uow.today, due_on=uow.today, bureau="区", area="区", as_of=uow.now, day=uow.today,
        rule_lines=(), industries=("工贸",), anchor=Anchor(0, 0, "0" * 64),
        firms=(
            Firm(
                id=str(side.enterprise_id), name="厂", uscc="1", place_code="1", place="街", street="街", industry="工贸",
                officer="", state=StandingState.NOT_STARTED, due_on=uow.today,
            ),
        ),
    )  # fmt: skip
    bulletin = Bulletin(
        jurisdiction_id=side.district_id, area_id=side.district_id, campaign_id=campaign.id, state=BulletinState.REPLYING,
        day=uow.today, data_sha256=storage().put(to_text(frozen).encode()), lists=["overdue"], words={}, praised=[],
        created_by="王敏", created_at=uow.now, changed_at=uow.now,
    )  # fmt: skip
    uow.session.add(bulletin)
    uow.session.flush()
    uow.session.add(
        BulletinMention(enterprise_id=side.enterprise_id, bulletin_id=bulletin.id, said={"overdue": "逾期 9 天"}, told=1)
    )
    place = BulletinPlace(
        bulletin_id=bulletin.id, jurisdiction_id=side.street_id, name="街道", said="街道最慢。", told=1, told_at=uow.now
    )
    uow.session.add(place)
    uow.session.flush()
    return {"bulletin_id": bulletin.id, "place_id": place.id}


def _drawn(uow: UnitOfWork, side: Side, campaign: Campaign) -> UUID:
    """An enterprise drawn by chance."""
    drawn = FirmDraw(
        jurisdiction_id=side.district_id, campaign_id=campaign.id, told="沿江一带", seed="0" * 16, pool=[str(side.enterprise_id)],
        number=1, drawn_by="王敏", drawn_at=uow.now,
    )  # fmt: skip
    uow.session.add(drawn)
    uow.session.flush()
    return drawn.id


def _happened(uow: UnitOfWork, side: Side) -> UUID:
    incident = Incident(
        jurisdiction_id=side.street_id, enterprise_id=side.enterprise_id, kind=IncidentKind.NEAR_MISS, sphere=Sphere.PRODUCTION,
        category="触电", happened_on=uow.today, text="差一点", entered_by="王敏", entered_at=uow.now,
    )  # fmt: skip
    uow.session.add(incident)
    uow.session.flush()
    return incident.id
