"""A row in every table, for tests of what is done to a whole database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, Column, Date, Enum, Integer, LargeBinary, Numeric, String, Table, Uuid, func, select
from sqlalchemy.types import TypeDecorator

from lms.access.actor import Actor
from lms.core.db import UtcDateTime, db
from lms.core.uow import UnitOfWork, unit_of_work
from tests.app.populate import populate
from tests.world import Side

ONE_OF_TWO = {"certificate_design.enterprise_id", "award.completion_id"}  # may be missing, where another column then is not
VALUES = (
    (UtcDateTime, datetime(2026, 11, 2, tzinfo=UTC)), (TypeDecorator, "一"), (Date, date(2026, 11, 2)), (Boolean, True),
    (Integer, 1), (Numeric, 1), (String, "一"), (LargeBinary, b"1"), (JSON, {}), (Uuid, UUID(int=1)),
)  # fmt: skip


def a_row_in_every_table(side: Side) -> None:
    """Populate, and write a row of this side into each table that is empty then: whatever its types and checks let in.

    A table that comes later gets one as well: no migration is tried on a database in which there is nothing to lose.
    """
    populate(side)
    with unit_of_work(Actor.system("test"), "home") as uow:
        for table in db.metadata.sorted_tables:
            if not uow.session.scalar(select(func.count()).select_from(table)):
                uow.session.execute(table.insert().values(_row(uow, side, table)))


def _row(uow: UnitOfWork, side: Side, table: Table) -> dict[str, Any]:
    wanted = [one for one in table.columns if str(one) in ONE_OF_TWO or (not one.nullable and one.default is None)]
    return {one.name: _value(uow, side, one) for one in wanted}


def _value(uow: UnitOfWork, side: Side, column: Column[Any]) -> Any:
    if column.name == "enterprise_id":
        return side.enterprise_id
    for key in column.foreign_keys:
        return uow.session.scalar(select(key.column).limit(1))
    if isinstance(column.type, Enum):
        return next(iter(column.type.enum_class or column.type.enums))
    return next(value for kind, value in VALUES if isinstance(column.type, kind))
