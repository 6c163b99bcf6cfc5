"""The same lecture again every week or month."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.lectures import rules
from lms.lectures.models import Lecture
from lms.lectures.service.planning import Plan, schedule


def schedule_series(
    uow: UnitOfWork, enterprise_id: UUID, plan: Plan, every: str, times: int, *, notify: bool = True
) -> list[Lecture]:
    """Make a lecture and its repetitions; the later ones stay drafts until their time comes near.

    every: "weekly" or "monthly". times: how many in all. Raises NobodyInvited. Says LectureScheduled of the first.
    """
    first = schedule(uow, enterprise_id, plan, notify=notify)
    first.series_id = first.id
    made = [first]
    for number in range(1, times):
        slots = tuple(
            replace(
                slot,
                starts_at=rules.again(clock.local(slot.starts_at), every, number),
                ends_at=rules.again(clock.local(slot.ends_at), every, number),
            )
            for slot in plan.slots
        )
        later = replace(plan, slots=slots, series_id=first.id, copied_from_id=first.id)
        made.append(schedule(uow, enterprise_id, later, notify=False))
    return made
