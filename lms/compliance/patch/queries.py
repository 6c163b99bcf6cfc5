"""What is not as it should be in a patch, each counted and listed by the same clause."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from lms.access.actor import Actor
from lms.access.models import Membership, Role, User
from lms.access.reach import reach
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.registry.models import Enterprise, EnterpriseState, HeadAppointment, Jurisdiction, in_own_charge
from lms.registry.queries import runs_on
from lms.registry.queries.charge import names_nobody, names_who_left, nobody_answers

IDLE = timedelta(days=365)
HIGH = ("省", "市", "县级")


class InCharge(NamedTuple):
    name: str
    enterprises: int


def _no_head(uow: UnitOfWork) -> ColumnElement[bool]:
    return ~exists().where(HeadAppointment.enterprise_id == Enterprise.id, runs_on(HeadAppointment, uow.today))


def _idle(uow: UnitOfWork) -> ColumnElement[bool]:
    """Known for so long, and no lecture was put on record since."""
    since = uow.now - IDLE
    return and_(
        Enterprise.created_at < since, ~exists().where(Lecture.enterprise_id == Enterprise.id, Lecture.created_at >= since)
    )


def _no_street(_uow: UnitOfWork) -> ColumnElement[bool]:
    """Filed under a district or higher, so that no street sees to it."""
    return Enterprise.jurisdiction_id.in_(select(Jurisdiction.id).where(Jurisdiction.level.in_(HIGH)))


# Said once a day: saying them takes a good part of what measuring them takes.
_nobody, _ended = lru_cache(maxsize=2)(nobody_answers), lru_cache(maxsize=2)(names_who_left)
GAPS: dict[str, Callable[[UnitOfWork], ColumnElement[bool]]] = {
    "nobody": lambda uow: _nobody(uow.today),
    "ended": lambda uow: _ended(uow.today),
    "no_head": _no_head,
    "idle": _idle,
    "no_street": _no_street,
}


def measured(uow: UnitOfWork) -> tuple[int, dict[str, int]]:
    """Enterprises the officer answers for that are open, and of these how many by gap. One query.

    Within a sum PostgreSQL would look for the heads and lectures of 20,000 one by one.
    """
    beneath = uow.once_each(select(*(met(uow).label(gap) for gap, met in GAPS.items())).where(_open(uow)))
    sums = [func.count().filter(beneath.c[gap]) for gap in GAPS]
    every, *row = uow.session.execute(select(func.count(), *sums).select_from(beneath)).one()
    return every, dict(zip(GAPS, row, strict=True))


def counts(uow: UnitOfWork) -> dict[str, int]:
    """The same by gap alone."""
    return measured(uow)[1]


def page(uow: UnitOfWork, gap: str, number: int | None, officer: str = "") -> Page[Enterprise]:
    """The enterprises behind a count, by name; number None for all of them. officer: those of one instead. Raises TooLong."""
    wanted = select(Enterprise).where(_open(uow), Enterprise.officer_name == officer if officer else GAPS[gap](uow))
    total = uow.session.scalar(wanted.with_only_columns(func.count(Enterprise.id))) or 0
    ordered = wanted.options(joinedload(Enterprise.jurisdiction)).order_by(Enterprise.name, Enterprise.id)
    return paged(total, number, lambda limit, offset: uow.session.scalars(ordered.limit(limit).offset(offset)))


def in_charge(uow: UnitOfWork) -> list[InCharge]:
    """Who is responsible for how many of these enterprises, by name."""
    number = func.count(Enterprise.id)
    rows = uow.session.execute(
        select(Enterprise.officer_name, number)
        .where(_open(uow), ~names_nobody())
        .group_by(Enterprise.officer_name)
        .order_by(Enterprise.officer_name)
    )
    return [InCharge(name or "", enterprises) for name, enterprises in rows]


def who_left(uow: UnitOfWork, firms: Collection[Enterprise]) -> set[str]:
    """The officers of these enterprises who have no account any more."""
    wanted = select(Enterprise.officer_name).where(Enterprise.id.in_([firm.id for firm in firms]), names_who_left(uow.today))
    return {name for name in uow.session.scalars(wanted) if name}


def of_officer(uow: UnitOfWork, name: str) -> list[UUID]:
    """Those of them that somebody is responsible for, whatever their state; an empty name: nobody answers for them."""
    whose = Enterprise.officer_name == name if name else nobody_answers(uow.today)
    return list(uow.session.scalars(select(Enterprise.id).where(_own(uow), whose).order_by(Enterprise.id)))


def accounts_named(uow: UnitOfWork, name: str) -> int:
    """How many officers of one name have, or had, an account over a place within reach."""
    places = select(Jurisdiction.id).where(reach(uow, Jurisdiction))
    wanted = select(func.count(User.id.distinct())).join(Membership, Membership.user_id == User.id)
    here = (User.name == name, Membership.role == Role.OFFICER, Membership.jurisdiction_id.in_(places))
    return uow.session.scalar(wanted.where(*here)) or 0


def of_these(uow: UnitOfWork, enterprise_ids: Collection[UUID]) -> list[UUID]:
    """Those of these enterprises that are within reach."""
    wanted = select(Enterprise.id).where(reach(uow, Enterprise), Enterprise.id.in_(enterprise_ids))
    return list(uow.session.scalars(wanted.order_by(Enterprise.id)))


def _open(uow: UnitOfWork) -> ColumnElement[bool]:
    return and_(_own(uow), Enterprise.state == EnterpriseState.ACTIVE)


def _own(uow: UnitOfWork) -> ColumnElement[bool]:
    """Which enterprises an officer answers for. The streets that a functional area answers for are its own: the district they
    lie in sees them and does not count them too.
    """
    streets = uow.once(_streets, uow.actor)
    if streets is None:
        return reach(uow, Enterprise)
    # Told one by one, and what else is to be met looked up beside them: of a condition in words PostgreSQL guesses that next to
    # nothing meets it, and looks up the gaps of each enterprise by itself.
    return and_(Enterprise.jurisdiction_id.in_(streets), reach(uow, Enterprise).is_(True))


def _streets(uow: UnitOfWork, actor: Actor) -> tuple[UUID, ...] | None:
    """The jurisdictions that are in an officer's own charge; None for whoever is no officer."""
    mine = [in_own_charge(held) for held in actor.held if held.role is Role.OFFICER]
    return tuple(uow.session.scalars(select(Jurisdiction.id).where(or_(*mine)))) if mine else None
