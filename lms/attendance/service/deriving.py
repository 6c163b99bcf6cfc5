"""Presence is derived from events by a pure rule, and rewritten whenever other events count than before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, and_, bindparam, select

from lms.attendance import rules
from lms.attendance.events import PresenceSettled
from lms.attendance.models import OUT_FOR_ALL, AttendanceEvent, Method, Presence, PresenceStatus, counts
from lms.core.db import db, new_id, put
from lms.core.uow import UnitOfWork
from lms.lectures import service as lectures
from lms.lectures.models import HELD, Attendee, Lecture, Sitting

# Built once: a hall asks the same few questions hundreds of times within seconds.
_presence = db.metadata.tables[Presence.__tablename__]
_WRITE = put(_presence, ["lecture_id", "person_id"])
_LECTURE = (
    select(
        Lecture.state, Lecture.enterprise_id, Lecture.campaign_id, Sitting.id, Sitting.planned_starts_at, Sitting.opened_at,
        Sitting.started_at, Sitting.ended_at, Sitting.closed_at,
    )
    .join(Sitting, Sitting.lecture_id == Lecture.id)
    .where(Lecture.id == bindparam("lecture_id"))
    .order_by(Sitting.planned_starts_at)
)  # fmt: skip
_EXCUSED = select(Attendee.person_id).where(
    Attendee.lecture_id == bindparam("lecture_id"), Attendee.excused_reason.is_not(None), Attendee.excused_reason != ""
)
_WANTED: BindParameter[Any] = bindparam("person_ids", expanding=True)
_EVENTS = select(
    AttendanceEvent.person_id, AttendanceEvent.sitting_id, AttendanceEvent.mark, AttendanceEvent.scanned_at,
    AttendanceEvent.method, AttendanceEvent.trust,
    and_(AttendanceEvent.method == Method.TRAINER, AttendanceEvent.reason == OUT_FOR_ALL).label("for_all"),
).where(AttendanceEvent.lecture_id == bindparam("lecture_id"), counts())  # fmt: skip
_OWN_LECTURE = _LECTURE.add_columns(
    _EXCUSED.where(Attendee.person_id == bindparam("person_id")).scalar_subquery().label("excused")
)
_OWN_EVENTS = _EVENTS.where(
    AttendanceEvent.enterprise_id == bindparam("enterprise_id"), AttendanceEvent.person_id == bindparam("person_id")
)
FEW = 50
_FEW_EXCUSED = _EXCUSED.where(Attendee.person_id.in_(_WANTED))
_FEW_EVENTS = _EVENTS.where(AttendanceEvent.person_id.in_(_WANTED)).add_columns(
    _EXCUSED.where(Attendee.person_id == AttendanceEvent.person_id).exists().label("excused")
)


def rederive(uow: UnitOfWork, lecture_id: UUID, person_ids: list[UUID]) -> None:
    """What counts of these people's events is another than before: presence follows, and after the end all that rests on it."""
    lecture = rewrite(uow, lecture_id, person_ids)
    if lecture.state in HELD:
        uow.say(PresenceSettled(lecture_id, lecture.enterprise_id, tuple(person_ids), at=uow.now))


def rewrite(uow: UnitOfWork, lecture_id: UUID, person_ids: Iterable[UUID]) -> Any:
    """Derive the presence of these people anew from all their events. Three statements for one person and for a few who all
    have come, four for more, however many; besides these of those whose leave ends.

    Everything is read now, after the lines were locked: the lecture may have closed while we waited. The leave of whoever came
    all the same ends. Returns its state, enterprise_id and campaign_id.
    """
    wanted = list(person_ids)
    asked: dict[str, Any] = {"lecture_id": lecture_id}
    if len(wanted) == 1:  # one scan reads one person, scans written together read theirs; settling reads the whole lecture
        asked["person_id"] = wanted[0]
        sittings = uow.execute(_OWN_LECTURE, asked).all()
        excused = {sittings[0].excused}
        asked["enterprise_id"] = sittings[0].enterprise_id
        found = uow.execute(_OWN_EVENTS, asked)
    else:
        sittings = uow.execute(_LECTURE, asked).all()
        few = len(wanted) <= FEW
        found = uow.execute(_FEW_EVENTS, asked | {"person_ids": wanted}).all() if few else uow.execute(_EVENTS, asked).all()
        excused = {event.person_id for event in found if event.excused} if few else set()
        unseen = list(set(wanted) - {event.person_id for event in found}) if few else []
        if not few or unseen:
            excused |= set(uow.execute(_FEW_EXCUSED if few else _EXCUSED, asked | {"person_ids": unseen}).scalars())
    lecture = sittings[0]
    events: dict[UUID, list[Any]] = defaultdict(list)
    for event in found:
        events[event.person_id].append(event)
    rows = []
    for person_id in wanted:
        sitting_id, derived = _derived(uow, sittings, events[person_id], excused=person_id in excused)
        rows.append(
            {
                "id": new_id(), "enterprise_id": lecture.enterprise_id, "lecture_id": lecture_id, "person_id": person_id,
                "sitting_id": sitting_id, "status": PresenceStatus(derived.status), "first_in_at": derived.first_in_at,
                "last_out_at": derived.last_out_at, "late_minutes": derived.late_minutes, "minutes": derived.minutes,
                "method": derived.method, "trust": derived.trust, "settled_at": uow.now,
            }
        )  # fmt: skip
    if rows:
        uow.execute(_WRITE[uow.dialect], rows)
    if came := [row["person_id"] for row in rows if row["first_in_at"] is not None and row["person_id"] in excused]:
        lectures.came_all_the_same(uow, lecture_id, came)
    uow.forget(Presence)  # what the session knows of it was written beneath it
    return lecture


def _derived(uow: UnitOfWork, sittings: list[Any], events: list[Any], *, excused: bool) -> tuple[UUID | None, rules.Derived]:
    """What follows for one person, and from which sitting: each is judged by its own marks and times, and one counts."""
    came_to = [sitting for sitting in sittings if any(event.sitting_id == sitting.id for event in events)]
    each = [
        rules.derive(
            _marks([event for event in events if event.sitting_id == sitting.id], sitting),
            _held(uow, sitting),
            closed=sitting.closed_at is not None,
            excused=excused,
            called_for=sitting.planned_starts_at,
        )
        for sitting in came_to
    ]
    if not each:
        first = next((sitting for sitting in sittings if sitting.opened_at is not None), sittings[0])
        return None, rules.derive([], _held(uow, first), closed=first.state in HELD, excused=excused)
    counts = rules.counting(each)
    return came_to[counts].id, each[counts]


def _marks(events: list[Any], sitting: Any) -> list[rules.Mark]:
    """Everybody was checked out at the end, the corrected one where it was corrected, and nobody before their own last mark."""

    def at(event: Any) -> Any:
        if not event.for_all or not sitting.ended_at:
            return event.scanned_at
        own = (one.scanned_at for one in events if not one.for_all and one.scanned_at <= event.scanned_at)
        return max([sitting.ended_at, *own])

    return [rules.Mark(event.mark, at(event), event.method, event.trust, bool(event.for_all)) for event in events]


def _held(uow: UnitOfWork, sitting: Any) -> rules.Span:
    """The sitting as it was; while it runs, from its start, or its planned start, until now."""
    start = sitting.started_at or sitting.planned_starts_at
    return rules.Span(start, max(sitting.ended_at or uow.now, start))
