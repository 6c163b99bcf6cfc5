"""People of other firms who come to a lecture: by name and company, counted apart and in no rate (来访)."""

from __future__ import annotations

from sqlalchemy import select

from lms.attendance import queries
from lms.attendance.models import Mark, Scan, Visitor
from lms.attendance.rules.claims import CLAIM_LIFE
from lms.attendance.service.claims import ClaimTooLate, SomebodyElsesScan
from lms.core.uow import UnitOfWork
from lms.lectures.models import Sitting
from lms.ledger.service import append

VISITED = "attendance.visited"


def visit(uow: UnitOfWork, sitting: Sitting, name: str, company: str, scan: Scan | None = None) -> Visitor:
    """Write down a visitor: by their own scan, at its time, or entered by the trainer now.

    A scan makes one visitor, however often it is sent. Raises ClaimTooLate, SomebodyElsesScan.
    """
    if scan is not None:
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
    append(uow, visitor.enterprise_id, VISITED, visitor.id, _fact(uow, visitor, "in"))
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
        append(uow, visitor.enterprise_id, VISITED, visitor.id, _fact(uow, visitor, "out"))
    return visitor


def _fact(uow: UnitOfWork, visitor: Visitor, mark: str) -> dict[str, object]:
    at = visitor.came_at if mark == "in" else visitor.left_at
    by = uow.actor.key if mark == "in" and visitor.scan_id is None else None
    return {"sitting": visitor.sitting_id, "mark": mark, "at": at, "claim": visitor.scan_id, "actor": by}
