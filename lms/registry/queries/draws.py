"""What was drawn by chance within a jurisdiction."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from lms.access.reach import reach
from lms.core.chance import picked
from lms.core.uow import UnitOfWork
from lms.registry.models import Drawn

D = TypeVar("D", bound=Drawn)
M = TypeVar("M", bound=Any)
LAST = 20


def last_draws(uow: UnitOfWork, kind: type[D]) -> list[D]:
    """The last twenty draws of a kind within reach, newest first."""
    wanted = select(kind).where(reach(uow, kind)).order_by(kind.drawn_at.desc()).limit(LAST)
    return list(uow.session.scalars(wanted))


def rows_picked(uow: UnitOfWork, draw: Drawn, model: type[M], *options: Any) -> list[M]:
    """The rows of a model that a draw picked, as they were picked; those within reach. options: of the loader."""
    ids = picked(draw.seed, [UUID(each) for each in draw.pool], draw.number)
    rows = uow.session.scalars(select(model).where(model.id.in_(ids), reach(uow, model)).options(*options))
    return sorted(rows, key=lambda row: ids.index(row.id))
