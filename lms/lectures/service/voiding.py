"""A lecture is declared void by two people: one proposes it, another one agrees, and until then it counts as ever."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.lectures import rules
from lms.lectures.models import Lecture, LectureState
from lms.lectures.service.holding import void

FIELDS = ("void_proposed_at", "void_proposed_by", "void_proposed_key", "void_proposed_reason")


class VoidAlreadyProposed(Conflict):
    code = "void-already-proposed"
    sentence = _l("已经有人提出作废这堂课，等另一位确认。")


class VoidNotProposed(Conflict):
    code = "void-not-proposed"
    sentence = _l("没有人提出作废这堂课，或者已经退回。")


class VoidSamePerson(Conflict):
    code = "void-same-person"
    sentence = _l("提出作废的人不能自己确认，请另一位培训管理员或主要负责人来确认。")


def propose_void(uow: UnitOfWork, lecture: Lecture, reason: str) -> None:
    """Somebody wants a lecture declared void; nothing changes before a second person agrees.

    Raises WrongState, VoidAlreadyProposed.
    """
    _held(uow, lecture)
    if lecture.void_proposed_at is not None:
        raise VoidAlreadyProposed
    lecture.void_proposed_at, lecture.void_proposed_reason = uow.now, reason
    lecture.void_proposed_by, lecture.void_proposed_key = uow.actor.name, uow.actor.key


def confirm_void(uow: UnitOfWork, lecture: Lecture) -> None:
    """A second person agrees. Raises WrongState, VoidNotProposed, VoidSamePerson. Says LectureVoided."""
    _held(uow, lecture)
    if lecture.void_proposed_at is None:
        raise VoidNotProposed
    if lecture.void_proposed_key == uow.actor.key:
        raise VoidSamePerson
    proposed_by = lecture.void_proposed_by
    void(uow, lecture, lecture.void_proposed_reason or "")
    lecture.voided_by = f"{proposed_by}、{uow.actor.name}"[:80]


def drop_void(uow: UnitOfWork, lecture: Lecture) -> None:
    """Whoever proposed it thinks better of it, or the second person does not agree. Raises WrongState, VoidNotProposed."""
    _held(uow, lecture)
    if lecture.void_proposed_at is None:
        raise VoidNotProposed
    for name in FIELDS:
        setattr(lecture, name, None)


def _held(uow: UnitOfWork, lecture: Lecture) -> None:
    """Of two at once the second sees what the first did."""
    uow.session.flush()
    uow.session.refresh(lecture, ["state", *FIELDS], with_for_update={"key_share": True})
    rules.check_step(lecture.state, LectureState.VOIDED)
