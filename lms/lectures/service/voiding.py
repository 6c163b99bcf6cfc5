"""A lecture is declared void by two people: one proposes it, another one agrees, and until then it counts as ever."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.lectures import rules
from lms.lectures.models import Lecture, LectureState
from lms.lectures.service.holding import void
from lms.ledger.proposals import Proposal


class VoidAlreadyProposed(Conflict):
    code = "void-already-proposed"
    sentence = _l("已经有人提出作废这堂课，等另一位确认。")


class VoidNotProposed(Conflict):
    code = "void-not-proposed"
    sentence = _l("没有人提出作废这堂课，或者已经退回。")


class VoidSamePerson(Conflict):
    code = "void-same-person"
    sentence = _l("提出作废的人不能自己确认，请另一位培训管理员或主要负责人来确认。")


TWO = Proposal("void_", VoidAlreadyProposed, VoidNotProposed, VoidSamePerson, "lecture.void-dropped")


def propose_void(uow: UnitOfWork, lecture: Lecture, reason: str) -> None:
    """Somebody wants a lecture declared void; nothing changes before a second person agrees.

    Raises WrongState, VoidAlreadyProposed.
    """
    _held(uow, lecture)
    TWO.propose(uow, lecture, reason)


def confirm_void(uow: UnitOfWork, lecture: Lecture) -> None:
    """A second person agrees. Raises WrongState, VoidNotProposed, VoidSamePerson. Says LectureVoided."""
    _held(uow, lecture)
    both, reason = TWO.agree(uow, lecture)
    void(uow, lecture, reason)
    lecture.voided_by = both


def drop_void(uow: UnitOfWork, lecture: Lecture) -> None:
    """Whoever proposed it thinks better of it, or the second person does not agree: it counts, and that it was proposed stays
    on record. Raises WrongState, VoidNotProposed.
    """
    _held(uow, lecture)
    TWO.drop(uow, lecture, of=lecture.id, lecture_id=lecture.id, about={})


def _held(uow: UnitOfWork, lecture: Lecture) -> None:
    """Of two at once the second sees what the first did."""
    uow.session.flush()
    uow.session.refresh(lecture, ["state", *TWO.columns], with_for_update={"key_share": True})
    rules.check_step(lecture.state, LectureState.VOIDED)
