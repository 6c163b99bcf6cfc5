"""What lectures hear of themselves, each step of a lecture is a fact in the chain of its enterprise; and their jobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from lms.core.jobs import sweep
from lms.core.uow import UnitOfWork, hears
from lms.lectures import service
from lms.lectures.events import (
    LectureArchived,
    LectureCancelled,
    LectureClosed,
    LectureOpened,
    LectureStarted,
    LectureVoided,
    OfALecture,
    SittingClosed,
    TimeCorrected,
)
from lms.lectures.models import Attendee, Lecture, Photo
from lms.ledger.models import ChainEntry
from lms.ledger.service import Fact, append, witnesses
from lms.registry.privacy.events import PersonErased


@hears(PersonErased)
def forget(uow: UnitOfWork, event: PersonErased) -> None:
    service.forget(uow, event)
    service.forget_lecturer(uow, event)


@hears(LectureOpened)
def opened(uow: UnitOfWork, event: LectureOpened) -> None:
    lecture = uow.session.get_one(Lecture, event.lecture_id)
    enter_opened(
        uow, event, lecture, uow.session.scalar(select(func.count(Attendee.id)).where(Attendee.lecture_id == lecture.id))
    )


def enter_opened(uow: UnitOfWork, event: LectureOpened, lecture: Lecture, expected: int | None) -> None:
    """Enter that a lecture began. expected: people on its list."""
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


@hears(SittingClosed)
def sitting_closed(uow: UnitOfWork, event: SittingClosed) -> None:
    """One of several; with the last of them the lecture is closed, and that says it all."""
    lecture = uow.session.get_one(Lecture, event.lecture_id)
    if any(sitting.closed_at is None for sitting in lecture.sittings):
        _enter(uow, "lecture.sitting_closed", event, sittings=_as_held(lecture))


@hears(TimeCorrected)
def corrected(uow: UnitOfWork, event: TimeCorrected) -> None:
    """What was entered at the end is entered anew, as it is now; until then the mark of the lecturer says it all."""
    lecture = uow.session.get_one(Lecture, event.lecture_id)
    if lecture.closed_at is not None:
        fact = {"at": lecture.closed_at, "corrected_at": event.at, "actor": uow.actor.key, "sittings": _as_held(lecture)}
        append(uow, lecture.enterprise_id, "lecture.closed", lecture.id, fact)


@hears(LectureArchived)
def archived(uow: UnitOfWork, event: LectureArchived) -> None:
    _enter(uow, "lecture.archived", event)


@hears(LectureVoided)
def voided(uow: UnitOfWork, event: LectureVoided) -> None:
    _enter(uow, "lecture.voided", event, reason=event.reason)


def _enter(uow: UnitOfWork, kind: str, event: OfALecture, **fact: object) -> None:
    append(uow, event.enterprise_id, kind, event.lecture_id, {"at": event.at, "actor": uow.actor.key, **fact})


def _as_held(lecture: Lecture) -> list[Fact]:
    """Each sitting as it really was so far."""
    return [
        {"sitting": sitting.id, "place": sitting.place, "started_at": sitting.started_at, "ended_at": sitting.ended_at}
        for sitting in lecture.sittings
    ]


@witnesses("lecture.opened", in_part=True)
def lectures_opened(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Which lecture it is that was opened, as the table has it."""
    for lecture in _entered(uow, enterprise_id, "lecture.opened"):
        yield lecture.id, {"year": lecture.year, "number": lecture.number, "title": lecture.title}


@witnesses("lecture.closed", in_part=True)
def lectures_closed(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """When lectures were closed, and from when to when they were held, as the tables have it."""
    for lecture in _entered(uow, enterprise_id, "lecture.closed"):
        yield lecture.id, {"at": lecture.closed_at, "sittings": _as_held(lecture)}


def _entered(uow: UnitOfWork, enterprise_id: UUID, kind: str) -> Iterable[Lecture]:
    """The lectures that took a step since steps are facts of the chain: earlier ones are not in it."""
    entered = select(ChainEntry.subject_id).where(ChainEntry.enterprise_id == enterprise_id, ChainEntry.kind == kind)
    return uow.session.scalars(
        select(Lecture)
        .where(Lecture.enterprise_id == enterprise_id, Lecture.id.in_(entered))
        .options(selectinload(Lecture.sittings))
    )


@sweep
def render_materials() -> None:
    """Paint the pages of materials that have no pictures yet."""
    service.render_waiting()


@sweep
def finish_uploads() -> None:
    """Look at the files that arrived completely."""
    service.finish_uploads()


@sweep
def forget_uploads() -> None:
    """Forget the uploads that nobody went on with."""
    service.forget_uploads()


@sweep
def forget_renditions() -> None:
    """Forget the pages of materials that are nowhere any more."""
    service.forget_renditions()


@sweep
def look_at_photos() -> None:
    """Look at the photos that came, and compare them with those of other lectures."""
    service.look_at_photos()


@witnesses("photo.added")
def photos_added(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every photo of an enterprise as the table has it."""
    for photo in uow.session.scalars(select(Photo).where(Photo.enterprise_id == enterprise_id)):
        yield photo.id, service.added_fact(photo)
