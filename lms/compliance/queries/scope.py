"""Which standings a page speaks of: a campaign, a place, a day; and the metrics one can ask of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Tuple, and_, case, exists, func, not_, or_, select, true, tuple_

from lms.access.actor import Actor
from lms.access.models import Role
from lms.access.reach import reach
from lms.campaigns.models import Campaign
from lms.compliance.models import ChaseEscalation, Deferral, Standing, StandingState
from lms.compliance.rules import LACKS, LECTURED, Reason
from lms.compliance.signals.queries import doubtful, unanswered
from lms.core.clock import ZONE
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, Jurisdiction
from lms.registry.queries import codes_within, lies_in, lines_on

PROVINCE = "省"
SIZES = ("10", "50", "300", "more", "unknown")  # fewer than so many people
RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Scope:
    """The standings of one campaign within a jurisdiction, as they were on a day, and as the tree was on that day.

    Each counts once, where the responsibility lay: with a functional area, not also with the district it lies in.

    place: narrows it to a street or district within the jurisdiction; industry: to one industry; officer: to those of one, by
    name, "" of nobody; trade_authority: to those of one, "" of none; size: to those of a band of SIZES, by the
    headcount they declare today.
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
            func.coalesce(Standing.officer_name, "") == self.officer if self.officer is not None else true(),
            func.coalesce(Standing.trade_authority, "") == self.trade_authority if self.trade_authority is not None else true(),
            Standing.enterprise_id.in_(select(Enterprise.id).where(size_band() == self.size)) if self.size else true(),
            reach(uow, Standing),
        )


def size_band() -> ColumnElement[str]:
    """The band of SIZES an enterprise is in by the headcount it declares."""
    number = Enterprise.declared_headcount
    return case((number.is_(None), "unknown"), (number < 10, "10"), (number < 50, "50"), (number < 300, "300"), else_="more")


def _lectured(_day: date) -> ColumnElement[bool]:
    return Standing.state.in_(LECTURED)


def asked(day: date) -> ColumnElement[bool]:
    """Whether an enterprise is counted on a day: all that are not exempt, and in business or have lectured before."""
    spared = or_(Standing.exempt_on(day), Standing.stopped())
    return not_(and_(Standing.state.not_in(LECTURED), spared))  # whoever lectured, mostly most, is told by one comparison


def _not_lectured(day: date) -> ColumnElement[bool]:
    return and_(Standing.state.not_in(LECTURED), asked(day))


def _who() -> Tuple:
    """Which enterprise in which campaign a line speaks of: what is known of some is looked up once for all lines."""
    return tuple_(Standing.campaign_id, Standing.enterprise_id)


def _asking(day: date) -> ColumnElement[bool]:
    """Whether an enterprise waited for an answer at the end of a day."""
    end = datetime.combine(day + timedelta(days=1), time(0), ZONE)
    return _who().in_(
        select(Deferral.campaign_id, Deferral.enterprise_id).where(
            Deferral.asked_at < end, or_(Deferral.decided_at.is_(None), Deferral.decided_at >= end)
        )
    )


def _escalated(day: date) -> ColumnElement[bool]:
    """Whether an enterprise that has not lectured was named to the next level by the end of a day."""
    return and_(
        _not_lectured(day),
        _who().in_(
            select(ChaseEscalation.campaign_id, ChaseEscalation.enterprise_id).where(
                ChaseEscalation.escalated_at < datetime.combine(day + timedelta(days=1), time(0), ZONE)
            )
        ),
    )


def _behind(day: date) -> ColumnElement[bool]:
    return and_(_not_lectured(day), or_(Standing.due_on < day, Standing.reason.is_not(None)))


def _overdue(day: date) -> ColumnElement[bool]:
    return and_(_not_lectured(day), Standing.due_on < day)


def _because(reason: Reason) -> Callable[[date], ColumnElement[bool]]:
    return lambda day: and_(_not_lectured(day), Standing.reason == reason)


def _lacks(reason: Reason) -> Callable[[date], ColumnElement[bool]]:
    """Whether an enterprise has lectured and this is one of the things that its lecture lacks."""
    return lambda _day: and_(Standing.state == StandingState.LECTURED, Standing.lacks.bitwise_and(LACKS[reason]) != 0)


# What can be counted and listed, each by one clause: a figure is the length of its list because both ask the same.
METRICS: dict[str, Callable[[date], ColumnElement[bool]]] = {
    "asked": asked,
    "lectured": _lectured,
    "not_lectured": _not_lectured,
    "completed": lambda day: Standing.state == StandingState.COMPLETED,
    "unfinished": lambda day: Standing.state == StandingState.LECTURED,
    "planned": lambda day: and_(Standing.state == StandingState.PLANNED, asked(day)),
    "attention": lambda day: or_(_behind(day), unanswered(Standing.lecture_id, day)),
    "overdue": _overdue,
    "not_head": _because(Reason.NOT_HEAD),
    "too_short": _because(Reason.TOO_SHORT),
    "no_theme": _lacks(Reason.NO_THEME),
    "no_evidence": _lacks(Reason.NO_EVIDENCE),
    "not_passed_on": _lacks(Reason.NOT_PASSED_ON),
    "fresh": lambda day: and_(_lectured(day), Standing.lectured_on > max(day, date.min + RECENT) - RECENT),
    "attended": lambda day: and_(Standing.expected > 0, asked(day)),
    "passed": lambda day: and_(Standing.examined > 0, asked(day)),
    "no_officer": lambda day: and_(or_(Standing.officer_name.is_(None), Standing.officer_name == ""), asked(day)),
    "exempt": Standing.exempt_on,
    "stopped": lambda _day: Standing.stopped(),
    "asking": _asking,
    "escalated": _escalated,
    "doubtful": lambda day: doubtful(Standing.lecture_id, day),
    "unanswered": lambda day: unanswered(Standing.lecture_id, day),
}


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


def reached(uow: UnitOfWork, jurisdiction_ids: Collection[UUID]) -> set[UUID]:
    """Those of these jurisdictions that are within reach."""
    return set(
        uow.session.scalars(select(Jurisdiction.id).where(Jurisdiction.id.in_(jurisdiction_ids), reach(uow, Jurisdiction)))
    )


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
    jurisdiction = find_jurisdiction(uow, jurisdiction_code) if jurisdiction_code else _smaller(uow, campaign.jurisdiction)
    place = find_jurisdiction(uow, place_code) if place_code else None
    if place and not lies_in(lines_on(uow, [place.code], day)[place.code].charge, jurisdiction.code):
        raise NotFound
    return Scope(campaign, jurisdiction, day, place, industry, officer, size if size in SIZES else None, trade_authority)


def _smaller(uow: UnitOfWork, campaign_own: Jurisdiction) -> Jurisdiction:
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
