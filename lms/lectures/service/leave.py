"""Who is on leave from a lecture (请假), and who says so: it takes somebody out of the rates, so it is signed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.access.proposals import Proposal
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.lectures.models import HELD, Attendee, LeaveLine, Lecture
from lms.ledger.rules import PRODUCT
from lms.ledger.service import Fact, append, named, witnesses

GIVEN, TAKEN_BACK = "leave.given", "leave.taken-back"
CAME = "本人到场签到，请假取消"  # stored with the record, so in the source language


class LeaveAlreadyProposed(Conflict):
    code = "leave-already-proposed"
    sentence = _l("已经有人登记了这个人请假，等第二个人确认。")


class LeaveNotProposed(Conflict):
    code = "leave-not-proposed"
    sentence = _l("没有等您确认的请假，或者已经有人处理过了。")


class LeaveSamePerson(Conflict):
    code = "leave-same-person"
    sentence = _l("要由另一个人来确认：不能是登记的人，也不能是请假的本人。请另一位培训管理员、主要负责人或监管责任人确认。")


class NotOnLeave(Conflict):
    code = "not-on-leave"
    sentence = _l("这个人没有登记请假。")


TWO = Proposal("leave_", LeaveAlreadyProposed, LeaveNotProposed, LeaveSamePerson)


def excuse(uow: UnitOfWork, lecture: Lecture, attendee: Attendee, reason: str) -> bool:
    """Write down that somebody is on leave. Returns whether they are from now on: once a lecture has ended, and of oneself, a
    second person has to agree first.

    Raises LeaveAlreadyProposed.
    """
    if lecture.state in HELD or uow.actor.is_person(attendee.person_id):
        TWO.propose(uow, attendee, reason)
        return False
    _write(uow, attendee, reason, uow.actor.name)
    return True


def agree_to_leave(uow: UnitOfWork, attendee: Attendee) -> None:
    """A second person says that somebody was on leave. Raises LeaveNotProposed, LeaveSamePerson."""
    if uow.actor.is_person(attendee.person_id):
        raise LeaveSamePerson
    both, reason = TWO.agree(uow, attendee)
    TWO.drop(attendee)
    _write(uow, attendee, reason, both)


def drop_leave(attendee: Attendee) -> None:
    """The second person does not agree, or whoever wrote it down thinks better of it. Raises LeaveNotProposed."""
    TWO.drop(attendee)


def take_back_leave(uow: UnitOfWork, attendee: Attendee, reason: str) -> None:
    """Somebody was not on leave after all. Raises NotOnLeave."""
    if attendee.excused_reason is None:
        raise NotOnLeave
    _end(uow, attendee, reason, uow.actor.name)


def came_all_the_same(uow: UnitOfWork, lecture_id: UUID, person_ids: Collection[UUID]) -> None:
    """Whoever was on leave and came is on leave no more: they are expected, and take the quiz, as all who came."""
    own = (Attendee.lecture_id == lecture_id, Attendee.person_id.in_(person_ids), Attendee.excused_reason.is_not(None))
    for attendee in uow.session.scalars(select(Attendee).where(*own).execution_options(populate_existing=True)):
        _end(uow, attendee, CAME, PRODUCT)


def _write(uow: UnitOfWork, attendee: Attendee, reason: str, signed_by: str) -> None:
    attendee.excused_reason, attendee.excused_on = reason, uow.today
    _note(uow, attendee, reason, signed_by, given=True)


def _end(uow: UnitOfWork, attendee: Attendee, reason: str, signed_by: str) -> None:
    attendee.excused_reason = attendee.excused_on = None
    _note(uow, attendee, reason, signed_by, given=False)


def _note(uow: UnitOfWork, attendee: Attendee, reason: str, signed_by: str, *, given: bool) -> None:
    line = LeaveLine(
        enterprise_id=attendee.enterprise_id, lecture_id=attendee.lecture_id, person_id=attendee.person_id, given=given,
        reason=reason, signed_by=signed_by, signed_at=uow.now,
    )  # fmt: skip
    uow.session.add(line)
    uow.session.flush()
    append(uow, line.enterprise_id, GIVEN if given else TAKEN_BACK, line.id, _fact(line))


@witnesses(GIVEN)
def given(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every leave that was written down, as the table has it."""
    return _lines(uow, enterprise_id, given=True)


@witnesses(TAKEN_BACK)
def taken_back(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every leave that was taken back, as the table has it."""
    return _lines(uow, enterprise_id, given=False)


def _lines(uow: UnitOfWork, enterprise_id: UUID, *, given: bool) -> Iterator[tuple[UUID, Fact]]:
    wanted = select(LeaveLine).where(LeaveLine.enterprise_id == enterprise_id, LeaveLine.given == given)
    for line in uow.session.scalars(wanted):
        yield line.id, _fact(line)


def _fact(line: LeaveLine) -> Fact:
    return {
        "lecture": line.lecture_id, "person": line.person_id, "reason": line.reason, "signed_by": named(line.signed_by),
        "signed_at": line.signed_at,
    }  # fmt: skip
