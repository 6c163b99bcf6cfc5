"""Holding a lecture, sitting by sitting, and what may happen to it afterwards."""

from __future__ import annotations

from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from lms.campaigns.words import SOURCE
from lms.core.uow import UnitOfWork
from lms.lectures import queries, rules
from lms.lectures.events import (
    LectureArchived,
    LectureCancelled,
    LectureClosed,
    LectureOpened,
    LectureVoided,
    SittingClosed,
)
from lms.lectures.models import ChangeKind, Lecture, LecturerStep, LectureState, Sitting, Witness
from lms.lectures.service.audience import sync_attendees
from lms.lectures.service.lecturer import confirm_lecturer, head_of
from lms.lectures.service.planning import OF_THE_PLAN, kept_plan, note_change, slot_words, tell_attendees
from lms.lectures.service.steps import hold, step
from lms.notices.service import withdraw


def open_check_in(uow: UnitOfWork, lecture: Lecture, sitting: Sitting | None = None) -> None:
    """Open check-in of a sitting (None: the first one); with the first of them the list of expected people is frozen.

    Raises WrongState, WrongSitting. Says LectureOpened, once per lecture.
    """
    hold(uow, lecture)
    sitting = sitting or lecture.sitting
    if lecture.state == LectureState.OPEN:
        rules.check_sitting(lecture.state, sitting, "planned")
    first = lecture.state != LectureState.OPEN
    if first:
        step(uow, lecture, LectureState.OPEN)
        sync_attendees(uow, lecture)
        lecture.lecturer_is_head = head_of(uow, sitting) == lecture.lecturer_id
    sitting.opened_at = uow.now
    uow.session.flush()
    if first:
        uow.say(LectureOpened(lecture.id, lecture.enterprise_id, at=uow.now))


def start(uow: UnitOfWork, lecture: Lecture, sitting: Sitting | None = None) -> None:
    """A sitting begins now by the trainer's word, whatever was planned. A second tap changes nothing.

    Raises WrongState, WrongSitting unless check-in is open. Says LectureStarted.
    """
    hold(uow, lecture)
    sitting = sitting or lecture.sitting
    rules.check_open(lecture.state)
    rules.check_sitting(lecture.state, sitting, "open")
    if sitting.started_at is None:
        confirm_lecturer(uow, sitting, lecture.lecturer_id, LecturerStep.START, Witness.TRAINER)


def close(
    uow: UnitOfWork,
    lecture: Lecture,
    started_at: datetime,
    ended_at: datetime,
    *,
    sitting: Sitting | None = None,
    check_out_rest: bool = False,
) -> None:
    """Close a sitting (None: the first one), and with the last of them the lecture; its facts are amended from here on.

    started_at, ended_at: aware, as it really was by the trainer's word; where the lecturer's own phone or an officer has seen
    it, their marks count instead. check_out_rest: whoever is still in, and whose coming becomes known later, is checked out at
    ended_at by the trainer. Raises WrongState, WrongSitting, NotAsHeld. Says SittingClosed, LectureClosed.
    """
    hold(uow, lecture)
    sitting = sitting or lecture.sitting
    rules.check_open(lecture.state)
    rules.check_sitting(lecture.state, sitting, "open")
    found = queries.proof_of(uow, sitting.id, until=ended_at)
    starts = started_at if found.start_witness in (None, Witness.TRAINER) else found.started_at
    ends = ended_at if found.end_witness in (None, Witness.TRAINER) else found.ended_at
    assert starts is not None and ends is not None
    rules.check_held(starts, ends, uow.now)
    speaker = found.person_id or lecture.lecturer_id  # who spoke in another shift is no word about this one
    if starts != found.started_at:
        confirm_lecturer(uow, sitting, speaker, LecturerStep.START, Witness.TRAINER, at=starts)
    if ends != found.ended_at:
        confirm_lecturer(uow, sitting, speaker, LecturerStep.END, Witness.TRAINER, at=ends)
    sitting.started_at, sitting.ended_at, sitting.closed_at = starts, ends, uow.now
    sitting.rest_out_by = uow.actor.name if check_out_rest else None
    uow.session.flush()
    uow.say(SittingClosed(lecture.id, lecture.enterprise_id, sitting.id, at=uow.now))
    if all(one.closed_at is not None for one in lecture.sittings):
        _end(uow, lecture)


def finish(uow: UnitOfWork, lecture: Lecture) -> None:
    """Close a lecture whose other sittings will not be held. Raises WrongState, StillOpen, NothingHeld. Says LectureClosed."""
    hold(uow, lecture)
    rules.check_step(lecture.state, LectureState.CLOSED)
    rules.check_finishes(lecture.sittings)
    _end(uow, lecture)


@force_locale(SOURCE)
def cancel(uow: UnitOfWork, lecture: Lecture, reason: str) -> None:
    """Call a lecture off; the plan stays readable with the reason. Raises WrongState, PartlyHeld. Says LectureCancelled."""
    hold(uow, lecture)
    told = lecture.state != LectureState.DRAFT
    rules.check_step(lecture.state, LectureState.CANCELLED)
    rules.check_cancels(lecture.sittings)
    step(uow, lecture, LectureState.CANCELLED)
    lecture.cancelled_reason = reason
    for sitting in lecture.sittings:
        if sitting.opened_at is not None:
            sitting.closed_at = uow.now
    uow.session.flush()
    told_of = 0
    if told:
        title = _("安全课取消了：%(title)s", title=lecture.title)
        body = _("原因：%(why)s。", why=reason) + _("原定 %(slots)s，不用来了。", slots=slot_words(lecture))
        withdraw(uow, lecture.id, (*OF_THE_PLAN, "lecture.missing"))
        told_of = tell_attendees(uow, lecture, "lecture.cancelled", title, body)
    note_change(uow, lecture, ChangeKind.CANCELLED, kept_plan(lecture), reason, told_of)
    uow.say(LectureCancelled(lecture.id, lecture.enterprise_id, at=uow.now))


def archive(uow: UnitOfWork, lecture: Lecture) -> None:
    """Put a closed lecture on file (归档). Raises WrongState. Says LectureArchived."""
    step(uow, lecture, LectureState.ARCHIVED)
    lecture.archived_at = uow.now
    uow.say(LectureArchived(lecture.id, lecture.enterprise_id, at=uow.now))


@force_locale(SOURCE)
def void(uow: UnitOfWork, lecture: Lecture, reason: str) -> None:
    """Declare a lecture that was held void (作废): nothing follows from it any more, and everything about it stays readable.

    Raises WrongState. Says LectureVoided.
    """
    step(uow, lecture, LectureState.VOIDED)
    lecture.voided_reason, lecture.voided_by, lecture.voided_at = reason, uow.actor.name, uow.now
    uow.session.flush()
    title = _("安全课作废了：%(title)s", title=lecture.title)
    body = _("原因：%(why)s。", why=reason) + _("这堂课的学时和培训证明不再算数，签到和考核的记录都还在。")
    tell_attendees(uow, lecture, "lecture.voided", title, body)
    uow.say(LectureVoided(lecture.id, lecture.enterprise_id, reason, at=uow.now))


def _end(uow: UnitOfWork, lecture: Lecture) -> None:
    step(uow, lecture, LectureState.CLOSED)
    lecture.closed_at = uow.now
    uow.session.flush()
    uow.say(LectureClosed(lecture.id, lecture.enterprise_id, at=uow.now))
