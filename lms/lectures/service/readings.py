"""Who opened which page: a receipt, and never time in a lecture."""

from __future__ import annotations

from sqlalchemy import select

from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Material, Reading


def note_opened(uow: UnitOfWork, material: Material, page: int) -> None:
    """Write down that the actor opened this page, the first time; only of those who are expected at the lecture."""
    person_id = uow.actor.person_id
    if person_id is None:
        return
    expected = select(Attendee.id).where(Attendee.lecture_id == material.lecture_id, Attendee.person_id == person_id)
    before = select(Reading.id).where(
        Reading.material_id == material.id, Reading.person_id == person_id, Reading.page == page
    )  # fmt: skip
    if uow.session.scalar(expected) is None or uow.session.scalar(before) is not None:
        return
    uow.session.add(
        Reading(
            enterprise_id=material.enterprise_id, lecture_id=material.lecture_id, material_id=material.id,
            person_id=person_id, page=page, opened_at=uow.now,
        )
    )  # fmt: skip
