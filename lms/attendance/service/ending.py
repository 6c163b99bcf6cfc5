"""A sitting is over: who was in it has left early, or is checked out with all the others (统一签退)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from lms.attendance.models import OUT_FOR_ALL, AttendanceEvent, Correction, HandMark, Mark, Method, Trust, counts
from lms.attendance.service.chain import enter_chain
from lms.attendance.service.hands import hand_mark_of
from lms.attendance.service.presence import lock, recount
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture, Sitting


def end_sitting(uow: UnitOfWork, lecture: Lecture, sitting_id: UUID) -> None:
    """A sitting is over: who was in it has left early, or not.

    Where the trainer checks out whoever is still in (统一签退), that comes first, at the real end. Of somebody whose coming
    waits for a second person, the leaving waits too.
    """
    lock(uow, lecture.id)
    sitting = uow.session.get_one(Sitting, sitting_id)
    if sitting.rest_out_by is not None:
        _check_out_rest(uow, sitting, sitting.rest_out_by)
    recount(uow, lecture)


def check_out_late(uow: UnitOfWork, sitting_id: UUID, person_ids: Collection[UUID]) -> set[UUID]:
    """Whose coming becomes known after everybody was checked out is checked out like them, by whoever did that then. Returns
    whom that concerns: their presence is to be derived anew. Whose checking out was struck meanwhile stays as it was corrected.

    Their lines are held by now. The sitting is read anew: it may have ended while whoever asks waited for these.
    """
    if not person_ids:
        return set()
    sitting = uow.session.get_one(Sitting, sitting_id, populate_existing=True)
    if sitting.rest_out_by is None:
        return set()
    for_all = (AttendanceEvent.method == Method.TRAINER, AttendanceEvent.reason == OUT_FOR_ALL)
    before = select(AttendanceEvent.person_id).where(AttendanceEvent.sitting_id == sitting.id, *for_all)
    late = set(person_ids) - set(uow.session.scalars(before.where(AttendanceEvent.person_id.in_(person_ids))))
    _check_out_rest(uow, sitting, sitting.rest_out_by, late)
    return late


def _check_out_rest(uow: UnitOfWork, sitting: Sitting, by: str, person_ids: Collection[UUID] | None = None) -> None:
    """by: who says so. person_ids: of these people; None: of everybody."""
    for event, by_hand in still_in(uow, sitting, person_ids):
        _check_out(uow, sitting, event, by, by_hand)


def still_in(
    uow: UnitOfWork, sitting: Sitting, person_ids: Collection[UUID] | None = None
) -> list[tuple[AttendanceEvent, HandMark | None]]:
    """The last mark of whoever is in: it is no "out", and was made in this sitting; beside it the mark by hand that waits.

    person_ids: of these people; None: of everybody.
    """
    struck = select(Correction.event_id).where(Correction.lecture_id == sitting.lecture_id)
    own = select(AttendanceEvent).where(AttendanceEvent.lecture_id == sitting.lecture_id)
    if person_ids is not None:
        own = own.where(AttendanceEvent.person_id.in_(person_ids))
    in_order = own.order_by(AttendanceEvent.scanned_at, AttendanceEvent.mark, AttendanceEvent.id)
    last = {event.person_id: event for event in uow.session.scalars(in_order.where(counts()))}
    waiting = in_order.join(HandMark, HandMark.event_id == AttendanceEvent.id).add_columns(HandMark)
    rest = {
        event.person_id: (event, by_hand)
        for event, by_hand in uow.session.execute(waiting.where(HandMark.pending, AttendanceEvent.id.not_in(struck)))
        if event.person_id not in last or last[event.person_id].scanned_at <= event.scanned_at
    }
    known = {person_id: event for person_id, event in last.items() if _is_in(event, sitting)}
    waits = [(event, by_hand) for person_id, (event, by_hand) in rest.items() if person_id not in known]
    return [*((event, None) for event in known.values()), *(one for one in waits if _is_in(one[0], sitting))]


def _is_in(event: AttendanceEvent, sitting: Sitting) -> bool:
    return event.mark != Mark.OUT and event.sitting_id == sitting.id


def _check_out(uow: UnitOfWork, sitting: Sitting, event: AttendanceEvent, by: str, waiting: HandMark | None) -> None:
    """waiting: the mark by hand by which they came, where that waits: who may confirm it may confirm that they stayed."""
    out = AttendanceEvent(
        enterprise_id=sitting.enterprise_id, lecture_id=sitting.lecture_id, sitting_id=sitting.id, person_id=event.person_id,
        mark=Mark.OUT, recorded_at=uow.now, scanned_at=max(sitting.ended_at or uow.now, event.scanned_at),
        method=Method.TRAINER, trust=Trust.LEADER, entered_by=by, reason=OUT_FOR_ALL,
    )  # fmt: skip
    uow.session.add(out)
    uow.session.flush()
    enter_chain(uow, out)
    if waiting is not None:
        by_hand = hand_mark_of(uow, out, waits=True)
        by_hand.entered_key = waiting.entered_key
        uow.session.add(by_hand)
        uow.session.flush()
