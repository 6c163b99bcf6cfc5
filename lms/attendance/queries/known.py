"""How check-ins are known (可信等级), as sums over many enterprises."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select

from lms.attendance.models import AttendanceEvent, Correction, HandMark, Mark, Trust
from lms.core.uow import UnitOfWork


def check_ins(uow: UnitOfWork, lecture_ids: Select[UUID], end: datetime) -> dict[UUID, dict[Trust, int]]:
    """The check-ins of lectures that counted at an instant, by enterprise and by how each is known, best first. Two queries.

    What was struck or waited for a second person by then is taken off afterwards: it is little, and asked of each mark of a
    city it costs more than all the rest.
    """
    of = (AttendanceEvent.lecture_id.in_(lecture_ids), AttendanceEvent.mark == Mark.IN, AttendanceEvent.recorded_at < end)
    found: defaultdict[UUID, Counter[Trust]] = defaultdict(Counter)
    for firm, trust, number in uow.session.execute(_by_trust(*of)):
        found[firm][trust] += number
    for firm, trust, number in uow.session.execute(_by_trust(*of, AttendanceEvent.id.in_(_off(end)))):
        found[firm][trust] -= number
    return {firm: {trust: numbers[trust] for trust in Trust if numbers[trust]} for firm, numbers in found.items()}


def _by_trust(*of: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    sides = AttendanceEvent.enterprise_id, AttendanceEvent.trust
    return select(*sides, func.count()).where(*of).group_by(*sides)


def _off(end: datetime) -> Any:
    """Events that did not count at an instant, as models.counts() has it of now."""
    waits = HandMark.waits, or_(HandMark.confirmed_at.is_(None), HandMark.confirmed_at >= end)
    refused = select(Correction.event_id).where(Correction.signed_at < end)
    undecided = select(HandMark.event_id).where(*waits, HandMark.event_id.not_in(refused))
    struck = select(Correction.event_id).where(
        Correction.signed_at < end, or_(Correction.replaced_by_id.is_(None), Correction.replaced_by_id.not_in(undecided))
    )
    return struck.union(select(HandMark.event_id).where(*waits))
