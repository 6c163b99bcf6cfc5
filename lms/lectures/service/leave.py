"""Who is on leave from a lecture (请假), and who says so: it takes somebody out of the rates, so it is signed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from lms.core.db import new_id
from lms.core.errors import Conflict
from lms.core.given import MOST_CHARACTERS
from lms.core.uow import UnitOfWork
from lms.lectures.models import HELD, Attendee, LeaveLine, Lecture
from lms.ledger.proposals import Proposal
from lms.ledger.rules import PRODUCT
from lms.ledger.service import Fact, append, named, witnesses
from lms.registry.privacy.events import PersonErased

GIVEN, TAKEN_BACK, REFUSED = "leave.given", "leave.taken-back", "leave.refused"
# Stored with the record, so in the source language.
CAME, ON_LEAVE = "本人到场签到，请假取消", "请假"
NOT_AGREED = "{by}登记的“{leave}”没有算：{why}"


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


def excuse(uow: UnitOfWork, lecture: Lecture, attendee: Attendee, reason: str, *, alone: int) -> bool:
    """Write down that somebody is on leave. Returns whether they are from now on: once a lecture has ended, of oneself, and of
    more than `alone` people since check-in opened, a second person has to agree first.

    Raises LeaveAlreadyProposed.
    """
    if lecture.state in HELD or uow.actor.is_person(attendee.person_id) or _since_it_opened(uow, lecture) >= alone:
        TWO.propose(uow, attendee, reason)
        return False
    _write(uow, attendee, reason, uow.actor.name)
    return True


def agree_to_leave(uow: UnitOfWork, attendee: Attendee) -> None:
    """A second person says that somebody was on leave. Raises LeaveNotProposed, LeaveSamePerson."""
    if uow.actor.is_person(attendee.person_id):
        raise LeaveSamePerson
    both, reason = TWO.agree(uow, attendee)
    TWO.clear(attendee)
    _write(uow, attendee, reason, both)


def drop_leave(uow: UnitOfWork, attendee: Attendee, reason: str) -> None:
    """The second person does not agree, or whoever wrote it down thinks better of it: what was wanted stays on record, with why
    it came to nothing. Raises LeaveNotProposed.
    """
    wanted = NOT_AGREED.format(by=attendee.leave_proposed_by, leave=attendee.leave_proposed_reason, why=reason)
    TWO.clear(attendee)
    _note(uow, attendee, wanted[:MOST_CHARACTERS], uow.actor.name, given=False, refused=True)


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


def stands_again(uow: UnitOfWork, attendee: Attendee) -> None:
    """The check-in that ended somebody's leave was none of theirs: the leave of before is on record anew, in the name of whoever
    gave it. Nothing happens where it was not a check-in that ended it.
    """
    own = (LeaveLine.lecture_id == attendee.lecture_id, LeaveLine.person_id == attendee.person_id)
    newest = list(uow.session.scalars(select(LeaveLine).where(*own).order_by(LeaveLine.id.desc()).limit(2)))
    if len(newest) == 2 and not newest[0].given and newest[0].reason == CAME and newest[1].reason is not None:
        _write(uow, attendee, newest[1].reason, newest[1].signed_by)


def forget(uow: UnitOfWork, event: PersonErased) -> None:
    """Why somebody was on leave goes with them; that they were stays."""
    lines = update(LeaveLine).where(LeaveLine.person_id == event.person_id, LeaveLine.reason.is_not(None)).values(reason=None)
    listed = update(Attendee).where(Attendee.person_id == event.person_id)
    on_leave = listed.where(Attendee.excused_reason.is_not(None)).values(excused_reason=ON_LEAVE)
    for statement in (lines, on_leave, listed.values(dict.fromkeys(TWO.columns))):
        uow.session.execute(statement, execution_options={"synchronize_session": False})


def _since_it_opened(uow: UnitOfWork, lecture: Lecture) -> int:
    """How many were put on leave while somebody could check in."""
    opened = [one.opened_at for one in lecture.sittings if one.opened_at is not None]
    if not opened:
        return 0
    since = (LeaveLine.lecture_id == lecture.id, LeaveLine.given, LeaveLine.signed_at >= min(opened))
    return uow.session.scalar(select(func.count(LeaveLine.person_id.distinct())).where(*since)) or 0


def _write(uow: UnitOfWork, attendee: Attendee, reason: str, signed_by: str) -> None:
    attendee.excused_reason, attendee.excused_on = reason, uow.today
    _note(uow, attendee, reason, signed_by, given=True)


def _end(uow: UnitOfWork, attendee: Attendee, reason: str, signed_by: str) -> None:
    attendee.excused_reason = attendee.excused_on = None
    _note(uow, attendee, reason, signed_by, given=False)


def _note(uow: UnitOfWork, attendee: Attendee, reason: str, signed_by: str, *, given: bool, refused: bool = False) -> None:
    line = LeaveLine(
        id=new_id(), enterprise_id=attendee.enterprise_id, lecture_id=attendee.lecture_id, person_id=attendee.person_id,
        given=given, refused=refused, reason=reason, signed_by=signed_by, signed_at=uow.now,
    )  # fmt: skip
    line.reason_sha256 = _digest(line)
    uow.session.add(line)
    uow.session.flush()
    append(uow, line.enterprise_id, GIVEN if given else REFUSED if refused else TAKEN_BACK, line.id, _fact(line))


@witnesses(GIVEN)
def given(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every leave that was written down, as the table has it."""
    return _lines(uow, enterprise_id, given=True)


@witnesses(TAKEN_BACK)
def taken_back(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every leave that was taken back, as the table has it."""
    return _lines(uow, enterprise_id, given=False)


@witnesses(REFUSED)
def refused(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every leave that was asked for and came to nothing, as the table has it."""
    return _lines(uow, enterprise_id, given=False, refused=True)


def _lines(uow: UnitOfWork, enterprise_id: UUID, *, given: bool, refused: bool = False) -> Iterator[tuple[UUID, Fact]]:
    own = (LeaveLine.given == given, LeaveLine.refused == refused)
    wanted = select(LeaveLine).where(LeaveLine.enterprise_id == enterprise_id, *own)
    for line in uow.session.scalars(wanted):
        yield line.id, _fact(line)


def _fact(line: LeaveLine) -> Fact:
    return {
        "lecture": line.lecture_id, "person": line.person_id, "reason_sha256": _digest(line),
        "signed_by": named(line.signed_by), "signed_at": line.signed_at,
    }  # fmt: skip


def _digest(line: LeaveLine) -> str:
    """Of the reason as it stands; of one that was emptied what it was."""
    return line.reason_sha256 if line.reason is None else hashlib.sha256(f"{line.id}:{line.reason}".encode()).hexdigest()
