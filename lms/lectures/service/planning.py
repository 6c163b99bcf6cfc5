"""Planning, opening, closing and calling off a lecture."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.core import clock
from lms.core.errors import Invalid
from lms.core.uow import UnitOfWork
from lms.lectures import queries, rules
from lms.lectures.events import LectureCancelled, LectureClosed, LectureOpened, LectureScheduled, LectureStarted, QuizPlan
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting
from lms.lectures.service.materials import Stored, add_materials
from lms.notices.rules import presses
from lms.notices.service import tell, withdraw
from lms.registry.models import Enterprise, Person
from lms.registry.queries import RosterLine, head_on, roster_on

MIN_PRESENCE = 80  # percent of a lecture that one must be there
NO_DEPARTMENT_NAME = "未分部门"  # stored with the record, so in the source language


class NobodyInvited(Invalid):
    code = "nobody-invited"
    sentence = _l("还没有人来听：请至少选一个有人的部门。")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a trainer decides about a lecture. starts_at, ends_at: aware. departments: ids as text, or "none"."""

    title: str
    campaign_id: UUID | None
    lecturer_id: UUID
    starts_at: datetime
    ends_at: datetime
    place: str
    departments: tuple[str, ...]
    quiz: QuizPlan | None
    materials: tuple[Stored, ...] = field(default=())
    min_presence: int = MIN_PRESENCE


def schedule(uow: UnitOfWork, enterprise_id: UUID, plan: Plan, *, notify: bool = True) -> Lecture:
    """Make a lecture of this plan; with notify its people are told at once, else it stays a draft.

    Raises NobodyInvited. Says LectureScheduled when its people are told.
    """
    day = clock.local_date(plan.starts_at)
    # Two trainers of one enterprise at the same moment must not get the same number.
    uow.session.scalar(select(Enterprise.id).where(Enterprise.id == enterprise_id).with_for_update())
    lecture = Lecture(
        enterprise_id=enterprise_id,
        number=queries.next_number(uow, enterprise_id, day.year),
        year=day.year,
        state=LectureState.DRAFT,
        created_by=uow.actor.name,
        created_at=uow.now,
    )
    lecture.sittings.append(Sitting(enterprise_id=enterprise_id))
    _write(uow, lecture, plan)
    uow.session.add(lecture)
    uow.session.flush()
    add_materials(uow, lecture, plan.materials)
    if notify:
        publish(uow, lecture)
    return lecture


def revise(uow: UnitOfWork, lecture: Lecture, plan: Plan) -> None:
    """Change a lecture before check-in opens; people already told are told of another time or place. Raises WrongState."""
    rules.check_changeable(lecture.state)
    sitting = lecture.sitting
    before = (sitting.planned_starts_at, sitting.planned_ends_at, sitting.place)
    _write(uow, lecture, plan)
    add_materials(uow, lecture, plan.materials)
    uow.session.flush()
    if lecture.state == LectureState.NOTIFIED and before != (sitting.planned_starts_at, sitting.planned_ends_at, sitting.place):
        _tell_attendees(uow, lecture, "lecture.changed", _("安全课改了时间或地点：%(title)s", title=lecture.title))


def publish(uow: UnitOfWork, lecture: Lecture) -> None:
    """Tell the people of a draft. Raises WrongState, NobodyInvited. Says LectureScheduled."""
    rules.check_step(lecture.state, LectureState.NOTIFIED)
    if not sync_attendees(uow, lecture):
        raise NobodyInvited
    lecture.state, lecture.notified_at = LectureState.NOTIFIED, uow.now
    uow.session.flush()
    _tell_attendees(uow, lecture, "lecture.notice", _("安全课通知：%(title)s", title=lecture.title))
    uow.say(LectureScheduled(lecture.id, lecture.enterprise_id, lecture.campaign_id, _quiz_of(lecture), at=uow.now))


def open_check_in(uow: UnitOfWork, lecture: Lecture) -> None:
    """Open check-in; from here on the list of expected people is frozen. Raises WrongState. Says LectureOpened."""
    rules.check_step(lecture.state, LectureState.OPEN)
    sync_attendees(uow, lecture)
    head = head_on(uow, lecture.enterprise_id, uow.today)
    lecture.lecturer_is_head = bool(head and head.person_id == lecture.lecturer_id)
    lecture.state = LectureState.OPEN
    for sitting in lecture.sittings:
        sitting.opened_at = uow.now
    uow.session.flush()
    uow.say(LectureOpened(lecture.id, lecture.enterprise_id, at=uow.now))


def start(uow: UnitOfWork, lecture: Lecture) -> None:
    """The lecture begins now, whatever was planned. A second tap changes nothing.

    Raises WrongState unless check-in is open. Says LectureStarted.
    """
    if lecture.state != LectureState.OPEN:
        raise rules.WrongState(state=rules.STATE_WORDS[lecture.state])
    if lecture.sitting.started_at is None:
        lecture.sitting.started_at = uow.now
        uow.session.flush()
        uow.say(LectureStarted(lecture.id, lecture.enterprise_id, at=uow.now))


