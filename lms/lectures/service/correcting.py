"""When a lecturer really began or ended, where what was recorded is wrong: one person proposes it, another one agrees (更正)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.access.service import hands_of
from lms.campaigns.words import SOURCE
from lms.core import clock
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.lectures import queries, rules
from lms.lectures.events import LastSeenAsked, TimeCorrected
from lms.lectures.models import LecturerMark, LecturerStep, LectureState, Sitting, Witness
from lms.lectures.service.lecturer import TIME, append_mark
from lms.lectures.service.steps import hold
from lms.ledger.proposals import Proposal
from lms.notices.service import tell
from lms.registry.queries import head_on


class TimeAlreadyProposed(Conflict):
    code = "lecturer-time-already-proposed"
    sentence = _l("这一场已经有一条时间更正在等第二个人确认，先确认或者退回那一条。")


class TimeNotProposed(Conflict):
    code = "lecturer-time-not-proposed"
    sentence = _l("没有等您确认的时间更正，或者已经有人处理过了。")


class TimeSamePerson(Conflict):
    code = "lecturer-time-same-person"
    sentence = _l("要由另一个人来确认：讲课人本人、主要负责人，或者当天旁听、确认过讲课人的监管人员。")


class TimeUnsigned(Conflict):
    code = "lecturer-time-unsigned"
    sentence = _l("更正要有签字人：请用自己的账号登录后再更正。")


TWO = Proposal("time_", TimeAlreadyProposed, TimeNotProposed, TimeSamePerson, "lecture.time-dropped")
CORRECTABLE = (LectureState.OPEN, LectureState.CLOSED, LectureState.ARCHIVED)


def propose_time(uow: UnitOfWork, sitting: Sitting, step: LecturerStep, at: datetime, reason: str) -> None:
    """Somebody says that the lecturer began or ended at another time; nothing changes before a second person agrees.

    at: aware, see rules.check_time. Raises WrongState, TimeUnsigned, TimeAlreadyProposed and what rules.check_time raises.
    """
    _hold(uow, sitting)
    if uow.actor.user_id is None:
        raise TimeUnsigned
    found = _check(uow, sitting, step, at)
    TWO.propose(uow, sitting, reason)
    sitting.time_step, sitting.time_to = step.value, at
    uow.session.flush()
    if found.person_id is not None:
        _call(uow, sitting, found.person_id)


def confirm_time(uow: UnitOfWork, sitting: Sitting) -> LecturerMark:
    """The second person agrees: what was recorded stays readable, and the corrected time counts.

    It is the lecturer, the head, or the officer who sat in. Raises WrongState, TimeNotProposed, TimeSamePerson and what
    rules.check_time raises, for more may have been recorded meanwhile. Says TimeCorrected.
    """
    _hold(uow, sitting)
    user_id = UUID((sitting.time_proposed_key or "").rpartition(":")[2]) if sitting.time_proposed_key else None
    both, reason = TWO.agree(uow, sitting)
    if not queries.may_second_time(uow, sitting):
        raise TimeSamePerson
    assert sitting.time_step is not None and sitting.time_to is not None and user_id is not None
    step, at, lecture = LecturerStep(sitting.time_step), sitting.time_to, sitting.lecture
    found = _check(uow, sitting, step, at)
    was = found.started_at if step is LecturerStep.START else found.ended_at
    assert was is not None and found.person_id is not None
    TWO.clear(sitting)
    sitting.time_step = sitting.time_to = None
    mark = append_mark(uow, sitting, found.person_id, step, Witness.CORRECTED, at=at, told_by=both, reason=reason)
    uow.say(
        TimeCorrected(
            lecture.id, lecture.enterprise_id, sitting.id, found.person_id, step.value, was, at, reason, both, user_id, at=uow.now
        )
    )
    return mark


def drop_time(uow: UnitOfWork, sitting: Sitting) -> None:
    """Whoever proposed it thinks better of it, or the second person does not agree: all stays as it was recorded, and that it was
    proposed as well.

    Raises WrongState, TimeNotProposed, TimeSamePerson for anybody else.
    """
    _hold(uow, sitting)
    if sitting.time_proposed_key not in hands_of(uow) and not queries.may_second_time(uow, sitting):
        raise TimeSamePerson if sitting.time_proposed_key else TimeNotProposed
    wanted = {"sitting": sitting.id, "step": sitting.time_step, "moved_to": sitting.time_to}
    TWO.drop(uow, sitting, of=sitting.lecture_id, lecture_id=sitting.lecture_id, about=wanted)
    sitting.time_step = sitting.time_to = None


def _hold(uow: UnitOfWork, sitting: Sitting) -> None:
    hold(uow, sitting.lecture)
    if sitting.lecture.state not in CORRECTABLE:
        raise rules.WrongState(state=rules.STATE_WORDS[sitting.lecture.state])


def _check(uow: UnitOfWork, sitting: Sitting, step: LecturerStep, at: datetime) -> rules.Proof:
    found = queries.proof_of(uow, sitting.id, until=uow.now)
    rules.check_time(found, step.value, at, sitting, uow.ask(LastSeenAsked(sitting.id)), uow.now)
    return found


@force_locale(SOURCE)
def _call(uow: UnitOfWork, sitting: Sitting, speaker_id: UUID) -> None:
    """Tell whoever spoke; where they proposed it themselves, the head, who may agree as well."""
    called: UUID | None = speaker_id
    if f"person:{speaker_id}" in hands_of(uow):
        head = head_on(uow, sitting.enterprise_id, uow.today)
        called = head.person_id if head and head.person_id != speaker_id else None
    lecture, at = sitting.lecture, sitting.time_to or uow.now
    what = _("开讲") if sitting.time_step == LecturerStep.START else _("讲完")
    body = _("%(who)s提出把%(what)s时间更正为 %(at)s，原因：%(why)s。请登录后在这堂课的页面上确认或者退回。",
             who=sitting.time_proposed_by, what=what, at=clock.near(at), why=sitting.time_proposed_reason)  # fmt: skip
    tell(
        uow, lecture.enterprise_id, [called] if called else [],
        title=_("讲课时间更正等您确认：%(title)s", title=lecture.title), body=body,
        link=f"/lectures/{lecture.id}", kind=TIME, about_id=lecture.id,
    )  # fmt: skip
