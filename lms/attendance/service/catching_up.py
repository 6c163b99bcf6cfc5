"""Presence as former versions derived it, brought up to the rule of today once after an upgrade."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from sqlalchemy import and_, or_, select

from lms.access.actor import Actor
from lms.access.catching_up import catch_up, in_parts
from lms.attendance.models import Presence, PresenceStatus
from lms.attendance.service.deriving import rederive
from lms.attendance.service.presence import lock
from lms.core.uow import UnitOfWork, unit_of_work
from lms.lectures.models import Attendee

CLERK = Actor.system("attendance.catching_up")
NOT_THERE = (PresenceStatus.EXCUSED, PresenceStatus.ABSENT)


@catch_up
def rederive_presence() -> None:
    """Whoever only checked out has not come, and whoever came is on leave no more: and what rests on it follows."""
    only_left = and_(
        Presence.first_in_at.is_(None), Presence.last_out_at.is_not(None), Presence.status.not_in(NOT_THERE)
    )  # fmt: skip
    own = and_(Attendee.lecture_id == Presence.lecture_id, Attendee.person_id == Presence.person_id)
    came_on_leave = and_(Presence.first_in_at.is_not(None), Attendee.excused_reason.is_not(None), Attendee.excused_reason != "")
    wanted = select(Presence.lecture_id, Presence.person_id).outerjoin(Attendee, own).where(or_(only_left, came_on_leave))
    with unit_of_work(CLERK, "system", write=False) as uow:
        found = uow.session.execute(wanted.order_by(Presence.lecture_id, Presence.person_id)).all()
    halls = [(one, [person_id for _lecture, person_id in people]) for one, people in groupby(found, key=itemgetter(0))]
    in_parts(CLERK, halls, _rederive, at_once=1)


def _rederive(uow: UnitOfWork, halls: Sequence[tuple[UUID, list[UUID]]]) -> None:
    for lecture_id, person_ids in halls:
        lock(uow, lecture_id)
        rederive(uow, lecture_id, person_ids)
