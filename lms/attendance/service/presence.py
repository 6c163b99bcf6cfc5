"""Attendance events are appended; presence is rewritten from them in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.exc import IntegrityError

from lms.attendance import queries, rules
from lms.attendance.events import PresenceSettled
from lms.attendance.models import (
    AttendanceEvent,
    Mark,
    Method,
    Presence,
    PresenceStatus,
    Scan,
    Trust,
    counts,
)
from lms.attendance.rules.claims import Claim
from lms.attendance.service.chain import enter_chain
from lms.core.db import new_id
from lms.core.errors import Conflict, Invalid
from lms.core.uow import UnitOfWork
from lms.lectures import service as lectures
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting


class NotHeldYet(Conflict):
    code = "lecture-not-open"
    sentence = _l("签到还没有开放，或者这堂课已取消，现在不能代签。")


class NotAtThatTime(Invalid):
    code = "entry-time"
    sentence = _l("这个时间还没有到，不能提前登记。")


def record(
    uow: UnitOfWork,
    sitting: Sitting | queries.Hall,
    person_id: UUID,
    *,
    mark: Mark,
    at: datetime,
    method: Method,
    trust: Trust,
    claim: Claim | Scan | None = None,
    reason: str | None = None,
    beside: Callable[[AttendanceEvent], object] | None = None,
    entered_by: str | None = None,
    **sent: Any,
) -> AttendanceEvent:
    """Append one mark of a person and rewrite what follows from it. beside: writes what else there is to say of it.

    entered_by: when it is not whoever acts. sent: what only a station knows, by the names of the columns, sent_id among them.

    A claim that arrives twice, even at the same moment, gives one event: the database holds claim_id unique and the later
    one gets the event of the earlier.
    """
    event = AttendanceEvent(
        enterprise_id=sitting.enterprise_id, lecture_id=sitting.lecture_id, sitting_id=sitting.id, person_id=person_id,
        mark=mark, scanned_at=at, recorded_at=uow.now, method=method, trust=trust, reason=reason,
        entered_by=None if claim else entered_by if sent else uow.actor.name,
        claim_id=claim.id if claim else None, device_id=claim.device_id if claim else None,
        screen=claim.screen if claim else None, step=claim.step if claim else None, **sent,
    )  # fmt: skip
    lock(uow, sitting.lecture_id, person_id)
    try:
        with uow.session.begin_nested():
            uow.session.add(event)
    except IntegrityError:
        there = queries.event_of_claim(uow, claim.id) if claim else None
        if there is None:
            raise
        return there
    enter_chain(uow, event)
    if beside is not None:
        beside(event)
    lecture = uow.session.get_one(Lecture, sitting.lecture_id, populate_existing=True)  # it may have closed while we waited
    rederive(uow, lecture, [person_id])
    return event


def record_all(
    uow: UnitOfWork,
    sitting: Sitting,
    marks: Iterable[tuple[UUID, Mark, datetime, str]],
    method: Method,
    trust: Trust,
    beside: Callable[[list[AttendanceEvent]], object],
) -> None:
    """Append many marks of one sitting that the actor enters, and rewrite once what follows from them.

    marks: person, mark, when, and the reason to be written down. beside: writes what else there is to say of them.

    A hall of 300 at once must not hold SQLite's one write lock for seconds, during which no phone gets in: the same number
    of statements, however many marks.
    """
    events = [
        AttendanceEvent(
            id=new_id(), enterprise_id=sitting.enterprise_id, lecture_id=sitting.lecture_id, sitting_id=sitting.id,
            person_id=person_id, mark=mark, scanned_at=at, recorded_at=uow.now, method=method, trust=trust, reason=reason,
            entered_by=uow.actor.name,
        )
        for person_id, mark, at, reason in marks
    ]  # fmt: skip
    if not events:
        return
    lock(uow, sitting.lecture_id)
    uow.session.add_all(events)
    uow.session.flush()
    for event in events:
        enter_chain(uow, event)
    beside(events)
    lecture = uow.session.get_one(Lecture, sitting.lecture_id, populate_existing=True)  # it may have closed while we waited
    rederive(uow, lecture, list(dict.fromkeys(event.person_id for event in events)))


def excuse(uow: UnitOfWork, lecture: Lecture, attendee: Attendee, reason: str) -> None:
    """Write down a leave (请假) and what follows from it. Raises NotHeldYet for a lecture that was called off."""
    if lecture.state in (LectureState.CANCELLED, LectureState.VOIDED):
        raise NotHeldYet
    lectures.excuse(uow, attendee, reason)
    uow.session.flush()
    rederive(uow, lecture, [attendee.person_id])


def settle(uow: UnitOfWork, lecture: Lecture) -> None:
    """Settle everybody expected at a lecture that was just closed. Says PresenceSettled."""
    people = lock(uow, lecture.id)
    rewrite(uow, lecture, people)
    _tell(uow, lecture, people)


def end_sitting(uow: UnitOfWork, lecture: Lecture, sitting_id: UUID, *, check_out_rest: bool) -> None:
    """A sitting is over: who was in it has left early, or not.

    check_out_rest: first check out whoever is still in, at the real end, as entered by the trainer (代签).
    """
    lock(uow, lecture.id)
    if check_out_rest:
        _check_out_rest(uow, lecture, sitting_id)
    recount(uow, lecture)


def recount(uow: UnitOfWork, lecture: Lecture) -> None:
    """Derive anew the presence of all who have come so far: the real start is known now, and who is late goes by it."""
    lock(uow, lecture.id)
    rewrite(uow, lecture, uow.session.scalars(select(Presence.person_id).where(Presence.lecture_id == lecture.id)).all())


def rewrite(uow: UnitOfWork, lecture: Lecture, person_ids: Iterable[UUID]) -> None:
    """Derive the presence of these people anew from all their events. Four queries, however many people."""
    wanted = list(person_ids)
    uow.session.flush()

    def theirs(model: type[Attendee] | type[Presence] | type[AttendanceEvent]) -> ColumnElement[bool]:
        """One scan reads one person; settling reads the whole lecture."""
        of_lecture = model.lecture_id == lecture.id
        return and_(of_lecture, model.person_id == wanted[0]) if len(wanted) == 1 else of_lecture

    excuses = uow.session.execute(select(Attendee.person_id, Attendee.excused_reason).where(theirs(Attendee)))
    excused = {person_id: bool(reason) for person_id, reason in excuses}
    there = {row.person_id: row for row in uow.session.scalars(select(Presence).where(theirs(Presence)))}
    events: dict[UUID, list[AttendanceEvent]] = defaultdict(list)
    for event in uow.session.scalars(select(AttendanceEvent).where(theirs(AttendanceEvent), counts())):
        events[event.person_id].append(event)
    for person_id in wanted:
        sitting, derived = _presence(uow, lecture, events[person_id], excused=excused.get(person_id, False))
        row = there.get(person_id) or Presence(enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, person_id=person_id)
        row.sitting_id = sitting.id if sitting else None
        row.status = PresenceStatus(derived.status)
        row.first_in_at, row.last_out_at = derived.first_in_at, derived.last_out_at
        row.late_minutes, row.minutes = derived.late_minutes, derived.minutes
        row.method = Method(derived.method) if derived.method else None
        row.trust = Trust(derived.trust) if derived.trust else None
        row.settled_at = uow.now
        uow.session.add(row)
    uow.session.flush()


def rederive(uow: UnitOfWork, lecture: Lecture, person_ids: list[UUID]) -> None:
    """What counts of these people's events is another than before: presence follows, and after the end all that rests on it."""
    rewrite(uow, lecture, person_ids)
    if lecture.is_held:
        _tell(uow, lecture, person_ids)


