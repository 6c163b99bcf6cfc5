"""Events of a place by month, area and industry, beside how far the training has come there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, literal, or_, select
from sqlalchemy.orm import aliased, joinedload

from lms.access.models import Role
from lms.access.reach import reach
from lms.campaigns.models import Campaign, CampaignState
from lms.compliance import queries as standings
from lms.compliance.models import Standing
from lms.compliance.rules import LECTURED
from lms.compliance.situation.models import Incident, IncidentKind, Sphere
from lms.compliance.situation.rules import Tally, total
from lms.core.clock import end_of, local_date
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, Jurisdiction, JurisdictionPast
from lms.registry.queries import codes_within, step_below
from lms.registry.rules.places import STREET

Then = aliased(JurisdictionPast)  # the line of a place that held on the day, where it has another one by now
# The path by responsibility of where something happened, on the day itself.
CHARGE = func.coalesce(Then.managed_path, Then.path, Jurisdiction.managed_path, Jurisdiction.path)
LAY = func.coalesce(Then.path, Jurisdiction.path)  # and where it lay


@dataclass(frozen=True, slots=True)
class Line:
    """A place or an industry: enterprises asked and lectured at the end of the month, and what happened in it."""

    code: str
    name: str
    lectured: int
    asked: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class Happened:
    """An event with how its enterprise stood on the day before: lectured, not, or None where the campaign does not ask it."""

    incident: Incident
    lectured: bool | None


def standing_campaign(uow: UnitOfWork, day: date) -> Campaign | None:
    """The campaign whose coverage is shown beside the events: the last one that was launched by a day."""
    rows = uow.session.scalars(
        select(Campaign)
        .where(Campaign.state == CampaignState.LAUNCHED, Campaign.starts_on <= day, reach(uow, Campaign))
        .order_by(Campaign.starts_on.desc(), Campaign.id.desc())
    )
    return next((row for row in rows if row.launched_at and local_date(row.launched_at) <= day), None)


def tallies(
    uow: UnitOfWork, area: Jurisdiction, first: date, last: date, known: date | None = None
) -> dict[tuple[str, str], Tally]:
    """What happened in a place between two days, by (path of the street on the day itself, industry). One query. known: as it
    was on record at the end of this day; None: as it is.
    """
    rows = uow.session.execute(
        _placed(
            CHARGE, Incident.industry, Incident.kind, Incident.sphere,
            func.count(Incident.id), func.coalesce(func.sum(Incident.deaths), 0), func.coalesce(func.sum(Incident.injured), 0),
        )
        .where(_counted(uow, known), _in(area, first, last))
        .group_by(CHARGE, Incident.industry, Incident.kind, Incident.sphere)
    )  # fmt: skip
    found: defaultdict[tuple[str, str], Tally] = defaultdict(Tally)
    for charge, industry, kind, sphere, number, deaths, injured in rows:
        if kind is IncidentKind.NEAR_MISS:
            one = Tally(near=number)
        elif sphere is Sphere.PRODUCTION:
            one = Tally(production=number, deaths_production=deaths, injured_production=injured)
        else:
            one = Tally(other=number, deaths_other=deaths)
        found[charge, industry] += one
    return dict(found)


def by_month(uow: UnitOfWork, area: Jurisdiction, firsts: Sequence[date], last: date) -> list[tuple[date, Tally]]:
    """What happened in each of these months, given by their first days, one after the other, until a day. One query."""
    rows = uow.session.execute(
        _placed(Incident.happened_on, Incident.kind, Incident.sphere, Incident.deaths, Incident.injured).where(
            _counted(uow), _in(area, firsts[0], last)
        )
    )
    found = dict.fromkeys(firsts, Tally())
    for day, kind, sphere, deaths, injured in rows:
        first = day.replace(day=1)
        near, work = kind is IncidentKind.NEAR_MISS, sphere is Sphere.PRODUCTION
        found[first] += Tally(
            near=int(near), production=int(not near and work), other=int(not near and not work),
            deaths_production=deaths if work else 0, deaths_other=0 if work else deaths,
            injured_production=injured if work else 0,
        )  # fmt: skip
    return list(found.items())


def lines(
    uow: UnitOfWork, area: Jurisdiction, campaign: Campaign | None, month: dict[tuple[str, str], Tally], day: date
) -> tuple[list[Line], list[Line]]:
    """By place below the area, and by industry; a place or an industry is listed when it has enterprises or events."""
    places: dict[str, tuple[str, int, int]] = {}
    industries: dict[str, tuple[int, int]] = {}
    if campaign:
        grid = standings.matrix(uow, standings.Scope(campaign, area, day))
        for row in grid.rows:
            if row.code is not None:
                places[row.code] = (row.name, *row.cells[-1])
        whole = grid.rows[-1].cells
        industries = {column.code: cell for column, cell in zip(grid.columns, whole, strict=True) if column.code is not None}
    of_place: defaultdict[str, Tally] = defaultdict(Tally)
    of_industry: defaultdict[str, Tally] = defaultdict(Tally)
    for (charge, industry), tally in month.items():
        of_place[(step_below(charge, area.code) if campaign else "") or charge.strip("/").rpartition("/")[2]] += tally
        of_industry[industry] += tally
    unknown = of_place.keys() - places.keys()
    names = dict(uow.session.execute(select(Jurisdiction.code, Jurisdiction.name).where(Jurisdiction.code.in_(unknown))).all())
    places |= {code: (names.get(code, code), 0, 0) for code in unknown}
    by_place = [Line(code, name, n, d, of_place[code]) for code, (name, n, d) in places.items()]
    by_industry = [
        Line(name, name, *industries.get(name, (0, 0)), of_industry[name])
        for name in {**industries, **dict.fromkeys(of_industry)}
    ]
    by_place.sort(key=lambda line: (-line.tally.accidents, -line.tally.near, line.code))
    by_industry.sort(key=lambda line: (-line.tally.accidents, -line.tally.near, *standings.industry_order(line.name)))
    return by_place, by_industry


def page(
    uow: UnitOfWork, area: Jurisdiction, first: date, last: date, number: int | None, known: date | None = None, **narrowed: str
) -> Page[Incident]:
    """The events behind a number, the latest first; number None for all of them. known: as in `tallies`. narrowed: by sphere,
    kind or industry. Raises TooLong.
    """
    found = _found(_counted(uow, known), _in(area, first, last), **narrowed)
    number_of = uow.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    return paged(number_of, number, lambda limit, offset: uow.session.scalars(_latest(found).limit(limit).offset(offset)))


def _found(*met: ColumnElement[bool], sphere: str = "", kind: str = "", industry: str | None = None) -> Select[Any]:
    wanted = list(met)
    wanted += [Incident.sphere == sphere] if sphere else []
    wanted += [Incident.kind == kind] if kind else []
    wanted += [Incident.industry == industry] if industry is not None else []
    return _placed(Incident).where(*wanted)


def _latest(found: Select[Any]) -> Select[Any]:
    whole = found.options(joinedload(Incident.jurisdiction), joinedload(Incident.enterprise))
    return whole.order_by(Incident.happened_on.desc(), Incident.id.desc())


def stood_before(uow: UnitOfWork, campaign: Campaign | None, incidents: Sequence[Incident]) -> list[Happened]:
    """Each event with whether its enterprise had lectured by the day before."""
    of_firms = [one.enterprise_id for one in incidents if one.enterprise_id]
    rows: dict[UUID, list[Standing]] = defaultdict(list)
    if campaign and of_firms:
        wanted = select(Standing).where(Standing.campaign_id == campaign.id, Standing.enterprise_id.in_(of_firms))
        for line in uow.session.scalars(wanted):
            rows[line.enterprise_id].append(line)

    def lectured(one: Incident) -> bool | None:
        if one.enterprise_id is None:
            return None
        held = [
            line.state in LECTURED and (line.lectured_on or line.since_on) < one.happened_on
            for line in rows[one.enterprise_id]
            if line.since_on <= one.happened_on and (line.until_on is None or line.until_on >= one.happened_on)
        ]
        return held[0] if held else None

    return [Happened(one, lectured(one)) for one in incidents]


def streets_of(uow: UnitOfWork, area: Jurisdiction) -> list[tuple[str, str]]:
    """(code, name) of the streets in a place; of a city with the name of their district."""
    rows = uow.session.scalars(
        select(Jurisdiction)
        .where(Jurisdiction.code.in_(codes_within(area.code, uow.today)), Jurisdiction.level == STREET, reach(uow, Jurisdiction))
        .order_by(Jurisdiction.path)
    ).all()
    if not rows:
        return [(area.code, area.name)]
    above = dict(
        uow.session.execute(
            select(Jurisdiction.id, Jurisdiction.name).where(Jurisdiction.id.in_({row.parent_id for row in rows}))
        ).all()
    )
    many = len(above) > 1
    return [(row.code, f"{above.get(row.parent_id, '')} {row.name}" if many and row.parent_id else row.name) for row in rows]


def find_area(uow: UnitOfWork, code: str) -> Jurisdiction:
    """A jurisdiction by its code that is within reach, or events of which are: a street that lies elsewhere by now.

    Raises NotFound.
    """
    there = exists().where(Incident.jurisdiction_id == Jurisdiction.id, reach(uow, Incident))
    found = uow.session.scalar(select(Jurisdiction).where(Jurisdiction.code == code, there))
    return found or standings.find_jurisdiction(uow, code)


def enterprise_named(uow: UnitOfWork, named: str) -> Enterprise | None:
    """The one enterprise within reach with this credit code or full name."""
    wanted = select(Enterprise).where(or_(Enterprise.uscc == named.upper(), Enterprise.name == named), reach(uow, Enterprise))
    found = uow.session.scalars(wanted.limit(2)).all()
    return found[0] if len(found) == 1 else None


def whole(month: dict[tuple[str, str], Tally]) -> Tally:
    """A month's tallies by place and industry as one."""
    return total(month.values())


