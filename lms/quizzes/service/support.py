"""What people need to take a quiz as others do."""

from __future__ import annotations

from sqlalchemy import select

from lms.core.uow import UnitOfWork
from lms.quizzes.models import Support
from lms.registry.models import Person


def set_support(uow: UnitOfWork, person: Person, extra_percent: int, *, read_aloud: bool, large_type: bool) -> None:
    """Say what a person needs from the next attempt on; nothing at all takes it back."""
    row = uow.session.scalar(select(Support).where(Support.person_id == person.id).with_for_update())
    if not (extra_percent or read_aloud or large_type):
        if row is not None:
            uow.session.delete(row)
        return
    if row is None:
        row = Support(enterprise_id=person.enterprise_id, person_id=person.id)
        uow.session.add(row)
    row.extra_percent, row.read_aloud, row.large_type = extra_percent, read_aloud, large_type
    row.set_by, row.set_at = uow.actor.name, uow.now
    uow.session.flush()
