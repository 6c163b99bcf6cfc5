"""Whether somebody answers for an enterprise: it names an officer, and that officer still has an account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, false, literal, not_, or_, select
from sqlalchemy.orm import aliased

from lms.access.models import Membership, Role, User
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, Jurisdiction
from lms.registry.queries.places import tree_on

Lies = Callable[[Any], ColumnElement[bool]]  # whether one of the columns of `tree_on` is the place of the enterprise


def officers_by_place(uow: UnitOfWork, name: str | None = None, *, left: bool = False) -> dict[str, set[tuple[UUID, str]]]:
    """(id, name) of the accounts that supervise a jurisdiction, or will, by its code. name: of it alone; left: that did."""
    lasts = Membership.lasts_on(uow.today)
    wanted = select(Jurisdiction.code, User.id, User.name).join(Membership, Membership.jurisdiction_id == Jurisdiction.id)
    held = wanted.join(User).where(Membership.role == Role.OFFICER, not_(lasts) if left else lasts)
    found: defaultdict[str, set[tuple[UUID, str]]] = defaultdict(set)
    for code, account, called in uow.session.execute(held if name is None else held.where(User.name == name)):
        found[code].add((account, called))
    return found


def names_nobody(name: SQLColumnExpression[Any] = Enterprise.officer_name) -> ColumnElement[bool]:
    """Which enterprises name no officer."""
    return or_(name.is_(None), name == "")


def names_who_left(
    day: date,
    name: SQLColumnExpression[Any] = Enterprise.officer_name,
    lies: Lies = lambda place: place.id == Enterprise.jurisdiction_id,
) -> ColumnElement[bool]:
    """Whose officer had an account over where the enterprise lay on a day until before it, while nobody of that name had one
    there on it.

    The same for whoever asks, so that the figures of places add up. A name that never had an account is none: who has one is
    known, who works is not. Accounts are dated and so is the tree; what they are called is not. name: of the officer; lies:
    which jurisdiction is its place.
    """
    ended, place, over = Membership.ends_on < day, tree_on(day), aliased(Jurisdiction)
    once = select(User.name).join(Membership).where(Membership.role == Role.OFFICER, ended)
    above = literal("/").op("||")(over.code).op("||")("/")
    lines = [literal("/").op("||")(path).contains(above) for path in (place.c.path, place.c.managed_path)]
    there = (
        select(Membership.id)
        .join(User)
        .join(over, over.id == Membership.jurisdiction_id)
        .join(place, or_(*lines))
        .where(Membership.role == Role.OFFICER, User.name == name, lies(place.c))
    )
    left = and_(there.where(ended).exists(), ~there.where(Membership.runs_on(day)).exists())
    return case((name.in_(once), left), else_=false())  # of a value that is told, SQLite works out both sides of an AND


def nobody_answers(
    day: date,
    name: SQLColumnExpression[Any] = Enterprise.officer_name,
    lies: Lies = lambda place: place.id == Enterprise.jurisdiction_id,
) -> ColumnElement[bool]:
    """Either of them: nobody is there for the enterprise."""
    return or_(names_nobody(name), names_who_left(day, name, lies))


def is_answered_for(uow: UnitOfWork, enterprise_id: UUID, officer: str | None = None) -> bool:
    """Whether somebody is there for one enterprise today. officer: by this name, and not by whom the enterprise has today."""
    name = Enterprise.officer_name if officer is None else literal(officer)
    wanted = select(Enterprise.id).where(Enterprise.id == enterprise_id, not_(nobody_answers(uow.today, name)))
    return uow.session.scalar(wanted) is not None
