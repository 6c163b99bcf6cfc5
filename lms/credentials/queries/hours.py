"""Reads of the hours ledger."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.core.uow import UnitOfWork
from lms.credentials.models import HoursLine
from lms.credentials.rules import Entered

FIRST_HAND = ("live", "offline")  # of the other levels somebody has said it


def credited(uow: UnitOfWork, completion_ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """Hours in the ledger for each completion, what was voided taken off; completions without a line are left out."""
    rows = uow.session.execute(
        select(HoursLine.completion_id, func.sum(HoursLine.hours))
        .where(HoursLine.completion_id.in_(completion_ids))
        .group_by(HoursLine.completion_id)
    )
    return {completion_id: Decimal(hours) for completion_id, hours in rows if completion_id}


def entered(uow: UnitOfWork, completion_ids: Collection[UUID]) -> dict[UUID, dict[Entered, Decimal]]:
    """The same, apart by how presence is known and by day; a sum of nothing stays in."""
    as_what = HoursLine.completion_id, HoursLine.trust, HoursLine.earned_on
    wanted = select(*as_what, func.sum(HoursLine.hours)).where(HoursLine.completion_id.in_(completion_ids)).group_by(*as_what)
    found: dict[UUID, dict[Entered, Decimal]] = {}
    for completion_id, trust, day, hours in uow.session.execute(wanted):
        if completion_id:
            found.setdefault(completion_id, {})[Entered(trust, day)] = Decimal(hours)
    return found


def hours_lines_of(uow: UnitOfWork, person_id: UUID, year: int | None = None) -> list[HoursLine]:
    """A person's lines of the ledger, the latest first."""
    wanted = select(HoursLine).where(HoursLine.person_id == person_id)
    if year is not None:
        wanted = wanted.where(HoursLine.earned_on.between(date(year, 1, 1), date(year, 12, 31)))
    order = (HoursLine.earned_on.desc(), HoursLine.recorded_at.desc(), HoursLine.id.desc())
    evidence = (joinedload(HoursLine.lecture), joinedload(HoursLine.training))
    return list(uow.session.scalars(wanted.order_by(*order).options(*evidence)))


def hours_in(uow: UnitOfWork, person_ids: Collection[UUID] | Any, year: int, *, first_hand: bool = False) -> dict[UUID, Decimal]:
    """Hours each person has in a calendar year; who has none is left out. person_ids: ids, or a select of them.

    first_hand: only those whose presence the product saw itself.
    """
    wanted = select(HoursLine.person_id, func.sum(HoursLine.hours)).group_by(HoursLine.person_id)
    wanted = wanted.where(HoursLine.person_id.in_(person_ids))
    wanted = wanted.where(HoursLine.earned_on.between(date(year, 1, 1), date(year, 12, 31)))
    if first_hand:
        wanted = wanted.where(HoursLine.trust.in_(FIRST_HAND))
    return {person_id: Decimal(hours) for person_id, hours in uow.session.execute(wanted)}
