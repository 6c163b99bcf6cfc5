"""Whom a campaign would ask, and which campaigns one can see."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from lms.access.reach import reach
from lms.campaigns import rules
from lms.campaigns.models import Campaign, CampaignState, CampaignVersion, Duty
from lms.core.clock import local_date
from lms.core.errors import NotFound
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, EnterpriseState, Jurisdiction, charge_of
from lms.registry.queries import own_jurisdiction
from lms.registry.queries.charge import nobody_answers
from lms.registry.queries.trees import street_of

NAMES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class StreetCount:
    """Enterprises that would be asked in one street (or whatever jurisdiction the enterprises are filed under)."""

    code: str
    name: str
    enterprises: int
    without_officer: int


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a campaign asks. without_officer: how many nobody answers for; names: the first of those."""

    enterprises: int
    streets: tuple[StreetCount, ...]
    without_officer: int
    names: tuple[str, ...]


def due_after(campaign: Campaign, duty: Duty, due_on: date, old: date, late_days: int) -> date:
    """By when a duty is due that was due on a day, while the deadline of all was the old one and not the campaign's of now."""
    late = campaign.launched_at is not None and duty.created_at > campaign.launched_at
    return rules.due_after(due_on, old, campaign.due_on, late_days, local_date(duty.created_at) if late else None)


def deadline_at(uow: UnitOfWork, campaign: Campaign, at: datetime) -> date:
    """The deadline of all at a moment after the launch."""
    mine = select(CampaignVersion.due_on).where(CampaignVersion.campaign_id == campaign.id, CampaignVersion.set_at <= at)
    return uow.session.scalar(mine.order_by(CampaignVersion.version.desc()).limit(1)) or campaign.due_on


def targets(jurisdiction: Jurisdiction, industries: Iterable[str], day: date) -> ColumnElement[bool]:
    """The enterprises that a campaign of this jurisdiction for these industries asks on a day: those in business."""
    places = aliased(Jurisdiction)
    return (
        (Enterprise.state == EnterpriseState.ACTIVE)
        & or_(Enterprise.opens_on.is_(None), Enterprise.opens_on <= day)
        & or_(Enterprise.ends_on.is_(None), Enterprise.ends_on >= day)
        & Enterprise.industry.in_(list(industries))
        & Enterprise.jurisdiction_id.in_(
            select(places.id).where(charge_of(places).startswith(jurisdiction.path, autoescape=True))
        )
    )


def target(uow: UnitOfWork, jurisdiction: Jurisdiction, industries: Iterable[str]) -> Target:
    """Whom a campaign would ask if it were launched now, by street with its villages, the largest first."""
    wanted = targets(jurisdiction, industries, uow.today)
    nobody, place = nobody_answers(uow.today), aliased(Jurisdiction)
    number = func.count(Enterprise.id)
    rows = uow.session.execute(
        select(Jurisdiction.code, Jurisdiction.name, number, func.count(Enterprise.id).filter(nobody))
        .join(place, street_of(place) == Jurisdiction.id)
        .join(Enterprise, Enterprise.jurisdiction_id == place.id)
        .where(wanted)
        .group_by(Jurisdiction.id, Jurisdiction.name, Jurisdiction.code)
        .order_by(number.desc(), Jurisdiction.code)
    )
    streets = tuple(StreetCount(*row) for row in rows)
    without = sum(street.without_officer for street in streets)
    names: tuple[str, ...] = ()
    if without:
        names = tuple(
            uow.session.scalars(
                select(Enterprise.name).where(wanted, nobody).order_by(Enterprise.name, Enterprise.id).limit(NAMES_SHOWN)
            )
        )
    return Target(sum(street.enterprises for street in streets), streets, without, names)


def targets_page(
    uow: UnitOfWork, campaign: Campaign, number: int | None, street_code: str = "", *, nobody: bool = False
) -> Page[Enterprise]:
    """The enterprises behind a number of `target`, by name; number None for all of them. Raises TooLong.

    street_code: those of one street with its villages; nobody: those nobody answers for.
    """
    wanted = select(Enterprise).where(targets(campaign.jurisdiction, campaign.industries, uow.today))
    if street_code:
        place, street = aliased(Jurisdiction), aliased(Jurisdiction)
        there = select(place.id).join(street, street_of(place) == street.id).where(street.code == street_code)
        wanted = wanted.where(Enterprise.jurisdiction_id.in_(there))
    if nobody:
        wanted = wanted.where(nobody_answers(uow.today))
    total = uow.session.scalar(wanted.with_only_columns(func.count(Enterprise.id))) or 0
    ordered = wanted.options(joinedload(Enterprise.jurisdiction)).order_by(Enterprise.name, Enterprise.id)
    return paged(total, number, lambda limit, offset: uow.session.scalars(ordered.limit(limit).offset(offset)))


def street_named(uow: UnitOfWork, code: str) -> str:
    """The name of a jurisdiction within reach. Raises NotFound."""
    name = uow.session.scalar(select(Jurisdiction.name).where(Jurisdiction.code == code, reach(uow, Jurisdiction)))
    if name is None:
        raise NotFound
    return name


