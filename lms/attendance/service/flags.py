"""A flag is found anew each time from the facts; that somebody looked at it is a line of its own."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.attendance import queries
from lms.attendance.models import FlagResolution
from lms.attendance.rules import flags as rules
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.ledger.service import append

RESOLVED = "attendance.flag-resolved"


class NoSuchFlag(Conflict):
    code = "flag-gone"
    sentence = _l("这条提示已经不在了，不用再核实。请刷新页面。")


def resolve(uow: UnitOfWork, lecture: Lecture, kind: str, subject: str) -> FlagResolution:
    """Write down who found a flag explained, and when. Doing it again changes nothing. Raises NoSuchFlag."""
    there = uow.session.scalar(
        select(FlagResolution).where(
            FlagResolution.lecture_id == lecture.id, FlagResolution.kind == kind, FlagResolution.subject == subject
        )
    )
    if there is not None:
        return there
    flag = next((flag for flag in queries.flags(uow, lecture) if (flag.kind, flag.subject) == (kind, subject)), None)
    if flag is None:
        raise NoSuchFlag
    resolution = FlagResolution(
        enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, kind=kind, subject=subject, person_id=flag.person_id,
        resolved_by=uow.actor.name, resolved_at=uow.now,
    )  # fmt: skip
    uow.session.add(resolution)
    uow.session.flush()
    fact = {"lecture": lecture.id, "kind": kind, "subject": subject, "actor": uow.actor.key}
    append(uow, lecture.enterprise_id, RESOLVED, resolution.id, fact | {"resolved_at": uow.now})
    return resolution


def resolve_missed(uow: UnitOfWork, lecture: Lecture, department: str | None) -> int:
    """The same of all missed re-checks of a lecture, or of one department: each is a line of its own. Returns how many."""
    missed = [flag for flag in queries.flags_page(uow, lecture).open if flag.kind == rules.MISSED_RECHECK]
    wanted = [flag for flag in missed if department in (None, flag.department)]
    for flag in wanted:
        resolve(uow, lecture, flag.kind, flag.subject)
    return len(wanted)
