"""Attendance events are appended; presence is rewritten from them in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, select

from lms.attendance import queries
from lms.attendance.models import AttendanceEvent, Mark, Method, Presence, Scan, Trust
from lms.attendance.rules.claims import Claim
from lms.attendance.service.chain import enter_chain
from lms.attendance.service.deriving import rederive, rewrite
from lms.core import clock
from lms.core.db import db, new_id, put
from lms.core.errors import Conflict, Invalid
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting
from lms.lectures.rules import SITTING_WORDS, WrongSitting, sitting_state


class NotHeldYet(Conflict):
    code = "lecture-not-open"
    sentence = _l("签到还没有开放，或者这堂课已取消，现在不能登记。")


class NotAtThatTime(Invalid):
    code = "entry-time"
    sentence = _l("这个时间还没有到，不能提前登记。")


class FarFromSitting(Invalid):
    code = "entry-far"
    sentence = _l("%(at)s 离这一场（%(begins)s 开始）有 %(hours)s 小时以上，请看看是不是打错了。")


class BeforeSitting(Invalid):
    code = "entry-early"
    sentence = _l("%(at)s 比这一场（%(begins)s 起）早了半个小时以上，那时还不能签到，请看看是不是打错了。")


class NotOnList(Conflict):
    code = "not-on-list"
    sentence = _l("您不在这堂课的应到名单上，还没有记录签到。")


class SentAlready(Conflict):
    code = "mark-sent-already"
    sentence = _l("这一条刚才已经收到了。")


EARLY = timedelta(minutes=30)  # before its check-in opens nobody is written down as there
FAR = timedelta(hours=3)  # before a sitting or after it nobody comes or goes for its sake
_table = db.metadata.tables[AttendanceEvent.__tablename__]
_APPEND = put(_table)
EMPTY: dict[str, Any] = dict.fromkeys(_table.columns.keys())
_line = db.metadata.tables[Attendee.__tablename__]
_LIST = select(_line.c.person_id).where(_line.c.lecture_id == bindparam("lecture_id")).order_by(_line.c.id).with_for_update()
_LINE = _LIST.where(_line.c.person_id == bindparam("person_id"))


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
    listed: bool = False,
    **sent: Any,
) -> AttendanceEvent:
    """Append one mark of a person and rewrite what follows from it. beside: writes what else there is to say of it.

    entered_by: when it is not whoever acts. listed: only of somebody on the list, else raises NotOnList. sent: what only a
    station knows, by the names of the columns, sent_id among them.

    A claim that arrives twice, even at the same moment, gives one event: the database holds claim_id unique and the later
    one gets the event of the earlier. What a station sends twice raises SentAlready.
    """
    values = EMPTY | sent | {
        "id": new_id(), "enterprise_id": sitting.enterprise_id, "lecture_id": sitting.lecture_id, "sitting_id": sitting.id,
        "person_id": person_id, "mark": mark, "scanned_at": at, "recorded_at": uow.now, "method": method, "trust": trust,
        "reason": reason, "entered_by": entered_by if claim or sent else uow.actor.name,
    }  # fmt: skip
    if claim:
        values |= {"claim_id": claim.id, "device_id": claim.device_id, "screen": claim.screen, "step": claim.step}
    if not lock(uow, sitting.lecture_id, person_id) and listed:
        raise NotOnList
    if not uow.execute(_APPEND[uow.dialect], values).rowcount:
        there = queries.event_of_claim(uow, claim.id) if claim else None
        if there is None:
            raise SentAlready
        return there
    event = AttendanceEvent(**values)
    enter_chain(uow, event)
    if beside is not None:
        beside(event)
    rederive(uow, sitting.lecture_id, [person_id])
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
    of statements, however many marks. Raises WrongSitting.
    """
    check_opened(sitting)
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
    rederive(uow, sitting.lecture_id, list(dict.fromkeys(event.person_id for event in events)))


def check_opened(sitting: Sitting) -> None:
    """Nobody can have come to what was not held. Raises WrongSitting of a sitting whose check-in was never opened."""
    if sitting.opened_at is None:
        raise WrongSitting(state=SITTING_WORDS[sitting_state(sitting.lecture.state, sitting)])


def check_begun(lecture: Lecture) -> None:
    """Nobody is written down by hand before check-in was opened, nor of a lecture that was called off. Raises NotHeldYet."""
    if lecture.state != LectureState.OPEN and not lecture.is_held:
        raise NotHeldYet


def check_near(sitting: Sitting, at: datetime, refused: type[FarFromSitting] = FarFromSitting) -> None:
    """Whether a time can be one of coming to this sitting or leaving it. Raises `refused` unless it can."""
    if sitting.distance(at) > FAR:
        begins = sitting.started_at or sitting.planned_starts_at
        raise refused(at=clock.near(at), begins=clock.near(begins), hours=FAR // timedelta(hours=1))


def check_not_before(sitting: Sitting, at: datetime) -> None:
    """Whether a time typed by hand can be one of this sitting and not of the hour before. Raises BeforeSitting."""
    begins = min(filter(None, (sitting.opened_at, sitting.started_at, sitting.planned_starts_at)))
    if begins - at > EARLY:
        raise BeforeSitting(at=clock.hour(at), begins=clock.hour(begins))


def settle(uow: UnitOfWork, lecture: Lecture) -> None:
    """Settle everybody expected at a lecture that was just closed. Says PresenceSettled."""
    rederive(uow, lecture.id, lock(uow, lecture.id))


def recount(uow: UnitOfWork, lecture: Lecture) -> None:
    """Derive anew the presence of all who have come so far: the real start is known now, and who is late goes by it."""
    lock(uow, lecture.id)
    rewrite(uow, lecture.id, uow.session.scalars(select(Presence.person_id).where(Presence.lecture_id == lecture.id)).all())


def lock(uow: UnitOfWork, lecture_id: UUID, person_id: UUID | None = None) -> list[UUID]:
    """Hold the list of a lecture, or one line of it, until the end of the transaction; returns the people on it.

    Two marks of one person at the same moment must not each be derived without the other. SQLite has one writer anyway.
    """
    if person_id is None:
        return list(uow.execute(_LIST, {"lecture_id": lecture_id}).scalars())
    return list(uow.execute(_LINE, {"lecture_id": lecture_id, "person_id": person_id}).scalars())
