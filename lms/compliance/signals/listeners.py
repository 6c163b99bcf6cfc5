"""When signals are looked for: after a lecture was closed, and whenever something of it changes later."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from lms.access.actor import Actor
from lms.attendance.events import PresenceSettled
from lms.compliance.signals import service
from lms.compliance.signals.models import SignalCheck
from lms.core.jobs import sweep
from lms.core.uow import UnitOfWork, hears, unit_of_work
from lms.credentials.events import CompletionsDecided
from lms.lectures.events import EvidenceChanged, LectureClosed, LectureVoided, OfALecture
from lms.lectures.models import Lecture, Photo

CLERK = Actor.system("compliance.signals")
SETTLED = timedelta(seconds=30)  # a hall hands in within minutes: once for all of them
LATELY = timedelta(days=1)
AT_ONCE = 50
log = logging.getLogger(__name__)


@hears(LectureClosed, LectureVoided, PresenceSettled, CompletionsDecided, EvidenceChanged)
def lecture_changed(uow: UnitOfWork, event: OfALecture) -> None:
    lecture = uow.session.get_one(Lecture, event.lecture_id)
    if lecture.closed_at:
        service.mark_due(uow, lecture)


@sweep
def check_signals() -> None:
    """Those that are due, and those of whose photos one was looked at since; each in its own transaction.

    One that cannot be looked at waits behind the others and is tried again.
    """
    with unit_of_work(CLERK, "system", write=False) as uow:
        due = _due(uow)
    for lecture_id, due_since in due.items():
        try:
            with unit_of_work(CLERK, "system") as uow:
                service.check(uow, lecture_id)
        except Exception:  # the lectures of everybody else are not kept by it
            log.exception("signals_not_looked_for", extra={"lecture": str(lecture_id)})
            with unit_of_work(CLERK, "system") as uow:
                service.put_off(uow, lecture_id, due_since)


def _due(uow: UnitOfWork) -> dict[UUID, datetime | None]:
    """Lectures, with since when they are due; None where a photo was looked at. What failed waits, whatever was looked at."""
    check = select(SignalCheck.lecture_id, SignalCheck.due_since)
    changed = check.where(SignalCheck.due_since <= uow.now - SETTLED).order_by(SignalCheck.due_since)
    seen = check.join(Photo, Photo.lecture_id == SignalCheck.lecture_id).where(
        SignalCheck.due_since.is_(None), Photo.looked_at > uow.now - LATELY, SignalCheck.checked_at < Photo.looked_at
    )
    return {row.lecture_id: row.due_since for wanted in (changed, seen) for row in uow.session.execute(wanted.limit(AT_ONCE))}
