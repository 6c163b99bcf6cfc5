"""What attendance hears, and what it does once a minute."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lms.access.actor import Actor
from lms.attendance import paper, queries, service
from lms.attendance.models import SheetPhoto
from lms.core.jobs import sweep
from lms.core.uow import UnitOfWork, answers, hears, unit_of_work
from lms.core.viewing.papers import read_waiting
from lms.lectures.events import (
    CameAsked,
    DisputesAsked,
    HeardAsked,
    InsideAsked,
    LastSeenAsked,
    LectureClosed,
    LecturerSeen,
    LectureStarted,
    ListenersAsked,
    PreparedAsked,
    SittingClosed,
    TimeCorrected,
)
from lms.lectures.models import Lecture, Sitting
from lms.registry.privacy.events import PersonErased
from lms.registry.queries import names_of


@hears(LecturerSeen)
def lecturer_is_present(uow: UnitOfWork, event: LecturerSeen) -> None:
    if event.seen:
        service.mark_lecturer(uow, event)


@hears(PersonErased)
def forget(uow: UnitOfWork, event: PersonErased) -> None:
    service.forget(uow, event)


@hears(LectureStarted)
def begin_sitting(uow: UnitOfWork, event: LectureStarted) -> None:
    service.recount(uow, uow.session.get_one(Lecture, event.lecture_id))
    service.ask_by_rule(uow, uow.session.get_one(Sitting, event.sitting_id))


@hears(SittingClosed)
def end_sitting(uow: UnitOfWork, event: SittingClosed) -> None:
    lecture = uow.session.get_one(Lecture, event.lecture_id)
    service.check_end(uow, uow.session.get_one(Sitting, event.sitting_id))
    service.drop_waiting(uow, event.sitting_id)
    service.end_sitting(uow, lecture, event.sitting_id)


@hears(TimeCorrected)
def correct_times(uow: UnitOfWork, event: TimeCorrected) -> None:
    service.follow_time(uow, event)


@answers(InsideAsked)
def tell_who_is_in(uow: UnitOfWork, question: InsideAsked) -> list[str]:
    sitting = uow.session.get_one(Sitting, question.sitting_id)
    return list(names_of(uow, [event.person_id for event, _waits in service.still_in(uow, sitting)]).values())


@answers(LastSeenAsked)
def tell_last_seen(uow: UnitOfWork, question: LastSeenAsked) -> datetime | None:
    return queries.last_seen(uow, question.sitting_id)


@hears(LectureClosed)
def settle_presence(uow: UnitOfWork, event: LectureClosed) -> None:
    service.settle(uow, uow.session.get_one(Lecture, event.lecture_id))


@answers(CameAsked)
def tell_who_came(uow: UnitOfWork, question: CameAsked) -> set[UUID]:
    return queries.came(uow, question.lecture_id)


@answers(HeardAsked)
def tell_heard(uow: UnitOfWork, question: HeardAsked) -> set[UUID]:
    return queries.heard(uow, question.person_id, question.lecture_ids)


@answers(ListenersAsked)
def tell_listeners(uow: UnitOfWork, question: ListenersAsked) -> set[UUID]:
    return queries.listeners(uow, question.lecture_id)


@answers(PreparedAsked)
def tell_prepared(uow: UnitOfWork, question: PreparedAsked) -> bool:
    return queries.is_prepared(uow, question.sitting_id)


@answers(DisputesAsked)
def tell_disputes(uow: UnitOfWork, _question: DisputesAsked) -> tuple[int, int]:
    waiting = queries.waiting_disputes(uow)
    return len(waiting), sum(one.late for one in waiting)


@sweep
def read_sheet_photos(photo_id: str | None = None) -> None:
    """Read the photos of sign-in sheets that wait, or one of them."""
    clerk = Actor.system("attendance.sheets")
    read_waiting(SheetPhoto, clerk, paper.read_photo, service.note_reading, UUID(photo_id) if photo_id else None)


@sweep
def open_rechecks() -> None:
    """Open the re-checks whose random moment has come."""
    with unit_of_work(Actor.system("attendance.rechecks"), "system") as uow:
        service.open_due(uow)
