"""Marks that another system sends (导入): a turnstile, a door, what a firm kept elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from lms.attendance.models import AttendanceEvent, HandMark, Mark, Method, Trust
from lms.attendance.service.hands import note_hand_marks
from lms.attendance.service.presence import NotAtThatTime, check_begun, record_all
from lms.core.uow import UnitOfWork
from lms.lectures.models import Sitting


def take_in(uow: UnitOfWork, sitting: Sitting, marks: Sequence[tuple[UUID, Mark, datetime]], reason: str) -> list[HandMark]:
    """Record marks of people on the list, each with the moment it was made, as imported and entered by the actor.

    The product saw nobody come, so they rest on the word of whoever runs that system: from a tenth of the list on they wait
    for a second person, as what is entered by hand does. Returns what was noted, in the order of the marks. Raises
    NotHeldYet, NotAtThatTime, WrongSitting.
    """
    lecture = sitting.lecture
    check_begun(lecture)
    if any(at > uow.now for _person, _mark, at in marks):
        raise NotAtThatTime
    noted: list[HandMark] = []

    def by_word(events: list[AttendanceEvent]) -> None:
        noted.extend(note_hand_marks(uow, lecture, events))

    record_all(uow, sitting, [(*one, reason) for one in marks], Method.IMPORT, Trust.IMPORTED, by_word)
    return noted