def _counted(uow: UnitOfWork, known: date | None = None) -> ColumnElement[bool]:
    """Within reach and not taken back, as far as that was known at the end of a day."""
    if known is None or known >= uow.today:
        return and_(reach(uow, Incident), Incident.voided_at.is_(None))
    end = end_of(known)
    return and_(reach(uow, Incident), Incident.entered_at < end, or_(Incident.voided_at.is_(None), Incident.voided_at >= end))


def _placed(*asked: Any) -> Select[Any]:
    """Something of events, each beside the line of its place that held on the day it happened."""
    held = and_(
        Then.jurisdiction_id == Incident.jurisdiction_id,
        Then.until_on >= Incident.happened_on,
        or_(Then.since_on.is_(None), Then.since_on <= Incident.happened_on),
    )
    return (
        select(*asked).select_from(Incident).join(Jurisdiction, Jurisdiction.id == Incident.jurisdiction_id).outerjoin(Then, held)
    )


def counted_for(uow: UnitOfWork, incident: Incident) -> bool:
    """Whether whoever acts supervised its place on the day it happened: in that month it stands in their list."""
    if uow.actor.holds(Role.SYSTEM):
        return True
    own = [held.jurisdiction_id for held in uow.actor.held if held.role is Role.OFFICER and held.jurisdiction_id]
    codes = uow.session.scalars(select(Jurisdiction.code).where(Jurisdiction.id.in_(own))).all()
    there = [literal("/").op("||")(line).contains(f"/{code}/", autoescape=True) for line in (CHARGE, LAY) for code in codes]
    return uow.session.scalar(_placed(Incident.id).where(Incident.id == incident.id, or_(false(), *there))) is not None


def _in(area: Jurisdiction, first: date, last: date) -> ColumnElement[bool]:
    """Between two days in what an area answered for on the day itself: an event stays where it happened when its street moves."""
    there = literal("/").op("||")(CHARGE).contains(f"/{area.code}/", autoescape=True)
    return and_(Incident.happened_on >= first, Incident.happened_on <= last, there)
