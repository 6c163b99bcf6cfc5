"""Where enterprises lay on a day that is over, and who supervised them then."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from lms.access.actor import Held
from lms.access.models import Role
from lms.access.reach import reach, reach_by
from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, EnterprisePast, Jurisdiction
from lms.registry.models.jurisdictions import OWN_PLACE
from lms.registry.queries.places import Line, lines_on, tree_on


class Registered(NamedTuple):
    """An enterprise as the register had it on a day."""

    id: UUID
    name: str
    uscc: str
    industry: str
    officer_name: str | None
    jurisdiction: Line


def firms_on(uow: UnitOfWork, day: date) -> Subquery:
    """Every enterprise by id, with where it was filed (jurisdiction_id) and its declared_headcount at the end of a day."""
    if day >= uow.today:
        return select(Enterprise.id, Enterprise.jurisdiction_id, Enterprise.declared_headcount).subquery()
    return _then(day).subquery()


def register_on(uow: UnitOfWork, day: date) -> Any:
    """The columns of enterprises, by their names, as the register had those that were in it at the end of a day; of today
    `Enterprise` itself. Made once for a statement: what is made anew is another one in it.
    """
    return Enterprise if day >= uow.today else _then(day).where(Enterprise.created_at < clock.end_of(day)).subquery().c


def register_within(uow: UnitOfWork, firm: Any, day: date) -> ColumnElement[bool]:
    """Of `register_on`, the enterprises that lay within reach at the end of a day."""
    if day >= uow.today:
        return reach(uow, Enterprise)

    def covers(held: Held) -> ColumnElement[bool]:
        if held.role is Role.OFFICER:
            within: ColumnElement[bool] = firm.jurisdiction_id.in_(_within(held, day))
            return within
        return and_(firm.id == held.enterprise_id, literal(held.role in (Role.TRAINER, Role.HEAD)))

    return reach_by(uow, covers)


def _then(day: date) -> Select[Any]:
    """The columns of every enterprise as its first line that has ended since has them, else as they are today."""
    ended = aliased(EnterprisePast)
    first = select(func.min(ended.until_on)).where(ended.enterprise_id == Enterprise.id, ended.until_on >= day)
    line = and_(EnterprisePast.enterprise_id == Enterprise.id, EnterprisePast.until_on == first.scalar_subquery())

    def told(name: str) -> ColumnElement[Any]:
        today: ColumnElement[Any] = getattr(Enterprise, name)
        if name not in EnterprisePast.KEPT:
            return today
        return case((EnterprisePast.id.is_(None), today), else_=getattr(EnterprisePast, name)).label(name)

    here = select(*(told(column.name) for column in Enterprise.__table__.columns))
    return here.outerjoin(EnterprisePast, line)


def reach_on(uow: UnitOfWork, model: Any, day: date) -> ColumnElement[bool]:
    """As reach() of a model of enterprises, for whoever supervised each at the end of a day."""
    if day >= uow.today:
        return reach(uow, model)
    firms = firms_on(uow, day)

    def covers(held: Held) -> ColumnElement[bool]:
        if held.role is not Role.OFFICER:
            covered: ColumnElement[bool] = model.covered_by(held)
            return covered
        return model.enterprise_id.in_(select(firms.c.id).where(firms.c.jurisdiction_id.in_(_within(held, day))))

    return reach_by(uow, covers)


def places_on(uow: UnitOfWork, day: date) -> ColumnElement[bool]:
    """Of jurisdictions, those that lay within reach at the end of a day."""
    if day >= uow.today:
        return reach(uow, Jurisdiction)
    return reach_by(uow, lambda held: Jurisdiction.id.in_(_within(held, day)))


def filed_on(uow: UnitOfWork, enterprise_ids: Collection[UUID], day: date) -> dict[UUID, Line]:
    """The jurisdictions these were filed under at the end of a day, as they were then. Two queries."""
    firms = firms_on(uow, day)
    wanted = select(firms.c.id, Jurisdiction.code).join(Jurisdiction, Jurisdiction.id == firms.c.jurisdiction_id)
    codes: dict[UUID, str] = dict(uow.session.execute(wanted.where(firms.c.id.in_(enterprise_ids))).all())
    lines = lines_on(uow, set(codes.values()), day)
    return {firm: lines[code] for firm, code in codes.items()}


def _within(held: Held, day: date) -> Select[Any]:
    """As models.jurisdictions.within(), of a day: whoever supervises either line saw it."""
    tree = tree_on(day)
    own = select(OWN_PLACE.c.code).where(OWN_PLACE.c.id == held.jurisdiction_id).scalar_subquery()
    mine = literal("%/").op("||")(own).op("||")("/%")
    return select(tree.c.id).where(or_(*(literal("/").op("||")(path).like(mine) for path in (tree.c.path, tree.c.managed_path))))
