"""The second person: what goes beyond a tenth of the list counts once somebody else says that it is true (第二人确认)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from lms.access.service import hands_of
from lms.attendance.models import AttendanceEvent, Correction, HandMark
from lms.attendance.service.corrections import strike
from lms.attendance.service.deriving import rederive
from lms.attendance.service.presence import lock
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.ledger.service import Fact, append, named, witnesses

CONFIRMED = "attendance.confirmed"


class NotTheSecond(Conflict):
    code = "hand-mark-same-person"
    sentence = _l("要由另一个人来确认：不能是登记的人，也不能是被登记的本人。请另一位培训管理员、主要负责人或监管责任人确认。")


class AlreadyDecided(Conflict):
    code = "hand-mark-decided"
    sentence = _l("这一条已经有人处理过了。")


def confirm_hand_mark(uow: UnitOfWork, mark: HandMark) -> None:
    """A second person confirms that the mark is true: from here on it counts. Raises NotTheSecond, AlreadyDecided."""
    _check(uow, mark)
    _confirm(uow, [mark])


def confirm_hand_marks(uow: UnitOfWork, lecture: Lecture, mark_ids: Collection[UUID]) -> int:
    """The same of those of these marks of a lecture that this person may be the second for; returns of how many.

    mark_ids: which the person has read; what was entered since waits on.
    """
    lock(uow, lecture.id)
    struck = select(Correction.event_id).where(Correction.lecture_id == lecture.id)
    waiting = select(HandMark).where(HandMark.lecture_id == lecture.id, HandMark.pending)
    marks = uow.session.scalars(waiting.where(HandMark.event_id.not_in(struck)).execution_options(populate_existing=True))
    hands = hands_of(uow)
    own = [mark for mark in marks if mark.id in mark_ids and mark.may_be_decided_by(hands)]
    _confirm(uow, own)
    return len(own)


def _confirm(uow: UnitOfWork, marks: Collection[HandMark]) -> None:
    for mark in marks:
        mark.confirmed_by, mark.confirmed_at = uow.actor.name, uow.now
        append(uow, mark.enterprise_id, CONFIRMED, mark.id, _fact(mark))
    if marks:
        rederive(uow, next(iter(marks)).lecture_id, list(dict.fromkeys(mark.person_id for mark in marks)))


def refuse_hand_mark(uow: UnitOfWork, mark: HandMark, reason: str) -> None:
    """A second person cannot confirm the mark: it is struck, with the reason. Raises NotTheSecond, AlreadyDecided.

    Was it to correct a mark that counted, that time stands again, by the word of the second person.
    """
    _check(uow, mark)
    lecture, event = uow.session.get_one(Lecture, mark.lecture_id), uow.session.get_one(AttendanceEvent, mark.event_id)
    before = _before(uow, event)
    strike(uow, lecture, event, reason=reason, at=before.scanned_at if before else None, seconded=True)


def _before(uow: UnitOfWork, event: AttendanceEvent) -> AttendanceEvent | None:
    """The mark that counted and that this one was to replace: what it said stands again."""
    return uow.session.scalar(
        select(AttendanceEvent)
        .join(Correction, Correction.event_id == AttendanceEvent.id)
        .outerjoin(HandMark, HandMark.event_id == AttendanceEvent.id)
        .where(
            Correction.replaced_by_id == event.id,
            or_(HandMark.id.is_(None), ~HandMark.pending),
        )
    )


def _check(uow: UnitOfWork, mark: HandMark) -> None:
    lock(uow, mark.lecture_id)
    uow.session.refresh(mark)
    struck = select(Correction.id).where(Correction.event_id == mark.event_id)
    if not mark.pending or uow.session.scalar(struck) is not None:
        raise AlreadyDecided
    if not mark.may_be_decided_by(hands_of(uow)):
        raise NotTheSecond


@witnesses(CONFIRMED)
def confirmed(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every mark by hand that a second person confirmed, as the table has it."""
    own = (HandMark.enterprise_id == enterprise_id, HandMark.confirmed_at.is_not(None))
    for row in uow.session.scalars(select(HandMark).where(*own)):
        yield row.id, _fact(row)


def _fact(row: HandMark) -> Fact:
    return {"event": row.event_id, "confirmed_by": named(row.confirmed_by), "confirmed_at": row.confirmed_at}
