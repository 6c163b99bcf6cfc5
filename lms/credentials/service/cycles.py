"""Opening the hours cycles of everybody on a roster; a cycle that was opened keeps what it asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from lms.core.uow import UnitOfWork
from lms.credentials import rules
from lms.credentials.models import HoursCycle
from lms.credentials.queries.cycles import ToOpen


def open_cycles(uow: UnitOfWork, due: Sequence[ToOpen]) -> int:
    """Close the cycles that are over or of another category than today's, and open the next ones; how many were opened."""
    wanted = select(HoursCycle).where(HoursCycle.person_id.in_([one.person_id for one in due]), HoursCycle.closed_at.is_(None))
    current = {row.person_id: row for row in uow.session.scalars(wanted.with_for_update())}
    opened = 0
    for one in due:
        before = current.get(one.person_id)
        if before is not None and before.category == one.category and before.ends_on >= uow.today:
            continue  # somebody else was quicker
        asked = rules.cycle_on(one.category, one.industry, one.hired_on, uow.today)
        starts_on = asked.starts_on
        if before is not None:
            if before.ends_on >= uow.today:  # another category meanwhile: the hours of the year go with the person
                starts_on, before.ends_on = uow.today, max(before.starts_on, uow.today - timedelta(days=1))
            before.closed_at = uow.now
            uow.session.flush()  # closed before the next one is open: two current ones are impossible
        uow.session.add(
            HoursCycle(
                enterprise_id=one.enterprise_id, person_id=one.person_id, kind=asked.kind, category=asked.category,
                starts_on=starts_on, ends_on=asked.ends_on, required=asked.required, rule_id=asked.rule_id,
                article=asked.article[:120], opened_at=uow.now,
            )
        )  # fmt: skip
        opened += 1
    return opened
