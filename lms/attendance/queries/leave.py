"""Leave from a lecture: what was written down, and what waits for a second person."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import contains_eager

from lms.access.service import hands_of
from lms.attendance.models import Presence
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, LeaveLine
from lms.ledger.proposals import may_be_second
from lms.registry.models import Person


class WaitingLeave(NamedTuple):
    """A leave that waits for a second person. for_me: whoever reads this may be it."""

    attendee: Attendee
    for_me: bool


class Leave(NamedTuple):
    """The leave of one person from one lecture. lines: every time it was written down or taken back, the latest first; waiting:
    what a second person has yet to agree to, if anything.
    """

    lines: list[LeaveLine]
    waiting: WaitingLeave | None


def leave_of(uow: UnitOfWork, attendee: Attendee) -> Leave:
    """The leave of somebody who is on the list of a lecture."""
    own = (LeaveLine.lecture_id == attendee.lecture_id, LeaveLine.person_id == attendee.person_id)
    lines = list(uow.session.scalars(select(LeaveLine).where(*own).order_by(LeaveLine.id.desc())))
    waits = attendee.leave_proposed_at is not None
    return Leave(lines, _waiting(attendee, hands_of(uow)) if waits else None)


def waiting_leave(uow: UnitOfWork, lecture_id: UUID) -> list[WaitingLeave]:
    """The leaves of a lecture that wait for a second person, the oldest first; not of who came after all."""
    own = (Presence.lecture_id == Attendee.lecture_id, Presence.person_id == Attendee.person_id)
    came = exists().where(*own, Presence.first_in_at.is_not(None))
    wanted = (
        select(Attendee)
        .join(Attendee.person)
        .where(Attendee.lecture_id == lecture_id, Attendee.leave_proposed_at.is_not(None), ~came)
        .options(contains_eager(Attendee.person))
        .order_by(Attendee.leave_proposed_at, Person.name)
    )
    hands = hands_of(uow)
    return [_waiting(attendee, hands) for attendee in uow.session.scalars(wanted)]


def _waiting(attendee: Attendee, hands: frozenset[str]) -> WaitingLeave:
    return WaitingLeave(attendee, may_be_second(hands, attendee.leave_proposed_key, attendee.person_id))
