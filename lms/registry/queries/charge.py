"""Whether somebody answers for an enterprise: it names an officer, and that officer still has an account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, or_, select
from sqlalchemy.orm import aliased

from lms.access.models import Membership, Role, User
from lms.registry.models import Enterprise, Jurisdiction

Place = type[Jurisdiction]


def names_nobody(name: SQLColumnExpression[Any] = Enterprise.officer_name) -> ColumnElement[bool]:
    """Which enterprises name no officer."""
    return or_(name.is_(None), name == "")


def names_who_left(
    day: date,
    name: SQLColumnExpression[Any] = Enterprise.officer_name,
    lies: Callable[[Place], ColumnElement[bool]] = lambda place: place.id == Enterprise.jurisdiction_id,
) -> ColumnElement[bool]:
    """Whose officer had an account over where the enterprise lies until before a day, while nobody of that name has one there.

    The same for whoever asks, so that the figures of places add up. A name that never had an account is none: who has one is
    known, who works is not. name: of the officer; lies: which jurisdiction is its place.
    """
    ended, place, over = Membership.ends_on < day, aliased(Jurisdiction), aliased(Jurisdiction)
    once = select(User.name).join(Membership).where(Membership.role == Role.OFFICER, ended)
    there = (
        select(Membership.id)
        .join(User)
        .join(over, over.id == Membership.jurisdiction_id)
        .join(place, or_(place.path.startswith(over.path), place.managed_path.startswith(over.path)))
        .where(Membership.role == Role.OFFICER, User.name == name, lies(place))
    )
    return and_(name.in_(once), there.where(ended).exists(), ~there.where(Membership.runs_on(day)).exists())


def nobody_answers(
    day: date,
    name: SQLColumnExpression[Any] = Enterprise.officer_name,
    lies: Callable[[Place], ColumnElement[bool]] = lambda place: place.id == Enterprise.jurisdiction_id,
) -> ColumnElement[bool]:
    """Either of them: nobody is there for the enterprise."""
    return or_(names_nobody(name), names_who_left(day, name, lies))
