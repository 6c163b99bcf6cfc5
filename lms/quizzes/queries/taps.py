"""The hot path of a quiz: an attempt held for one tap, and the tap kept, in one statement each."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects import postgresql, sqlite

from lms.core.db import new_id
from lms.core.uow import UnitOfWork
from lms.quizzes.models import Answer, Attempt

_KEEP = {
    name: dialect.insert(Answer.__table__).on_conflict_do_nothing(index_elements=["attempt_id", "counter"])
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


class Held(NamedTuple):
    """What of an attempt a tap is judged by."""

    id: UUID
    paper: list[dict[str, Any]]
    submitted_at: datetime | None
    deadline_at: datetime


_HELD = select(Attempt.id, Attempt.paper, Attempt.submitted_at, Attempt.deadline_at).with_for_update()


def hold(uow: UnitOfWork, attempt_id: UUID, within: ColumnElement[bool] | None = None) -> Held | None:
    """An attempt, held until the end of the transaction so that nobody hands it in meanwhile; None without one.

    within: the reach of whoever asks.
    """
    wanted = _HELD.where(Attempt.id == attempt_id)
    row = uow.session.connection().execute(wanted if within is None else wanted.where(within)).first()
    return Held._make(row) if row else None


def keep(uow: UnitOfWork, attempt_id: UUID, version_id: UUID, counter: int, chosen: list[str]) -> bool:
    """Write a tap down unless there is one under its counter already; whether it was written."""
    row = {
        "id": new_id(), "attempt_id": attempt_id, "version_id": version_id, "counter": counter, "chosen": chosen,
        "answered_at": uow.now,
    }  # fmt: skip
    connection = uow.session.connection()
    return connection.execute(_KEEP[connection.dialect.name], row).rowcount == 1
