"""Jurisdictions (辖区): a tree, what they were before, and what was decided about them."""

from __future__ import annotations

import enum
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_, false, func, literal, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.actor import Held
from lms.access.models import Role, stored
from lms.core.db import Base, Id, Utc, partial


def within(held: Held) -> ColumnElement[bool]:
    """Whether a jurisdiction lies in the jurisdiction of this role, by its place or by who is responsible for it."""
    by_place, by_charge = _own_paths(held)
    return or_(Jurisdiction.path.like(by_place.op("||")("%")), charge_of(Jurisdiction).like(by_charge.op("||")("%")))


def around(held: Held) -> ColumnElement[bool]:
    """Whether the jurisdiction of this role lies in a jurisdiction, in either way."""
    by_place, by_charge = _own_paths(held)
    return or_(by_place.like(Jurisdiction.path.op("||")("%")), by_charge.like(charge_of(Jurisdiction).op("||")("%")))


def _own_paths(held: Held) -> list[ColumnElement[str]]:
    """The path of the jurisdiction of a role, and that by responsibility."""
    own = select(OWN_PLACE).where(OWN_PLACE.c.id == held.jurisdiction_id)
    return [own.with_only_columns(path).scalar_subquery() for path in (OWN_PLACE.c.path, charge_of(OWN_PLACE.c))]


def in_own_charge(held: Held, place: Any) -> ColumnElement[bool]:
    """Whether this role answers for a jurisdiction: of a street that a functional area answers for, the district it lies in does
    not. place: as `charge_of` takes it.
    """
    own = select(OWN_PLACE.c.code).where(OWN_PLACE.c.id == held.jurisdiction_id).scalar_subquery()
    return literal("/").op("||")(charge_of(place)).like(literal("%/").op("||")(own).op("||")("/%"))


class Jurisdiction(Base):
    """A city, district, street or community (辖区). path: codes from the top, each ended by a slash: "430600/430602/".

    manager_id: the functional area (功能区) that is responsible for it instead of the district it lies in; managed_path: its
    path by responsibility, where that is not its path. Sums follow responsibility, so that nothing counts twice; who
    supervises either line sees it. since_on: from when it is as it is, None: ever since; before that it was as the lines of
    JurisdictionPast say. ended_on: its last day, where it was merged into another one. bureau_name: what the bureau that
    supervises it is called (岳阳楼区应急管理局), None while nobody has said so.
    """

    __tablename__ = "jurisdiction"
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[str] = mapped_column(String(10))  # 省 / 市 / 县级 / 乡级 / 村级, as in the divisions table
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    path: Mapped[str] = mapped_column(String(120), unique=True)
    manager_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    managed_path: Mapped[str | None] = mapped_column(String(120))
    since_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    bureau_name: Mapped[str | None] = mapped_column(String(60))

    @property
    def bureau(self) -> str:
        """What its bureau is called on paper: by the name of the place while its own is not known."""
        return self.bureau_name or self.name

    @property
    def charge(self) -> str:
        """Its path by responsibility."""
        return self.managed_path or self.path

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        return within(held) if held.role is Role.OFFICER else false()


OWN_PLACE = Jurisdiction.__table__.alias("own_jurisdiction")  # that of a role; made once, for making an alias takes a millisecond


def charge_of(model: Any) -> ColumnElement[str]:
    """Jurisdiction.charge as a clause. model: Jurisdiction, an alias of it, JurisdictionPast, or the columns of a tree."""
    return func.coalesce(model.managed_path, model.path)


class JurisdictionPast(Base):
    """How a jurisdiction was until a day: its name and its paths then. since_on None: from the beginning."""

    __tablename__ = "jurisdiction_past"
    __table_args__ = (Index(None, "code", "until_on"), Index(None, "jurisdiction_id"))
    id: Mapped[Id]
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    path: Mapped[str] = mapped_column(String(120))
    managed_path: Mapped[str | None] = mapped_column(String(120))
    since_on: Mapped[date | None]
    until_on: Mapped[date]  # the last day it held

    @classmethod
    def runs_between(cls, first: Any, last: Any) -> ColumnElement[bool]:
        """Whether it held on any day between two, both included."""
        return and_(cls.until_on >= first, or_(cls.since_on.is_(None), cls.since_on <= last))

    @classmethod
    def was_within(cls, held: Held, first: Any, last: Any) -> ColumnElement[bool]:
        """Whether it lay in the jurisdiction of this role on any of these days."""
        code = select(OWN_PLACE.c.code).where(OWN_PLACE.c.id == held.jurisdiction_id).scalar_subquery()
        mine = literal("%/").op("||")(code).op("||")("/%")
        there = [literal("/").op("||")(path).like(mine) for path in (cls.path, cls.managed_path)]
        return and_(cls.runs_between(first, last), or_(*there))


class ChangeKind(enum.StrEnum):
    """What is decided about a jurisdiction. Values are stored; never renamed."""

    MOVE = "move"  # 改隶属
    ASSIGN = "assign"  # 改由谁负责
    RENAME = "rename"  # 改名
    MERGE = "merge"  # 并入
    BUREAU = "bureau"  # 监管部门改称；only by name_bureau, at once, and past days stay


class JurisdictionChange(Base):
    """A decision about a jurisdiction that holds from a day on, which may be to come. basis: the document it follows.

    target_id: the new parent, the responsible area (None: none any more), what it is merged into. applied_at: when the
    product took it over. fault: why it could not, where other changes stood in the way meanwhile. withdrawn_at: it was taken back
    before its day.
    """

    __tablename__ = "jurisdiction_change"
    __table_args__ = (
        Index(None, "jurisdiction_id", "on"),
        partial("ix_jurisdiction_change_waiting", "on", where="applied_at IS NULL"),
    )
    id: Mapped[Id]
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    kind: Mapped[ChangeKind] = mapped_column(stored(ChangeKind))
    on: Mapped[date]
    target_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    name: Mapped[str | None] = mapped_column(String(60))
    basis: Mapped[str] = mapped_column(String(200))
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[Utc]
    applied_at: Mapped[Utc | None]
    fault: Mapped[str | None] = mapped_column(String(200))
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))
    withdrawn_at: Mapped[Utc | None]
    jurisdiction: Mapped[Jurisdiction] = relationship(foreign_keys=[jurisdiction_id])
    target: Mapped[Jurisdiction | None] = relationship(foreign_keys=[target_id])

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        if held.role is not Role.OFFICER:
            return false()
        return cls.jurisdiction_id.in_(select(Jurisdiction.id).where(within(held)))
