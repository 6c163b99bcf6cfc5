"""A mark that was wrong is struck and stays; what is right stands under it, with a reason and a signatory (更正)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.attendance.models import AttendanceEvent, Correction, HandMark, Mark, Method, Trust, counts
from lms.attendance.service.chain import enter_chain
from lms.attendance.service.deriving import rederive
from lms.attendance.service.hands import hand_mark_of, note_hand_mark
from lms.attendance.service.leave import stands_again
from lms.attendance.service.presence import NotAtThatTime, check_begun, check_near, check_not_before, lock
from lms.core import clock
from lms.core.errors import Conflict, Invalid
from lms.core.uow import UnitOfWork
from lms.lectures.events import TimeCorrected
from lms.lectures.models import Lecture, LectureState, Sitting
from lms.ledger.service import Fact, append, witnesses

CORRECTED = "attendance.corrected"


class AlreadyCorrected(Conflict):
    code = "event-corrected"
    sentence = _l("这一条已经更正过了，请在更正后的那一条上改。")


class NothingToCorrect(Invalid):
    code = "correction-same"
    sentence = _l("时间和原来一样，没有什么可更正。")


class WaitsForSecond(Conflict):
    code = "correction-waits"
    sentence = _l("这条更正还在等第二个人确认，现在不能再改。请第二个人先确认，或者退回后再更正。")


class OwnMark(Conflict):
    code = "correction-own"
    sentence = _l("自己的签到记录不能自己作废，请另一位培训管理员更正。改时间可以，第二个人确认后算数。")


class NoSignatory(Conflict):
    code = "correction-unsigned"
    sentence = _l("更正要有签字人：请用自己的账号登录后再更正。")


def strike(
    uow: UnitOfWork,
    lecture: Lecture,
    event: AttendanceEvent,
    *,
    reason: str,
    at: datetime | None = None,
    seconded: bool = False,
) -> Correction:
    """Strike an event of this lecture, and write what is right under it.

    at: when it really happened, not in the future and not far from its sitting; None: it did not happen. Presence, completion
    and hours follow. The signatory is whoever acts, by an account of their own. Another time is a mark by hand: beyond a tenth
    of the list it waits for a second person, unless seconded: whoever acts is the second. Who did not come has not left
    either: what waits of that is struck as well, on a line of its own.

    Raises NoSignatory, OwnMark, NotHeldYet, NotAtThatTime, FarFromSitting, BeforeSitting, NothingToCorrect, AlreadyCorrected,
    WaitsForSecond.
    """
    if uow.actor.user_id is None:
        raise NoSignatory
    if at is None and not seconded and uow.actor.is_person(event.person_id):
        raise OwnMark
    check_begun(lecture)
    if at is not None and at > uow.now:
        raise NotAtThatTime
    if at is not None and not seconded:
        sitting = uow.session.get_one(Sitting, event.sitting_id)
        check_near(sitting, at)
        check_not_before(sitting, at)
        if clock.same_minute(at, event.scanned_at):
            raise NothingToCorrect
    lock(uow, lecture.id)  # the whole list, as entering by hand does
    if uow.session.scalar(select(Correction.id).where(Correction.event_id == event.id)) is not None:
        raise AlreadyCorrected
    if not seconded and _waits(uow, event):
        raise WaitsForSecond
    return _replace(uow, lecture, event, reason=reason, at=at, signed=(uow.actor.name, uow.actor.user_id), seconded=seconded)


def follow_time(uow: UnitOfWork, event: TimeCorrected) -> None:
    """The lecturer began or ended at another time than was recorded: so did the own attendance that came of it, and everybody's
    follows. Says PresenceSettled of a lecture that was held.
    """
    lecture = uow.session.get_one(Lecture, event.lecture_id)
    people, struck = lock(uow, lecture.id), select(Correction.event_id).where(Correction.lecture_id == lecture.id)
    own = select(AttendanceEvent).where(
        AttendanceEvent.sitting_id == event.sitting_id, AttendanceEvent.person_id == event.person_id,
        AttendanceEvent.mark == (Mark.IN if event.step == "start" else Mark.OUT), AttendanceEvent.scanned_at == event.was,
        AttendanceEvent.id.not_in(struck),
    )  # fmt: skip
    for mark in uow.session.scalars(own).all():
        signed = (event.signed_by, event.user_id)
        _replace(uow, lecture, mark, reason=event.reason, at=event.now, signed=signed, seconded=True)
    rederive(uow, lecture.id, people)


def _replace(
    uow: UnitOfWork, lecture: Lecture, event: AttendanceEvent, *, reason: str, at: datetime | None, signed: tuple[str, UUID],
    seconded: bool,
) -> Correction:  # fmt: skip
    """signed: the name or names under the correction, and the account of the first."""
    live = lecture.state == LectureState.OPEN
    right = None
    if at is not None:
        right = AttendanceEvent(
            enterprise_id=event.enterprise_id, lecture_id=event.lecture_id, sitting_id=event.sitting_id,
            person_id=event.person_id, mark=event.mark, scanned_at=at, recorded_at=uow.now,
            method=Method.TRAINER if live else Method.BACKFILL, trust=Trust.LEADER if live else Trust.BACKFILL,
            entered_by=signed[0], reason=reason,
        )  # fmt: skip
        uow.session.add(right)
        uow.session.flush()
        enter_chain(uow, right)
        _note_right(uow, lecture, event, right, seconded=seconded)
    correction = Correction(
        enterprise_id=event.enterprise_id, lecture_id=event.lecture_id, person_id=event.person_id, event_id=event.id,
        replaced_by_id=right.id if right else None, reason=reason, signed_by=signed[0], user_id=signed[1],
        signed_at=uow.now,
    )  # fmt: skip
    uow.session.add(correction)
    uow.session.flush()
    append(uow, correction.enterprise_id, CORRECTED, correction.id, _fact(correction))
    rederive(uow, lecture.id, [event.person_id])
    stands_again(uow, lecture, event.person_id)
    for left in _left_without_coming(uow, event) if event.mark != Mark.OUT else ():
        strike(uow, lecture, left, reason=reason, seconded=seconded)
    return correction


def _left_without_coming(uow: UnitOfWork, event: AttendanceEvent) -> Sequence[AttendanceEvent]:
    """What waits of the leaving of somebody who has nothing else in the sitting of an event that was struck."""
    own = (AttendanceEvent.sitting_id == event.sitting_id, AttendanceEvent.person_id == event.person_id)
    if uow.session.scalar(select(AttendanceEvent.id).where(*own, counts()).limit(1)) is not None:
        return ()
    struck = select(Correction.event_id).where(Correction.lecture_id == event.lecture_id)
    waiting = select(AttendanceEvent).join(HandMark, HandMark.event_id == AttendanceEvent.id)
    found = uow.session.scalars(waiting.where(*own, HandMark.pending, AttendanceEvent.id.not_in(struck))).all()
    return found if all(other.mark == Mark.OUT for other in found) else ()


def _waits(uow: UnitOfWork, event: AttendanceEvent) -> bool:
    """Whether the event is to replace another that counts until a second person has decided."""
    own = select(HandMark.id).where(HandMark.event_id == event.id, HandMark.pending)
    return uow.session.scalar(own.join(Correction, Correction.replaced_by_id == HandMark.event_id)) is not None


def _note_right(uow: UnitOfWork, lecture: Lecture, event: AttendanceEvent, right: AttendanceEvent, *, seconded: bool) -> None:
    by_hand = uow.session.scalar(select(HandMark).where(HandMark.event_id == event.id))
    if not seconded:
        # Another time is another mark: what waited for a second person waits again.
        note_hand_mark(uow, lecture, right, again=by_hand is not None and by_hand.waits)
        return
    uow.session.add(hand_mark_of(uow, right, waits=False))
    uow.session.flush()


@witnesses(CORRECTED)
def corrected(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every correction of an enterprise as the table has it."""
    for row in uow.session.scalars(select(Correction).where(Correction.enterprise_id == enterprise_id)):
        yield row.id, _fact(row)


def _fact(row: Correction) -> Fact:
    return {
        "event": row.event_id, "replaced_by": row.replaced_by_id, "reason": row.reason, "signed_by": row.user_id,
        "signed_at": row.signed_at,
    }  # fmt: skip
