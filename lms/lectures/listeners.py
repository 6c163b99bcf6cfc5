"""What lectures hear of themselves: each step of a lecture is a fact in the chain of its enterprise."""

from __future__ import annotations

from sqlalchemy import func, select

from lms.core.uow import UnitOfWork, hears
from lms.lectures.events import LectureCancelled, LectureClosed, LectureOpened, LectureStarted
from lms.lectures.models import Attendee, Lecture
from lms.ledger.service import Fact, append

Step = LectureOpened | LectureStarted | LectureClosed | LectureCancelled


@hears(LectureOpened)
def opened(uow: UnitOfWork, event: LectureOpened) -> None:
    lecture = uow.session.get_one(Lecture, event.lecture_id)
    expected = uow.session.scalar(select(func.count(Attendee.id)).where(Attendee.lecture_id == lecture.id))
    _enter(
        uow, "lecture.opened", event, year=lecture.year, number=lecture.number, title=lecture.title,
        lecturer=lecture.lecturer_id, lecturer_is_head=lecture.lecturer_is_head, expected=expected,
    )  # fmt: skip


@hears(LectureStarted)
def started(uow: UnitOfWork, event: LectureStarted) -> None:
    _enter(uow, "lecture.started", event, sittings=_as_held(uow.session.get_one(Lecture, event.lecture_id)))


@hears(LectureClosed)
def closed(uow: UnitOfWork, event: LectureClosed) -> None:
    _enter(uow, "lecture.closed", event, sittings=_as_held(uow.session.get_one(Lecture, event.lecture_id)))


@hears(LectureCancelled)
def cancelled(uow: UnitOfWork, event: LectureCancelled) -> None:
    _enter(uow, "lecture.cancelled", event, reason=uow.session.get_one(Lecture, event.lecture_id).cancelled_reason)


def _enter(uow: UnitOfWork, kind: str, event: Step, **fact: object) -> None:
    append(uow, event.enterprise_id, kind, event.lecture_id, {"at": event.at, "by": uow.actor.name, **fact})


def _as_held(lecture: Lecture) -> list[Fact]:
    """Each sitting as it really was so far."""
    return [
        {"sitting": sitting.id, "place": sitting.place, "started_at": sitting.started_at, "ended_at": sitting.ended_at}
        for sitting in lecture.sittings
    ]