def close(uow: UnitOfWork, lecture: Lecture, started_at: datetime, ended_at: datetime, *, check_out_rest: bool = False) -> None:
    """Close a lecture; from here on its facts are amended, not edited.

    started_at, ended_at: aware, as it really was, not when the button was pressed. check_out_rest: whoever is still in
    is checked out at ended_at by the trainer. Raises WrongState, NotAsHeld. Says LectureClosed.
    """
    rules.check_step(lecture.state, LectureState.CLOSED)
    rules.check_held(started_at, ended_at, uow.now)
    lecture.sitting.started_at, lecture.sitting.ended_at = started_at, ended_at
    lecture.state, lecture.closed_at = LectureState.CLOSED, uow.now
    uow.session.flush()
    uow.say(LectureClosed(lecture.id, lecture.enterprise_id, lecture.campaign_id, at=uow.now, check_out_rest=check_out_rest))


def cancel(uow: UnitOfWork, lecture: Lecture, reason: str) -> None:
    """Call a lecture off; the plan stays readable with the reason. Raises WrongState. Says LectureCancelled."""
    rules.check_step(lecture.state, LectureState.CANCELLED)
    told = lecture.state != LectureState.DRAFT
    lecture.state, lecture.cancelled_reason = LectureState.CANCELLED, reason
    uow.session.flush()
    if told:
        withdraw(uow, lecture.id, ("lecture.notice", "lecture.changed", "lecture.reminder"))
        _tell_attendees(
            uow, lecture, "lecture.cancelled", _("安全课取消了：%(title)s（%(reason)s）", title=lecture.title, reason=reason)
        )
    uow.say(LectureCancelled(lecture.id, lecture.enterprise_id, lecture.campaign_id, at=uow.now))


def sync_attendees(uow: UnitOfWork, lecture: Lecture) -> int:
    """Make the list of expected people equal the roster of the day in the chosen departments; returns their number.

    People who were excused stay excused. Never called once check-in is open.
    """
    day = clock.local_date(lecture.sitting.planned_starts_at)
    wanted = {line.person_id: line for line in invited(uow, lecture.enterprise_id, day, lecture.departments)}
    there = {row.person_id: row for row in uow.session.scalars(select(Attendee).where(Attendee.lecture_id == lecture.id))}
    for person_id, row in there.items():
        if person_id not in wanted:
            uow.session.delete(row)
    for person_id, line in wanted.items():
        row = there.get(person_id) or Attendee(enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, person_id=person_id)
        row.department_name, row.post, row.category = line.department_name or NO_DEPARTMENT_NAME, line.post, line.category
        uow.session.add(row)
    uow.session.flush()
    return len(wanted)


def invited(uow: UnitOfWork, enterprise_id: UUID, day: date, departments: Collection[str]) -> list[RosterLine]:
    """The people of these departments on a day."""
    chosen = set(departments)
    return [
        line
        for line in roster_on(uow, enterprise_id, day)
        if (str(line.department_id) if line.department_id else queries.NO_DEPARTMENT) in chosen
    ]


def _write(uow: UnitOfWork, lecture: Lecture, plan: Plan) -> None:
    day = clock.local_date(plan.starts_at)
    head = head_on(uow, lecture.enterprise_id, day)
    lecture.title = plan.title
    lecture.campaign_id = plan.campaign_id
    lecture.lecturer_id = plan.lecturer_id
    lecture.lecturer_is_head = bool(head and head.person_id == plan.lecturer_id)
    lecture.departments = list(plan.departments)
    lecture.quiz_plan = asdict(plan.quiz) if plan.quiz else None
    lecture.min_presence = plan.min_presence
    sitting = lecture.sitting
    sitting.place, sitting.planned_starts_at, sitting.planned_ends_at = plan.place, plan.starts_at, plan.ends_at


def _quiz_of(lecture: Lecture) -> QuizPlan | None:
    return quiz_plan(lecture.quiz_plan)


def quiz_plan(kept: Any) -> QuizPlan | None:
    """A quiz plan as it is kept on a lecture, read back."""
    return QuizPlan(**{**kept, "topics": tuple(kept["topics"])}) if kept else None


def _tell_attendees(uow: UnitOfWork, lecture: Lecture, kind: str, title: str) -> None:
    sitting = lecture.sitting
    starts, ends = clock.local(sitting.planned_starts_at), clock.local(sitting.planned_ends_at)
    body = _(
        "%(when)s–%(until)s，%(place)s，主讲 %(lecturer)s。到现场扫投影上的码签到。",
        when=f"{starts:%Y-%m-%d %H:%M}", until=f"{ends:%H:%M}", place=sitting.place,
        lecturer=uow.session.scalar(select(Person.name).where(Person.id == lecture.lecturer_id)),
    )  # fmt: skip
    people = uow.session.scalars(select(Attendee.person_id).where(Attendee.lecture_id == lecture.id)).all()
    tell(
        uow, lecture.enterprise_id, people, title=title, body=body, link=f"/lectures/{lecture.id}", kind=kind,
        urgent=presses(uow.now, sitting.planned_starts_at), about_id=lecture.id, group=True,
    )  # fmt: skip


def add_extra(
    uow: UnitOfWork, lecture: Lecture, person_id: UUID, department_name: str | None, post: str | None, category: str
) -> Attendee:
    """Put somebody on the list who came without being on it (我也参加了)."""
    row = Attendee(
        enterprise_id=lecture.enterprise_id, lecture_id=lecture.id, person_id=person_id, is_extra=True,
        department_name=department_name or NO_DEPARTMENT_NAME, post=post, category=category,
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    return row


def excuse(uow: UnitOfWork, attendee: Attendee, reason: str) -> None:
    """Write down that somebody is on leave (请假)."""
    attendee.excused_reason, attendee.excused_on = reason, uow.today
