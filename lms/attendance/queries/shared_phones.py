"""Phones that several people checked in on, in a lecture: for the board, and for whoever sits in."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select

from lms.attendance.models import AttendanceEvent, counts
from lms.attendance.queries.flags import explained, resolutions_of
from lms.attendance.rules.flags import OWN_PHONE, Flag, same_device
from lms.core.uow import UnitOfWork


class Doubted(NamedTuple):
    """People whose phone somebody else checked in on as well: those nobody has looked at yet, and those somebody has."""

    open: int
    explained: int


# Built once: a screen asks every second.
def _phones_of_several() -> Select[str | None, UUID, datetime]:
    device, person, first = AttendanceEvent.device_id, AttendanceEvent.person_id, func.min(AttendanceEvent.recorded_at)
    of_lecture = (AttendanceEvent.lecture_id == bindparam("lecture_id"), device.is_not(None))
    # First the few phones with several people, whatever their marks: what counts is asked of those alone.
    several = select(device).where(*of_lecture).group_by(device).having(func.count(func.distinct(person)) > 1)
    own = (*of_lecture, device.in_(several), AttendanceEvent.method.in_(OWN_PHONE), counts())
    return select(device, person, first).where(*own).group_by(device, person)


_PHONES_OF_SEVERAL = _phones_of_several()


def shared_phones(uow: UnitOfWork, lecture_id: UUID) -> list[Flag]:
    """Those whose check-in came from a phone that also checked in somebody else, as rules.flags finds them."""
    rows = uow.execute(_PHONES_OF_SEVERAL, {"lecture_id": lecture_id})
    return same_device({(device_id or "", person_id): at for device_id, person_id, at in rows})


def doubted_phones(uow: UnitOfWork, lecture_id: UUID) -> Doubted:
    """How many checked in on a phone that somebody else used as well."""
    flags = shared_phones(uow, lecture_id)
    looked = resolutions_of(uow, lecture_id) if flags else []
    done = sum(explained(flag, looked) is not None for flag in flags)
    return Doubted(len(flags) - done, done)
