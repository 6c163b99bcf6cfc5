"""Asking some of those in the room, in the middle of a lecture, to say that they are there (在场复核)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from lms.attendance import queries
from lms.attendance.models import AttendanceEvent, Mark, Method, Recheck, RecheckAsk, Trust, counts
from lms.attendance.rules import rechecks as rules
from lms.attendance.service.presence import lock, record
from lms.campaigns.words import SOURCE
from lms.core import clock
from lms.core.chance import new_seed
from lms.core.errors import Conflict, Problem
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture, Sitting
from lms.lectures.queries import proof_of
from lms.lectures.rules import IN_THE_ROOM
from lms.ledger.rules import PRODUCT
from lms.notices.service import note_read, tell


class NobodyInTheRoom(Conflict):
    code = "recheck-nobody"
    sentence = _l("现在没有用自己的手机签到、还没签退的人，没有人可以问。")


class OneAtATime(Conflict):
    code = "recheck-running"
    sentence = _l("上一次在场复核还没有结束，或者随机的一次还没到时间。")


class NotHeldNow(Conflict):
    code = "recheck-not-held"
    sentence = _l("讲课中才能做在场复核：先点“开始签到”和“开讲”。")


class RecheckOver(Problem):
    status = 410
    code = "recheck-over"
    sentence = _l("这次在场复核已经结束，没有记下。没关系：没点上只会提示培训管理员看一下，不扣时长。")


class AnsweredLater(Conflict):
    code = "recheck-answered-later"
    sentence = _l("%(time)s 还有人回应了在场复核，说明课还在讲：结束时间不能早于这个时间。")


def ask_now(uow: UnitOfWork, sitting: Sitting, percent: int) -> Recheck:
    """Ask at once. percent: of those in the room. Raises NotHeldNow, OneAtATime, NobodyInTheRoom."""
    _hold(uow, sitting)
    if not _held_now(sitting):
        raise NotHeldNow
    if queries.open_recheck(uow, sitting.id) is not None:
        raise OneAtATime
    recheck = _new(uow, sitting, percent)
    if not _open(uow, recheck):
        raise NobodyInTheRoom
    return recheck


def ask_by_chance(uow: UnitOfWork, sitting: Sitting, percent: int) -> Recheck:
    """Ask once at a random moment of what is left of the sitting, known to nobody. Raises NotHeldNow, OneAtATime."""
    _hold(uow, sitting)
    if not _held_now(sitting):
        raise NotHeldNow
    if _waits(uow, sitting.id) or queries.open_recheck(uow, sitting.id) is not None:
        raise OneAtATime
    return _wait(_new(uow, sitting, percent), uow.now, sitting)


def ask_by_rule(uow: UnitOfWork, sitting: Sitting) -> None:
    """A sitting has begun whose plan asks by itself: once, at a random moment of its planned length from the real start.

    When a better witness gives another start, what still waits is put to the same part of the length from there.
    """
    if not sitting.lecture.recheck or not _held_now(sitting):
        return
    recheck = uow.session.scalar(select(Recheck).where(Recheck.sitting_id == sitting.id, Recheck.by_rule).limit(1))
    if recheck is None:
        recheck = _new(uow, sitting, rules.SAMPLE)
        recheck.by_rule, recheck.asked_by = True, PRODUCT
    if recheck.opens_at is None:
        _wait(recheck, sitting.started_at or uow.now, sitting)


def open_due(uow: UnitOfWork) -> int:
    """Open the re-checks whose moment has come, each once no other runs in its sitting; returns how many.

    One is dropped whose lecturer has ended meanwhile, or that has nobody to ask; of a plan's it stays that it asked nobody.
    """
    opened = 0
    waiting = select(Recheck).where(Recheck.due_at <= uow.now, Recheck.opens_at.is_(None)).with_for_update(skip_locked=True)
    for recheck in uow.session.scalars(waiting).all():
        own = select(Sitting).where(Sitting.id == recheck.sitting_id).execution_options(populate_existing=True)
        # Whoever holds it asks, or ends it, at this moment: then the next minute.
        sitting = uow.session.scalar(own.with_for_update(key_share=True, skip_locked=True))
        if sitting is None or queries.open_recheck(uow, sitting.id) is not None:
            continue
        held = _held_now(sitting)
        if held and _open(uow, recheck):
            opened += 1
        elif held and recheck.by_rule:
            recheck.opens_at = recheck.until = uow.now
        else:
            uow.session.delete(recheck)
    return opened


def drop_waiting(uow: UnitOfWork, sitting_id: UUID) -> None:
    """A sitting is over: what waited for its moment there asks nobody any more."""
    uow.session.execute(delete(Recheck).where(Recheck.sitting_id == sitting_id, Recheck.opens_at.is_(None)))


def answer(uow: UnitOfWork, recheck: Recheck, person_id: UUID) -> AttendanceEvent:
    """ "我在": one event, however often it is tapped. Raises RecheckOver."""
    sitting = uow.session.get_one(Sitting, recheck.sitting_id)
    if recheck.opens_at is None or recheck.until is None:
        raise RecheckOver
    lock(uow, recheck.lecture_id, person_id)
    there = uow.session.scalar(
        select(AttendanceEvent)
        .where(
            AttendanceEvent.lecture_id == recheck.lecture_id,
            AttendanceEvent.person_id == person_id,
            AttendanceEvent.mark == Mark.RECHECK,
            AttendanceEvent.scanned_at.between(recheck.opens_at, recheck.until),
        )
        .limit(1)
    )
    if there is not None:
        return there
    if uow.now > recheck.until:
        raise RecheckOver
    note_read(uow, person_id, f"/rechecks/{recheck.id}")
    return record(uow, sitting, person_id, mark=Mark.RECHECK, at=uow.now, method=Method.TAP, trust=Trust.LIVE)


def _new(uow: UnitOfWork, sitting: Sitting, percent: int) -> Recheck:
    recheck = Recheck(
        enterprise_id=sitting.enterprise_id, lecture_id=sitting.lecture_id, sitting_id=sitting.id, percent=percent,
        asked_by=uow.actor.name, seed=new_seed(),
    )  # fmt: skip
    uow.session.add(recheck)
    uow.session.flush()
    return recheck


def _wait(recheck: Recheck, starts_at: datetime, sitting: Sitting) -> Recheck:
    """Let it wait for its moment between starts_at and the end, as long after the real start as it was planned."""
    ends_at = (sitting.started_at or starts_at) + (sitting.planned_ends_at - sitting.planned_starts_at)
    recheck.due_at = rules.moment(starts_at, ends_at, _seed(recheck))
    return recheck


def _waits(uow: UnitOfWork, sitting_id: UUID) -> bool:
    waiting = select(Recheck.id).where(Recheck.sitting_id == sitting_id, Recheck.opens_at.is_(None))
    return uow.session.scalar(waiting.limit(1)) is not None


def _seed(recheck: Recheck) -> str:
    """One that has waited since before it was kept gets it now."""
    recheck.seed = recheck.seed or new_seed()
    return recheck.seed


@force_locale(SOURCE)
def _open(uow: UnitOfWork, recheck: Recheck) -> bool:
    """Draw who is asked and tell them; False when nobody is in the room who could be."""
    lecture = uow.session.get_one(Lecture, recheck.lecture_id)
    people = rules.drawn(queries.room_of(uow, lecture, recheck.sitting_id).askable, recheck.percent, _seed(recheck))
    if not people:
        return False
    recheck.opens_at, recheck.until = uow.now, uow.now + rules.WINDOW
    uow.session.add_all(
        RecheckAsk(enterprise_id=recheck.enterprise_id, recheck_id=recheck.id, person_id=person_id) for person_id in people
    )
    minutes = rules.WINDOW // timedelta(minutes=1)
    tell(
        uow, recheck.enterprise_id, people, title=_("请点一下：我在"),
        body=_("正在做在场复核，%(n)s 分钟内点“我在”。没点上不扣时长，只提示培训管理员看一下。", n=minutes),
        link=f"/rechecks/{recheck.id}", kind="lecture.recheck", urgent=True, about_id=recheck.lecture_id,
    )  # fmt: skip
    uow.session.flush()
    return True


def check_end(uow: UnitOfWork, sitting: Sitting) -> None:
    """Who answered was asked because the sitting went on: the trainer cannot end it before that. Raises AnsweredLater.

    What the lecturer or an officer confirmed in the room stands: an answer may be on its way when they end, within WINDOW.
    """
    if sitting.ended_at is None or proof_of(uow, sitting.id).end_witness in IN_THE_ROOM:
        return
    last = uow.session.scalar(
        select(func.max(AttendanceEvent.scanned_at)).where(
            AttendanceEvent.sitting_id == sitting.id, AttendanceEvent.mark == Mark.RECHECK, counts()
        )
    )
    if last is not None and last > sitting.ended_at:
        raise AnsweredLater(time=clock.hour(last))


def _hold(uow: UnitOfWork, sitting: Sitting) -> None:
    """Of two who ask at once the second sees what the first did; whoever checks in meanwhile does not wait."""
    uow.session.flush()
    uow.session.refresh(sitting, ["opened_at", "started_at", "ended_at", "closed_at"], with_for_update={"key_share": True})


def _held_now(sitting: Sitting) -> bool:
    return sitting.takes_check_in and sitting.started_at is not None and sitting.ended_at is None
