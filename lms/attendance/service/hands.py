"""Marks the trainer enters for somebody (代签, 补录), and the second person from a tenth of the list on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from lms.attendance.models import AttendanceEvent, HandMark, Mark, Method, Trust
from lms.attendance.rules import hands as rules
from lms.attendance.service.corrections import strike
from lms.attendance.service.presence import NotAtThatTime, NotHeldYet, lock, record, rederive
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture, LectureState
from lms.ledger.service import Fact, append, witnesses
from lms.notices.service import tell
from lms.registry.queries import head_on

CONFIRMED = "attendance.confirmed"


class NotTheSecond(Conflict):
    code = "hand-mark-same-person"
    sentence = _l("要由另一个人来确认：不能是登记的人，也不能是被登记的本人。请另一位培训管理员、主要负责人或监管责任人确认。")


class AlreadyDecided(Conflict):
    code = "hand-mark-decided"
    sentence = _l("这一条已经有人处理过了。")


def enter(uow: UnitOfWork, lecture: Lecture, attendee: Attendee, *, mark: Mark, at: datetime, reason: str) -> HandMark:
    """The trainer enters somebody without a phone. While check-in is open that is 代签, afterwards 补录.

    From a tenth of the expected people on the mark is stored and waits for a second person before it counts.
    at: when it happened, not in the future. Raises NotHeldYet, NotAtThatTime.
    """
    if lecture.state != LectureState.OPEN and not lecture.is_held:
        raise NotHeldYet
    if at > uow.now:
        raise NotAtThatTime
    lock(uow, lecture.id)  # the whole list: two trainers at once must not each be the tenth
    noted: list[HandMark] = []
    sitting = lecture.sitting_at(at)
    live = sitting.takes_check_in
    record(
        uow, sitting, attendee.person_id, mark=mark, at=at, reason=reason,
        method=Method.TRAINER if live else Method.BACKFILL, trust=Trust.LEADER if live else Trust.BACKFILL,
        beside=lambda event: noted.append(note_hand_mark(uow, lecture, event)),
    )  # fmt: skip
    return noted[0]


def confirm_hand_mark(uow: UnitOfWork, mark: HandMark) -> None:
    """A second person confirms that the mark is true: from here on it counts. Raises NotTheSecond, AlreadyDecided."""
    _check(uow, mark)
    mark.confirmed_by, mark.confirmed_at = uow.actor.name, uow.now
    append(uow, mark.enterprise_id, CONFIRMED, mark.id, _fact(mark))
    rederive(uow, uow.session.get_one(Lecture, mark.lecture_id), [mark.person_id])


def refuse_hand_mark(uow: UnitOfWork, mark: HandMark, reason: str) -> None:
    """A second person cannot confirm the mark: it is struck, with the reason. Raises NotTheSecond, AlreadyDecided."""
    _check(uow, mark)
    lecture = uow.session.get_one(Lecture, mark.lecture_id)
    strike(uow, lecture, uow.session.get_one(AttendanceEvent, mark.event_id), reason=reason)


def note_hand_mark(uow: UnitOfWork, lecture: Lecture, event: AttendanceEvent) -> HandMark:
    """Write down who entered an event for somebody, and whether it waits for a second person."""
    marks = uow.session.scalars(select(HandMark).where(HandMark.lecture_id == lecture.id)).all()
    expected = uow.session.scalar(
        select(func.count(Attendee.id)).where(Attendee.lecture_id == lecture.id, Attendee.is_extra.is_(False))
    )
    waiting = {mark.person_id for mark in marks if mark.pending}
    mark = HandMark(
        enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, person_id=event.person_id, event_id=event.id,
        waits=rules.waits(event.person_id, expected or 0, {mark.person_id for mark in marks}, waiting),
        entered_key=uow.actor.key,
    )  # fmt: skip
    uow.session.add(mark)
    uow.session.flush()
    if mark.waits and not waiting:
        _call_the_head(uow, lecture)
    return mark


def _check(uow: UnitOfWork, mark: HandMark) -> None:
    lock(uow, mark.lecture_id, mark.person_id)
    uow.session.refresh(mark)
    if not mark.pending:
        raise AlreadyDecided
    if uow.actor.key == mark.entered_key or uow.actor.person_id == mark.person_id:
        raise NotTheSecond


def _call_the_head(uow: UnitOfWork, lecture: Lecture) -> None:
    head = head_on(uow, lecture.enterprise_id, uow.today)
    if head is not None and head.person_id is not None:
        tell(
            uow, lecture.enterprise_id, [head.person_id], title=_("代签等您确认：%(title)s", title=lecture.title),
            body=_("代签超过应到人数的十分之一，要第二个人确认后才算数。请登录后确认。"),
            link=f"/lectures/{lecture.id}/hand-marks", kind="lecture.hand-marks", about_id=lecture.id,
        )  # fmt: skip


@witnesses(CONFIRMED)
def confirmed(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every mark by hand that a second person confirmed, as the table has it."""
    own = (HandMark.enterprise_id == enterprise_id, HandMark.confirmed_at.is_not(None))
    for row in uow.session.scalars(select(HandMark).where(*own)):
        yield row.id, _fact(row)


def _fact(row: HandMark) -> Fact:
    return {"event": row.event_id, "confirmed_by": row.confirmed_by, "confirmed_at": row.confirmed_at}
