"""The appointment of the head (主要负责人): one at a time, each with its days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import insert, select, update

from lms.core.db import new_id
from lms.core.uow import UnitOfWork
from lms.registry.models import HeadAppointment


@dataclass(frozen=True, slots=True)
class Head:
    """Who heads an enterprise, as a list tells it. phone and person_id None: not told."""

    enterprise_id: UUID
    name: str
    phone: str | None = None
    person_id: UUID | None = None


def appoint(uow: UnitOfWork, heads: list[Head], on: date) -> int:
    """Take over who heads each enterprise from `on`; returns how many appointments were written or completed.

    The same name keeps its appointment and gains what was not known. Another name closes the running one the day
    before; one that began on `on` itself was a slip and is overwritten.
    """
    current = current_heads(uow, [head.enterprise_id for head in heads])
    added, changed, ended = [], [], []
    for head in heads:
        running = current.get(head.enterprise_id)
        told = {name: value for name in ("phone", "person_id") if (value := getattr(head, name)) is not None}
        if running is not None and running.name == head.name:
            told = {name: value for name, value in told.items() if getattr(running, name) != value}
            if told:
                changed.append({"id": running.id, **told})
            continue
        values = {"name": head.name, "phone": head.phone, "person_id": head.person_id}
        if running is not None and running.starts_on >= on:
            changed.append({"id": running.id, **values})
            continue
        if running is not None:
            ended.append({"id": running.id, "ends_on": on - timedelta(days=1)})
        added.append({"id": new_id(), "enterprise_id": head.enterprise_id, "starts_on": on, "ends_on": None, **values})
    for rows in (ended, changed):
        if rows:
            uow.session.execute(update(HeadAppointment), rows)
    if added:
        uow.session.execute(insert(HeadAppointment), added)
    return len(added) + len(changed)


def current_heads(uow: UnitOfWork, enterprise_ids: list[UUID]) -> dict[UUID, HeadAppointment]:
    """The running appointment of each enterprise that has one."""
    found: dict[UUID, HeadAppointment] = {}
    for start in range(0, len(enterprise_ids), 500):  # SQLite takes a limited number of parameters
        part = enterprise_ids[start : start + 500]
        rows = uow.session.scalars(
            select(HeadAppointment).where(HeadAppointment.enterprise_id.in_(part), HeadAppointment.ends_on.is_(None))
        )
        found |= {row.enterprise_id: row for row in rows}
    return found