def industry_counts(uow: UnitOfWork, jurisdiction: Jurisdiction) -> dict[str, int]:
    """Industries of a jurisdiction with the number of enterprises in business, the largest first."""
    number = func.count(Enterprise.id)
    places = aliased(Jurisdiction)
    rows = uow.session.execute(
        select(Enterprise.industry, number)
        .join(places, places.id == Enterprise.jurisdiction_id)
        .where(Enterprise.state == EnterpriseState.ACTIVE, charge_of(places).startswith(jurisdiction.path, autoescape=True))
        .group_by(Enterprise.industry)
        .order_by(number.desc(), Enterprise.industry)
    )
    return dict(rows.all())


def find_own(uow: UnitOfWork, campaign_id: UUID) -> Campaign:
    """A campaign of the officer's own bureau or one below it: those above are theirs to read, not to change. Raises NotFound."""
    found = uow.session.scalar(
        select(Campaign)
        .where(Campaign.id == campaign_id, reach(uow, Campaign))
        .where(Campaign.jurisdiction_id.in_(select(Jurisdiction.id).where(reach(uow, Jurisdiction))))
        .options(joinedload(Campaign.jurisdiction))
    )
    if found is None:
        raise NotFound
    return found


def find_above(uow: UnitOfWork, campaign_id: UUID, jurisdiction: Jurisdiction) -> Campaign:
    """A launched campaign of a bureau above, which this jurisdiction may tighten. Raises NotFound."""
    found = uow.session.scalar(
        select(Campaign)
        .where(Campaign.id == campaign_id, reach(uow, Campaign), Campaign.state == CampaignState.LAUNCHED)
        .options(joinedload(Campaign.jurisdiction))
    )
    if found is None or not below(jurisdiction, found):
        raise NotFound
    return found


def below(jurisdiction: Jurisdiction, campaign: Campaign) -> bool:
    """Whether a jurisdiction lies under the one that asks, and is not that one."""
    above = campaign.jurisdiction.path
    return jurisdiction.path != above and above in (jurisdiction.path[: len(above)], jurisdiction.charge[: len(above)])


def versions(uow: UnitOfWork, campaign: Campaign) -> list[CampaignVersion]:
    """The rules of a launched campaign as they were asked, the latest first."""
    wanted = select(CampaignVersion).where(CampaignVersion.campaign_id == campaign.id)
    return list(uow.session.scalars(wanted.order_by(CampaignVersion.version.desc())))


def tightened_by(uow: UnitOfWork, campaign: Campaign) -> list[Campaign]:
    """The campaigns of bureaus below within reach that tighten this one."""
    wanted = select(Campaign).where(Campaign.above_id == campaign.id, reach(uow, Campaign))
    return list(uow.session.scalars(wanted.options(joinedload(Campaign.jurisdiction)).order_by(Campaign.created_at)))


def may_change(uow: UnitOfWork, campaign: Campaign) -> bool:
    """Whether the officer's bureau asks this, or one below it does: what is asked from above is theirs to read."""
    own = own_jurisdiction(uow)
    return campaign.jurisdiction.path.startswith(own.path)


def visible(uow: UnitOfWork) -> list[Campaign]:
    """The campaigns within reach, the latest first."""
    return list(
        uow.session.scalars(
            select(Campaign)
            .where(reach(uow, Campaign))
            .options(joinedload(Campaign.jurisdiction))
            .order_by(Campaign.created_at.desc(), Campaign.id.desc())
        )
    )


def launched(uow: UnitOfWork) -> list[Campaign]:
    """The launched campaigns within reach, the latest first."""
    return [campaign for campaign in visible(uow) if campaign.state is CampaignState.LAUNCHED]


def at_the_same_time(uow: UnitOfWork, starts_on: date, due_on: date) -> set[UUID]:
    """The launched campaigns that ask for something between two days, both included: a lecture for one may satisfy another."""
    overlaps = (Campaign.state == CampaignState.LAUNCHED, Campaign.starts_on <= due_on, Campaign.due_on >= starts_on)
    return set(uow.session.scalars(select(Campaign.id).where(*overlaps)))


def asked_by_both(uow: UnitOfWork, campaign_id: UUID, others: Collection[UUID]) -> list[tuple[UUID, tuple[UUID, ...]]]:
    """Those of the others that ask an enterprise which this campaign asks too, each with these enterprises; by id."""
    mine = aliased(Duty)
    rows = uow.session.execute(
        select(Duty.campaign_id, Duty.enterprise_id)
        .join(mine, and_(mine.enterprise_id == Duty.enterprise_id, mine.campaign_id == campaign_id))
        .where(Duty.campaign_id.in_(others))
        .order_by(Duty.campaign_id, Duty.enterprise_id)
    )
    return [(one, tuple(firm for _one, firm in found)) for one, found in groupby(rows, key=itemgetter(0))]


def duty_counts(uow: UnitOfWork, campaign_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many enterprises each campaign asks."""
    rows = uow.session.execute(
        select(Duty.campaign_id, func.count(Duty.id)).where(Duty.campaign_id.in_(list(campaign_ids))).group_by(Duty.campaign_id)
    )
    return dict(rows.all())
