"""How enterprises stand in a campaign, for whoever acts on them: what is within reach, and what is only read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from lms.access.reach import reach
from lms.campaigns.models import Campaign
from lms.compliance.models import Standing
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise


def lines_of(uow: UnitOfWork, campaign: Campaign, enterprise_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """How those of these enterprises that are within reach themselves stand in a campaign today: what is acted on.

    What an enterprise did before it came to another district stays to be read in the old one, which acts on it no more.
    """
    rows = uow.session.scalars(_today(uow, campaign, enterprise_ids).where(_reached(uow)))
    return {line.enterprise_id: line for line in rows}


def gone_elsewhere(uow: UnitOfWork, campaign: Campaign, enterprise_ids: Collection[UUID]) -> list[str]:
    """Those of these enterprises, by name, that are read and no more acted on."""
    rows = uow.session.scalars(_today(uow, campaign, enterprise_ids).where(~_reached(uow)))
    return sorted(line.enterprise.name for line in rows)


def firms_elsewhere(uow: UnitOfWork, lines: ColumnElement[bool]) -> set[UUID]:
    """Enterprises of some lines that are within reach no more: of their chases only one's own are known."""
    return set(uow.session.scalars(select(Standing.enterprise_id).where(lines, ~_reached(uow))))


def line_of(uow: UnitOfWork, campaign: Campaign, enterprise_id: UUID) -> Standing:
    """The same of one enterprise. Raises NotFound."""
    found = lines_of(uow, campaign, [enterprise_id]).get(enterprise_id)
    if found is None:
        raise NotFound
    return found


def line_read(uow: UnitOfWork, campaign: Campaign, enterprise_id: UUID) -> tuple[Standing, bool]:
    """How an enterprise stands in a campaign today, as far as that is to be read, and whether it is acted on. Raises NotFound."""
    found = uow.session.execute(_today(uow, campaign, [enterprise_id]).add_columns(_reached(uow))).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def _today(uow: UnitOfWork, campaign: Campaign, enterprise_ids: Collection[UUID]) -> Select[Standing]:
    mine = (Standing.campaign_id == campaign.id, Standing.enterprise_id.in_(enterprise_ids), Standing.until_on.is_(None))
    return select(Standing).where(*mine, reach(uow, Standing)).options(joinedload(Standing.enterprise))


def _reached(uow: UnitOfWork) -> ColumnElement[bool]:
    """Whether the enterprise of a line is within reach, wherever it was when the line began."""
    return Standing.enterprise_id.in_(select(Enterprise.id).where(reach(uow, Enterprise)))


def lines_until(uow: UnitOfWork, campaign: Campaign, enterprise_id: UUID, day: date) -> tuple[list[Standing], bool]:
    """How an enterprise stood on a day and before, the latest first, and whether it is acted on today. Raises NotFound where it
    was not asked yet.
    """
    whose = (Standing.campaign_id == campaign.id, Standing.enterprise_id == enterprise_id, Standing.since_on <= day)
    wanted = select(Standing, _reached(uow)).where(*whose, reach(uow, Standing)).options(joinedload(Standing.enterprise))
    found = uow.session.execute(wanted.order_by(Standing.since_on.desc())).all()
    if not found:
        raise NotFound
    return [line for line, _reach in found], found[0][1]