def lock(uow: UnitOfWork, lecture_id: UUID, person_id: UUID | None = None) -> list[UUID]:
    """Hold the list of a lecture, or one line of it, until the end of the transaction; returns the people on it.

    Two marks of one person at the same moment must not each be derived without the other. SQLite has one writer anyway.
    """
    held = select(Attendee.person_id).where(Attendee.lecture_id == lecture_id).order_by(Attendee.id).with_for_update()
    return list(uow.session.scalars(held if person_id is None else held.where(Attendee.person_id == person_id)))


def _check_out_rest(uow: UnitOfWork, lecture: Lecture, sitting_id: UUID) -> None:
    """A person is still in when their last mark is no "out", and in this sitting when that was made there."""
    last: dict[UUID, AttendanceEvent] = {}
    for event in uow.session.scalars(
        select(AttendanceEvent)
        .where(AttendanceEvent.lecture_id == lecture.id, counts())
        .order_by(AttendanceEvent.scanned_at, AttendanceEvent.mark, AttendanceEvent.id)
    ):
        last[event.person_id] = event
    sittings = {sitting.id: sitting for sitting in lecture.sittings}
    for event in last.values():
        if event.mark != Mark.OUT and event.sitting_id == sitting_id:
            out = AttendanceEvent(
                enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, sitting_id=event.sitting_id,
                person_id=event.person_id, mark=Mark.OUT, recorded_at=uow.now,
                scanned_at=max(sittings[event.sitting_id].ended_at or uow.now, event.scanned_at),
                method=Method.TRAINER, trust=Trust.LEADER, entered_by=uow.actor.name, reason="散会时统一签退",
            )  # fmt: skip
            uow.session.add(out)
            uow.session.flush()
            enter_chain(uow, out)


def _presence(
    uow: UnitOfWork, lecture: Lecture, events: list[AttendanceEvent], *, excused: bool
) -> tuple[Sitting | None, rules.Derived]:
    """What follows for one person, and from which sitting: each is judged by its own marks and times, and one counts."""
    came_to = [sitting for sitting in lecture.sittings if any(event.sitting_id == sitting.id for event in events)]
    each = [
        rules.derive(
            [
                rules.Mark(event.mark, event.scanned_at, event.method, event.trust)
                for event in events
                if event.sitting_id == sitting.id
            ],
            _held(uow, sitting),
            closed=sitting.closed_at is not None,
            excused=excused,
            called_for=sitting.planned_starts_at,
        )
        for sitting in came_to
    ]
    if not each:
        return None, rules.derive([], _held(uow, lecture.sitting), closed=lecture.is_held, excused=excused)
    counts = rules.counting(each)
    return came_to[counts], each[counts]


def _held(uow: UnitOfWork, sitting: Sitting) -> rules.Span:
    """The sitting as it was; while it runs, from its start, or its planned start, until now."""
    start = sitting.started_at or sitting.planned_starts_at
    return rules.Span(start, max(sitting.ended_at or uow.now, start))


def _tell(uow: UnitOfWork, lecture: Lecture, people: list[UUID]) -> None:
    uow.say(PresenceSettled(lecture.id, lecture.enterprise_id, lecture.campaign_id, tuple(people), at=uow.now))
