"""Each attendance event is a fact in the chain of its enterprise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.attendance.models import AttendanceEvent
from lms.core.uow import UnitOfWork
from lms.ledger.service import Fact, append, named, witnesses

RECORDED = "attendance.recorded"
# By the name in the fact: a column. One that is added later is told only where it has a value, so older facts stay as they are.
TOLD = {
    "lecture": "lecture_id", "sitting": "sitting_id", "person": "person_id", "mark": "mark", "method": "method",
    "trust": "trust", "scanned_at": "scanned_at", "recorded_at": "recorded_at", "claim": "claim_id", "device": "device_id",
    "screen": "screen", "step": "step", "entered_by": "entered_by", "reason": "reason",
    "station": "station_id", "sent": "sent_id", "device_at": "device_at", "clock_offset": "clock_offset", "known_by": "known_by",
    "signature": "signature_sha256",
}  # fmt: skip


def enter_chain(uow: UnitOfWork, event: Any) -> None:
    """Enter an event that was just written: a row, or what has its columns by name."""
    append(uow, event.enterprise_id, RECORDED, event.id, _fact(event))


@witnesses(RECORDED)
def recorded(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every attendance event of an enterprise as the table has it."""
    columns = [AttendanceEvent.id, *(getattr(AttendanceEvent, column) for column in TOLD.values())]
    for row in uow.session.execute(select(*columns).where(AttendanceEvent.enterprise_id == enterprise_id)):
        yield row.id, _fact(row)


def _fact(event: Any) -> Fact:
    told = {name: getattr(event, column) for name, column in TOLD.items()}
    return told | {"entered_by": named(event.entered_by)} if event.entered_by is not None else told
