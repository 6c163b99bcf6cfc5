"""Which standings a page speaks of: a campaign, a place, a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, or_, select, true

from lms.access.actor import Actor
from lms.access.models import Role
from lms.access.reach import reach
from lms.campaigns.models import Campaign
from lms.compliance.models import Standing
from lms.compliance.queries.metrics import line_on, nobody_for
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.registry.models import Jurisdiction
from lms.registry.queries import codes_within, firms_on, lies_in, lines_on

PROVINCE = "省"
SIZES = ("10", "50", "300", "more", "unknown")  # fewer than so many people


@dataclass(frozen=True, slots=True)
class Scope:
    """The standings of one campaign within a jurisdiction, as they were on a day, and as the tree was on that day.

    Each counts once, where the responsibility lay: with a functional area, not also with the district it lies in.

    place: narrows it to a street or district within the jurisdiction; industry: to one industry; officer: to those of one, by
    name, "" to those nobody answered for on that day; trade_authority: to those of one, "" of none; size: to those of a band
    of SIZES, by the headcount they declared on that day.
    """

    campaign: Campaign
    jurisdiction: Jurisdiction
    day: date
    place: Jurisdiction | None = None
    industry: str | None = None
    officer: str | None = None
    size: str | None = None
    trade_authority: str | None = None

    def clause(self, uow: UnitOfWork) -> ColumnElement[bool]:
        """The rows of this scope that are within the actor's reach."""
        return and_(
            Standing.campaign_id == self.campaign.id,
            # Of today there is an index of its own: the lines that have not ended.
            Standing.until_on.is_(None) if self.day >= uow.today else Standing.runs_on(self.day),
            Standing.street_code.in_(codes_within(self.jurisdiction.code, self.day)),
            Standing.street_code.in_(codes_within(self.place.code, self.day)) if self.place else true(),
            Standing.industry == self.industry if self.industry is not None else true(),
            self._of_officer() if self.officer is not None else true(),
            func.coalesce(Standing.trade_authority, "") == self.trade_authority if self.trade_authority is not None else true(),
            self._of_size(uow) if self.size else true(),
            reach(uow, Standing),
        )

    def _of_size(self, uow: UnitOfWork) -> ColumnElement[bool]:
        firms = firms_on(uow, self.day).c
        return Standing.enterprise_id.in_(select(firms.id).where(size_band(firms.declared_headcount) == self.size))

    def _of_officer(self) -> ColumnElement[bool]:
        """Whoever has no account any more answers for nobody: what names them is listed with what names nobody."""
        nobody = nobody_for(line_on(self.day))
        return and_(Standing.officer_name == self.officer, not_(nobody)) if self.officer else nobody


def size_band(number: ColumnElement[int | None]) -> ColumnElement[str]:
    """The band of SIZES an enterprise is in by the headcount it declares."""
    return case((number.is_(None), "unknown"), (number < 10, "10"), (number < 50, "50"), (number < 300, "300"), else_="more")


def find_jurisdiction(uow: UnitOfWork, code: str) -> Jurisdiction:
    """A jurisdiction by its code that is within reach, or was when something was recorded there.

    Raises NotFound for a foreign one as for one that does not exist.
    """
    wanted = select(Jurisdiction).where(Jurisdiction.code == code)
    then = exists().where(Standing.street_code == Jurisdiction.code, reach(uow, Standing))
    found = uow.session.scalar(wanted.where(reach(uow, Jurisdiction))) or uow.session.scalar(wanted.where(then))
    if found is None:
        raise NotFound
    return found


def areas(uow: UnitOfWork, own: Jurisdiction) -> list[tuple[str, str]]:
    """(code, name) of a jurisdiction and of those one level below, itself first: what a bureau may speak of."""
    rows = uow.session.execute(
        select(Jurisdiction.code, Jurisdiction.name)
        .where(or_(Jurisdiction.id == own.id, Jurisdiction.parent_id == own.id), reach(uow, Jurisdiction))
        .order_by(Jurisdiction.path)
    )
    return [(code, name) for code, name in rows]


def scope_for(
    uow: UnitOfWork,
    campaign: Campaign,
    day: date,
    *,
    jurisdiction_code: str | None = None,
    place_code: str | None = None,
    industry: str | None = None,
    officer: str | None = None,
    size: str | None = None,
    trade_authority: str | None = None,
) -> Scope:
    """The scope of a page. Without a jurisdiction: the campaign's own or the officer's, whichever is the smaller.

    Raises NotFound for a jurisdiction or place that is not within reach, or a place outside the jurisdiction.
    """
    jurisdiction = find_jurisdiction(uow, jurisdiction_code) if jurisdiction_code else smaller(uow, campaign.jurisdiction)
    place = find_jurisdiction(uow, place_code) if place_code else None
    if place and not lies_in(lines_on(uow, [place.code], day)[place.code].charge, jurisdiction.code):
        raise NotFound
    return Scope(campaign, jurisdiction, day, place, industry, officer, size if size in SIZES else None, trade_authority)


def smaller(uow: UnitOfWork, campaign_own: Jurisdiction) -> Jurisdiction:
    """The jurisdiction of a campaign or the officer's own, whichever is the smaller: of what a page speaks unless asked."""
    actor: Actor = uow.actor
    for held in actor.held:
        if held.role is Role.OFFICER and held.jurisdiction_id:
            own = uow.session.get_one(Jurisdiction, held.jurisdiction_id)
            if campaign_own.path.startswith(own.path):
                return campaign_own
            return own
    return campaign_own


def crumbs(uow: UnitOfWork, jurisdiction: Jurisdiction) -> list[tuple[str, str | None]]:
    """(name, code) of a jurisdiction and those above it, the top first; without a code where it is not within reach.

    The province is left out: everything is in it.
    """
    codes = jurisdiction.path.strip("/").split("/")
    rows = uow.session.execute(
        select(Jurisdiction.name, Jurisdiction.code, reach(uow, Jurisdiction))
        .where(Jurisdiction.code.in_(codes), Jurisdiction.level != PROVINCE)
        .order_by(Jurisdiction.path)
    )
    return [(name, code if reached else None) for name, code, reached in rows]
