"""What is not as it should be in a patch, each counted and listed by the same clause."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from lms.access.actor import Actor
from lms.access.models import Membership, Role, User
from lms.access.reach import reach
from lms.core import clock
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.registry.models import Enterprise, EnterpriseState, HeadAppointment, Jurisdiction, charge_of, in_own_charge
from lms.registry.queries import Registered, register_on, register_within, runs_on
from lms.registry.queries.charge import names_nobody, names_who_left, nobody_answers, officers_by_place
from lms.registry.queries.places import Line, tree_on
from lms.registry.rules.tree import Place, namesakes, over

IDLE = timedelta(days=365)
HIGH = ("省", "市", "县级")


class InCharge(NamedTuple):
    name: str
    enterprises: int


def _no_head(_uow: UnitOfWork, day: date, firm: Any) -> ColumnElement[bool]:
    return ~exists().where(HeadAppointment.enterprise_id == firm.id, runs_on(HeadAppointment, day))


def _idle(uow: UnitOfWork, day: date, firm: Any) -> ColumnElement[bool]:
    """Known for so long, and no lecture was put on record since."""
    end = clock.end_of(day)
    since = min(end, uow.now) - IDLE
    recorded = and_(Lecture.created_at >= since, Lecture.created_at < end)
    return and_(firm.created_at < since, ~exists().where(Lecture.enterprise_id == firm.id, recorded))


def _no_street(_uow: UnitOfWork, _day: date, firm: Any) -> ColumnElement[bool]:
    """Filed under a district or higher, so that no street sees to it."""
    high: ColumnElement[bool] = firm.jurisdiction_id.in_(select(Jurisdiction.id).where(Jurisdiction.level.in_(HIGH)))
    return high


# Of today they are said once: saying them takes a good part of what measuring them takes.
_today_nobody, _today_ended = lru_cache(maxsize=2)(nobody_answers), lru_cache(maxsize=2)(names_who_left)


def _nobody(_uow: UnitOfWork, day: date, firm: Any) -> ColumnElement[bool]:
    if firm is Enterprise:
        return _today_nobody(day)
    return nobody_answers(day, firm.officer_name, lambda place: place.id == firm.jurisdiction_id)


def _ended(_uow: UnitOfWork, day: date, firm: Any) -> ColumnElement[bool]:
    if firm is Enterprise:
        return _today_ended(day)
    return names_who_left(day, firm.officer_name, lambda place: place.id == firm.jurisdiction_id)


# Each of a day, and of the register of that day.
GAPS: dict[str, Callable[[UnitOfWork, date, Any], ColumnElement[bool]]] = {
    "nobody": _nobody,
    "ended": _ended,
    "no_head": _no_head,
    "idle": _idle,
    "no_street": _no_street,
}


def measured(uow: UnitOfWork, day: date | None = None) -> tuple[int, dict[str, int]]:
    """Enterprises the officer answered for that were open on a day, and of these how many by gap. One query. day: None: today.

    Within a sum PostgreSQL would look for the heads and lectures of 20,000 one by one.
    """
    day = day or uow.today
    firm = register_on(uow, day)
    beneath = uow.once_each(select(*(met(uow, day, firm).label(gap) for gap, met in GAPS.items())).where(_open(uow, day, firm)))
    sums = [func.count().filter(beneath.c[gap]) for gap in GAPS]
    every, *row = uow.session.execute(select(func.count(), *sums).select_from(beneath)).one()
    return every, dict(zip(GAPS, row, strict=True))


def counts(uow: UnitOfWork, day: date | None = None) -> dict[str, int]:
    """The same by gap alone."""
    return measured(uow, day)[1]


def page(uow: UnitOfWork, gap: str, number: int | None, officer: str = "", day: date | None = None) -> Page[Registered]:
    """The enterprises behind a count, by name; number None for all of them. officer: those of one instead. Raises TooLong."""
    day = day or uow.today
    firm, place = register_on(uow, day), tree_on(day)
    met = firm.officer_name == officer if officer else GAPS[gap](uow, day, firm)
    told = (firm.id, firm.name, firm.uscc, firm.industry, firm.officer_name, place.c.name, charge_of(place.c))
    wanted = select(*told).join(place, place.c.id == firm.jurisdiction_id).where(_open(uow, day, firm), met)
    total = uow.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0

    def rows(limit: int, offset: int) -> Iterator[Registered]:
        found = uow.session.execute(wanted.order_by(firm.name, firm.id).limit(limit).offset(offset))
        for ident, name, uscc, industry, by, street, charge in found:
            yield Registered(ident, name, uscc, industry, by, Line(street, charge))

    return paged(total, number, rows)


def in_charge(uow: UnitOfWork, day: date | None = None) -> list[InCharge]:
    """Who is responsible for how many of these enterprises, by name."""
    day = day or uow.today
    firm = register_on(uow, day)
    rows = uow.session.execute(
        select(firm.officer_name, func.count(firm.id))
        .where(_open(uow, day, firm), ~names_nobody(firm.officer_name))
        .group_by(firm.officer_name)
        .order_by(firm.officer_name)
    )
    return [InCharge(name or "", enterprises) for name, enterprises in rows]


def who_left(uow: UnitOfWork, firms: Collection[Registered], day: date | None = None) -> set[str]:
    """The officers of these enterprises who had no account any more on a day."""
    day = day or uow.today
    firm = register_on(uow, day)
    wanted = select(firm.officer_name).where(firm.id.in_([one.id for one in firms]), _ended(uow, day, firm))
    return {name for name in uow.session.scalars(wanted) if name}


def of_officer(uow: UnitOfWork, name: str) -> list[UUID]:
    """Those of them that somebody is responsible for, whatever their state; an empty name: nobody answers for them."""
    whose = Enterprise.officer_name == name if name else nobody_answers(uow.today)
    own = _own(uow, uow.today, Enterprise)
    return list(uow.session.scalars(select(Enterprise.id).where(own, whose).order_by(Enterprise.id)))


def officers_named(uow: UnitOfWork, name: str) -> int:
    """How many officers of one name the enterprises are of that name them: each is of who supervises its place, or once did."""
    now, left = officers_by_place(uow, name), officers_by_place(uow, name, left=True)
    filed = select(Enterprise.jurisdiction_id).where(_own(uow, uow.today, Enterprise), Enterprise.officer_name == name)
    places = [
        Place(row.path, row.managed_path) for row in uow.session.scalars(select(Jurisdiction).where(Jurisdiction.id.in_(filed)))
    ]
    return len({one for place in places for one in over(place, now) or over(place, left)})


def names_here(uow: UnitOfWork) -> list[str]:
    """Who enterprises can be given to as far as is known: officers with an account within reach, and whoever has some already."""
    held = (Membership.role == Role.OFFICER, Membership.lasts_on(uow.today), Membership.jurisdiction_id.in_(_reached(uow)))
    accounts = uow.session.scalars(select(User.name).join(Membership).where(*held))
    return sorted({*accounts, *(one.name for one in in_charge(uow))})


def unseen_by(uow: UnitOfWork, enterprise_ids: Collection[UUID], name: str) -> int:
    """To how many of these enterprises no account of an officer of this name reaches."""
    accounts = officers_by_place(uow, name)
    firms = select(Jurisdiction.path, Jurisdiction.managed_path, func.count(Enterprise.id)).join_from(Enterprise, Jurisdiction)
    counted = firms.where(Enterprise.id.in_(enterprise_ids)).group_by(Jurisdiction.path, Jurisdiction.managed_path)
    rows = uow.session.execute(counted)
    return sum(number for path, managed, number in rows if not over(Place(path, managed), accounts))


def namesakes_over(uow: UnitOfWork) -> list[tuple[str, list[str]]]:
    """Names that two officers have who supervise one place within reach, each with where these officers are."""
    accounts = officers_by_place(uow)
    names = Counter(name for _account, name in {one for each in accounts.values() for one in each})
    several = {code: {one for one in each if names[one[1]] > 1} for code, each in accounts.items()}
    if not any(several.values()):
        return []
    rows = uow.session.scalars(select(Jurisdiction).where(Jurisdiction.id.in_(_reached(uow)))).all()
    pairs = namesakes((Place(row.path, row.managed_path) for row in rows), several)
    shared = {(account, name) for name, *pair in pairs for account in pair}
    where: defaultdict[str, list[str]] = defaultdict(list)
    places = select(Jurisdiction.code, Jurisdiction.name).where(Jurisdiction.code.in_(several)).order_by(Jurisdiction.path)
    for code, place in uow.session.execute(places):
        for name in {name for account, name in several[code] if (account, name) in shared}:
            where[name].append(place)
    return sorted(where.items())


def of_these(uow: UnitOfWork, enterprise_ids: Collection[UUID]) -> list[UUID]:
    """Those of these enterprises that are within reach."""
    wanted = select(Enterprise.id).where(reach(uow, Enterprise), Enterprise.id.in_(enterprise_ids))
    return list(uow.session.scalars(wanted.order_by(Enterprise.id)))


def _reached(uow: UnitOfWork) -> Select[UUID]:
    return select(Jurisdiction.id).where(reach(uow, Jurisdiction))


def _open(uow: UnitOfWork, day: date, firm: Any) -> ColumnElement[bool]:
    return and_(_own(uow, day, firm), firm.state == EnterpriseState.ACTIVE)


def _own(uow: UnitOfWork, day: date, firm: Any) -> ColumnElement[bool]:
    """Which enterprises an officer answered for on a day. The streets that a functional area answers for are its own: the
    district they lie in sees them and does not count them too.
    """
    within = register_within(uow, firm, day)
    streets = uow.once(_streets, uow.actor, day)
    if streets is None:
        return within
    # Told one by one, and what else is to be met looked up beside them: of a condition in words PostgreSQL guesses that next to
    # nothing meets it, and looks up the gaps of each enterprise by itself.
    return and_(firm.jurisdiction_id.in_(streets), within.is_(True))


def _streets(uow: UnitOfWork, actor: Actor, day: date) -> tuple[UUID, ...] | None:
    """The jurisdictions that were in an officer's own charge on a day; None for whoever is no officer."""
    place = tree_on(day)
    mine = [in_own_charge(held, place.c) for held in actor.held if held.role is Role.OFFICER]
    return tuple(uow.session.scalars(select(place.c.id).where(or_(*mine)))) if mine else None
