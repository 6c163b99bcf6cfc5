"""Marks the trainer enters for somebody (人工登记), and the second person from a tenth of the list on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from lms.attendance.models import AttendanceEvent, Correction, HandMark, Mark, Method, Trust
from lms.attendance.rules import hands as rules
from lms.attendance.service.presence import NotAtThatTime, check_begun, check_near, check_not_before, check_opened, lock, record
from lms.campaigns.words import SOURCE
from lms.core.errors import Invalid
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture, Sitting
from lms.notices.service import tell
from lms.registry.queries import head_on


class HourNeeded(Invalid):
    code = "entry-hour"
    sentence = _l("这一场的签到已经结束，请填写当时的时间。")


def enter(
    uow: UnitOfWork,
    lecture: Lecture,
    attendee: Attendee,
    *,
    mark: Mark,
    at: datetime | None,
    reason: str,
    sitting: Sitting | None = None,
) -> HandMark:
    """The trainer enters somebody without a phone. While check-in is open it is trusted as 代签, afterwards as 补录.

    Of a lecture a tenth of the expected people, one at least, may be entered by hand so, by whichever trainers; each further
    mark is stored and waits for a second person before it counts.
    at: when it happened, not in the future and not far from the sitting; None: now, while its check-in is open. sitting: of
    the lecture; None: the one nearest to then. Raises NotHeldYet, NotAtThatTime, WrongSitting, HourNeeded, FarFromSitting,
    BeforeSitting.
    """
    check_begun(lecture)
    if at is not None and at > uow.now:
        raise NotAtThatTime
    lock(uow, lecture.id)  # the whole list: two trainers at once must not each be the tenth
    noted: list[HandMark] = []
    sitting = sitting or lecture.sitting_at(at or uow.now)
    check_opened(sitting)
    live = sitting.takes_check_in
    if at is not None:
        check_near(sitting, at)
        check_not_before(sitting, at)
    elif not live:
        raise HourNeeded
    record(
        uow, sitting, attendee.person_id, mark=mark, at=at or uow.now, reason=reason,
        method=Method.TRAINER if live else Method.BACKFILL, trust=Trust.LEADER if live else Trust.BACKFILL,
        beside=lambda event: noted.append(note_hand_mark(uow, lecture, event)),
    )  # fmt: skip
    return noted[0]


def note_hand_mark(uow: UnitOfWork, lecture: Lecture, event: AttendanceEvent, *, again: bool = False) -> HandMark:
    """Write down who entered an event for somebody, and whether it waits for a second person.

    again: it does, for what it replaces did.
    """
    return note_hand_marks(uow, lecture, [event], again=again)[0]


def note_hand_marks(
    uow: UnitOfWork, lecture: Lecture, events: Sequence[AttendanceEvent], *, again: bool = False
) -> list[HandMark]:
    """The same of many events at once, in two queries: from a tenth of the list on they wait, whichever way they came, and
    those of whoever enters them always do.
    """
    of_lecture = select(HandMark, Correction.id).outerjoin(Correction, Correction.event_id == HandMark.event_id)
    found = uow.session.execute(of_lecture.where(HandMark.lecture_id == lecture.id)).all()
    there = [mark for mark, _struck in found]
    expected = uow.session.scalar(
        select(func.count(Attendee.id)).where(Attendee.lecture_id == lecture.id, Attendee.is_extra.is_(False))
    )
    entered, waiting = {mark.person_id for mark in there}, {mark.person_id for mark in there if mark.pending}
    head_knows = any(mark.pending and struck is None for mark, struck in found)
    noted = []
    for event in events:
        own = uow.actor.is_person(event.person_id)
        waits = again or rules.waits(event.person_id, expected or 0, entered, waiting, own=own)
        noted.append(hand_mark_of(uow, event, waits=waits))
        entered.add(event.person_id)
        if waits:
            waiting.add(event.person_id)
    uow.session.add_all(noted)
    uow.session.flush()
    if any(mark.waits for mark in noted) and not head_knows:
        call_the_head(
            uow, lecture, _l("人工登记等您确认：%(title)s", title=lecture.title),
            _l("超过应到人数十分之一的人工登记，和登记人自己的记录，要第二个人确认后才算数。点开看是谁、登记了什么。"),
        )  # fmt: skip
    return noted


def hand_mark_of(uow: UnitOfWork, event: AttendanceEvent, *, waits: bool) -> HandMark:
    """That the actor entered this event; not yet in the session."""
    return HandMark(
        enterprise_id=event.enterprise_id, lecture_id=event.lecture_id, person_id=event.person_id, event_id=event.id,
        waits=waits, entered_key=uow.actor.key,
    )  # fmt: skip


@force_locale(SOURCE)
def call_the_head(uow: UnitOfWork, lecture: Lecture, title: Any, body: Any) -> None:
    """Tell the head that something entered by hand waits for a second person. title, body: lazy, kept in the source language."""
    head = head_on(uow, lecture.enterprise_id, uow.today)
    if head is not None and head.person_id is not None:
        tell(
            uow, lecture.enterprise_id, [head.person_id], title=str(title), body=str(body),
            link=f"/lectures/{lecture.id}/hand-marks", kind="lecture.hand-marks", about_id=lecture.id,
        )  # fmt: skip
