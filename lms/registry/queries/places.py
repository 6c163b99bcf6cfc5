"""Where jurisdictions lay on a day, and what they were called."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, Select, Subquery, literal, not_, or_, select, union_all

from lms.core.uow import UnitOfWork
from lms.registry.models import Jurisdiction, JurisdictionPast, charge_of

Model = type[Jurisdiction] | type[JurisdictionPast]
TOLD = ("code", "name", "path", "managed_path")


class Line(NamedTuple):
    """A jurisdiction as it was on a day. charge: its path by responsibility."""

    name: str
    charge: str


@lru_cache(maxsize=50)
def codes_within(code: str, day: date) -> CompoundSelect[Any]:
    """The codes of all that this jurisdiction was responsible for on a day, itself among them."""
    return union_all(
        select(Jurisdiction.code).where(_now(day), _in(Jurisdiction, code)),
        select(JurisdictionPast.code).where(JurisdictionPast.runs_between(day, day), _in(JurisdictionPast, code)),
    )


def tree_on(day: date) -> Subquery:
    """Every jurisdiction as it was on a day: its id, code and name, with its paths by place and by responsibility."""
    now = select(Jurisdiction.id, *(getattr(Jurisdiction, name) for name in TOLD)).where(_now(day))
    past = select(JurisdictionPast.jurisdiction_id, *(getattr(JurisdictionPast, name) for name in TOLD)).where(
        JurisdictionPast.runs_between(day, day)
    )
    return union_all(now, past).subquery()


def lines_within(uow: UnitOfWork, code: str, day: date) -> dict[str, Line]:
    """All that this jurisdiction was responsible for on a day, itself among them."""
    return _lines(uow, day, lambda model: _in(model, code))


def codes_outside(code: str) -> Select[Any]:
    """The codes of all that this jurisdiction is not responsible for today: what is left out by them is looked up once, where a
    join with those inside would be guessed to find next to nothing.
    """
    return select(Jurisdiction.code).where(not_(_in(Jurisdiction, code)))


def lines_on(uow: UnitOfWork, codes: Collection[str], day: date) -> dict[str, Line]:
    """These jurisdictions as they were on a day."""
    return _lines(uow, day, lambda model: model.code.in_(codes))


def lies_in(charge: str, code: str) -> bool:
    """Whether a path goes through a jurisdiction."""
    return f"/{code}/" in f"/{charge}"


def step_below(charge: str, code: str) -> str:
    """The code that follows a jurisdiction on a path; empty where none does."""
    return f"/{charge}".partition(f"/{code}/")[2].partition("/")[0]


def _lines(uow: UnitOfWork, day: date, which: Callable[[Model], ColumnElement[bool]]) -> dict[str, Line]:
    parts = (
        select(model.code, model.name, charge_of(model)).where(which(model), held)
        for model, held in ((Jurisdiction, _now(day)), (JurisdictionPast, JurisdictionPast.runs_between(day, day)))
    )
    return {code: Line(name, charge) for code, name, charge in uow.session.execute(union_all(*parts))}


def _now(day: date) -> ColumnElement[bool]:
    return or_(Jurisdiction.since_on.is_(None), Jurisdiction.since_on <= day)


def _in(model: Model, code: str) -> ColumnElement[bool]:
    return literal("/").op("||")(charge_of(model)).contains(f"/{code}/", autoescape=True)
