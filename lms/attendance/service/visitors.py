"""People of other firms who come to a lecture: by name and company, counted apart and in no rate (来访)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from lms.attendance import queries
from lms.attendance.models import Mark, Scan, Visitor
from lms.attendance.rules.claims import CLAIM_LIFE
from lms.attendance.service.claims import ClaimTooLate, SomebodyElsesScan
from lms.core.uow import UnitOfWork
from lms.lectures.models import Sitting
from lms.lectures.rules import check_sitting
from lms.ledger.service import Fact, append, named, witnesses

VISITED, TOLD_LATER = "attendance.visited", frozenset({"came_at", "name", "company", "entered_by"})


def visit(uow: UnitOfWork, sitting: Sitting, name: str, company: str, scan: Scan | None = None) -> Visitor:
    """Write down a visitor: by their own scan, at its time, or entered by the trainer now.

    A scan makes one visitor, however often it is sent. Raises ClaimTooLate, SomebodyElsesScan, and WrongSitting where the
    trainer enters one while check-in is not open: nobody comes "now" to what is not held now.
    """
    if scan is None:
        check_sitting(sitting.lecture.state, sitting, "open")
    else:
        there = queries.visitor_of_scan(uow, scan)
        if there is not None:
            return there
        if queries.event_of_claim(uow, scan.id) is not None:
            raise SomebodyElsesScan
        if uow.now - scan.scanned_at > CLAIM_LIFE:
            raise ClaimTooLate
    visitor = Visitor(
        enterprise_id=sitting.enterprise_id, lecture_id=sitting.lecture_id, sitting_id=sitting.id, name=name,
        company=company, came_at=scan.scanned_at if scan else uow.now, recorded_at=uow.now,
        scan_id=scan.id if scan else None, device_id=scan.device_id if scan else None,
        entered_by=None if scan else uow.actor.name,
    )  # fmt: skip
    uow.session.add(visitor)
    uow.session.flush()
    append(uow, visitor.enterprise_id, VISITED, visitor.id, _fact(visitor))
    return visitor


def depart(uow: UnitOfWork, scan: Scan) -> Visitor | None:
    """The visitor of this phone leaves, at the time of the scan of the check-out code; None where nobody came by it."""
    if scan.mark != Mark.OUT:
        return None
    visitor = uow.session.scalar(
        select(Visitor)
        .where(Visitor.sitting_id == scan.sitting_id, Visitor.device_id == scan.device_id)
        .order_by(Visitor.came_at.desc())
        .limit(1)
    )
    if visitor is not None and visitor.left_at is None:
        visitor.left_at = scan.scanned_at
        append(uow, visitor.enterprise_id, VISITED, visitor.id, _fact(visitor))
    return visitor


@witnesses(VISITED, in_part=True, later=TOLD_LATER)
def visited(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every visitor of an enterprise as the table has it: what was entered last, when they came or when they left."""
    for row in uow.session.scalars(select(Visitor).where(Visitor.enterprise_id == enterprise_id)):
        yield row.id, _fact(row)


def _fact(row: Visitor) -> Fact:
    return {
        "sitting": row.sitting_id, "mark": "out" if row.left_at else "in", "at": row.left_at or row.came_at,
        "claim": row.scan_id, "came_at": row.came_at, "name": named(row.name), "company": named(row.company),
        "entered_by": named(row.entered_by),
    }  # fmt: skip
