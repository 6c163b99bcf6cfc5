"""Lectures and their later sittings that are coming up: seven, three and one day before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from lms.access.actor import Actor
from lms.access.models import Role
from lms.core import clock
from lms.core.jobs import sweep
from lms.core.uow import UnitOfWork, hears
from lms.lectures.events import CameAsked, LectureClosed
from lms.lectures.models import Attendee, Lecture, LectureState, PlanChange, Sitting
from lms.notices import climbing
from lms.notices.queries import Readers, readers
from lms.notices.rules import LADDER
from lms.notices.service import tell, tell_staff, withdraw

KIND, DRAFT = "lecture.reminder", "lecture.draft"
BEFORE = ("lecture.notice", "lecture.lecturer", "lecture.changed", KIND, "lecture.missing")  # what nobody needs once it is over
GOES_ON = (LectureState.NOTIFIED, LectureState.OPEN)
CLERK = Actor.system("lectures.reminders")


@sweep
def remind_of_lectures() -> None:
    """Each lecture in a transaction of its own; what was called off or has begun is not reminded of."""
    climbing.write_due(CLERK, _due, _remind)


@sweep
def remind_of_drafts() -> None:
    """Whoever planned ahead hears in time that nobody was told yet; without a word the lecture would not take place."""
    climbing.write_due(CLERK, _drafts_due, _remind_of_draft)


@hears(LectureClosed)
def take_back(uow: UnitOfWork, event: LectureClosed) -> None:
    """What still waits for a channel that was down would ask people to a lecture that is over."""
    withdraw(uow, event.lecture_id, BEFORE)


def _due(uow: UnitOfWork) -> list[tuple[UUID, int]]:
    """The next sitting to come of each lecture, by the lecture where it is the first one, else by the sitting itself."""
    every = aliased(Sitting)
    first = select(func.min(every.planned_starts_at)).where(every.lecture_id == Lecture.id).correlate(Lecture).scalar_subquery()
    told = select(func.max(PlanChange.changed_at)).where(PlanChange.lecture_id == Lecture.id, PlanChange.told > 0)
    known = func.coalesce(told.correlate(Lecture).scalar_subquery(), Lecture.notified_at)
    rows = uow.session.execute(
        select(Lecture.id, known, Sitting.id, Sitting.planned_starts_at, Sitting.planned_starts_at == first)
        .join(Sitting, Sitting.lecture_id == Lecture.id)
        .where(
            Lecture.state.in_(GOES_ON),
            Lecture.notified_at.is_not(None),
            Sitting.opened_at.is_(None),
            Sitting.planned_starts_at > uow.now,
            Sitting.planned_starts_at < uow.now + timedelta(days=max(LADDER) + 1),
        )
        .order_by(Sitting.planned_starts_at.desc())
    ).all()
    coming: dict[UUID, tuple[UUID, tuple[date, date]]] = {}  # of several sittings the next
    for lecture_id, since, sitting_id, starts_at, is_first in rows:
        span = (clock.local_date(since or uow.now), clock.local_date(starts_at))
        coming[lecture_id] = (lecture_id if is_first else sitting_id, span)
    return climbing.rungs_due(uow, KIND, dict(coming.values()))


def _remind(uow: UnitOfWork, about_id: UUID, rung: int) -> None:
    later = uow.session.get(Sitting, about_id)
    lecture_id = later.lecture_id if later else about_id
    lecture = uow.session.get_one(Lecture, lecture_id, with_for_update={"key_share": True})
    sitting = later or lecture.sittings[0]
    if lecture.state not in GOES_ON or sitting.opened_at is not None or not climbing.climb(uow, about_id, KIND, rung):
        return
    came: set[UUID] = uow.ask(CameAsked(lecture.id)) or set()
    words: dict[str, Any] = {
        "kind": KIND, "about_id": lecture.id, "link": f"/lectures/{lecture.id}", "urgent": climbing.hurries(uow, rung),
    }  # fmt: skip
    body = f"{sitting.name} {clock.moment(sitting.planned_starts_at)}，{sitting.place}。".lstrip()
    people = set(
        uow.session.scalars(
            select(Attendee.person_id).where(Attendee.lecture_id == lecture.id, Attendee.excused_reason.is_(None))
        )
    )
    missing = people - came
    if not missing:
        return  # everybody came to a sitting before, and nobody is asked to hear it twice
    staff = readers(uow, [lecture.enterprise_id], Role.TRAINER).get(lecture.enterprise_id, Readers((), ()))
    tell(
        uow,
        lecture.enterprise_id,
        [lecture.lecturer_id],
        title=f"还有 {rung} 天您主讲安全课：{lecture.title}",
        body=body,
        **words,
    )
    tell(
        uow, lecture.enterprise_id, set(staff.person_ids) - {lecture.lecturer_id}, user_ids=staff.user_ids,
        title=f"还有 {rung} 天开讲：{lecture.title}",
        body=f"{body}应到 {len(people)} 人" + (f"，还有 {len(missing)} 人没听。" if came else "。"), **words,
    )  # fmt: skip
    missing -= {lecture.lecturer_id, *staff.person_ids}
    tell(uow, lecture.enterprise_id, missing, title=f"还有 {rung} 天上安全课：{lecture.title}", body=body, **words)


def _drafts_due(uow: UnitOfWork) -> list[tuple[UUID, int]]:
    first = func.min(Sitting.planned_starts_at)
    rows = uow.session.execute(
        select(Lecture.id, Lecture.created_at, first)
        .join(Sitting, Sitting.lecture_id == Lecture.id)
        .where(Lecture.state == LectureState.DRAFT)
        .group_by(Lecture.id, Lecture.created_at)
        .having(first > uow.now, first < uow.now + timedelta(days=max(LADDER) + 1))
    ).all()
    spans = {lecture_id: (clock.local_date(made_at), clock.local_date(starts_at)) for lecture_id, made_at, starts_at in rows}
    return climbing.rungs_due(uow, DRAFT, spans)


def _remind_of_draft(uow: UnitOfWork, lecture_id: UUID, rung: int) -> None:
    lecture = uow.session.get_one(Lecture, lecture_id, with_for_update={"key_share": True})
    if lecture.state != LectureState.DRAFT or not climbing.climb(uow, lecture_id, DRAFT, rung):
        return
    begins = lecture.sitting.planned_starts_at
    tell_staff(
        uow, lecture.enterprise_id, Role.TRAINER, kind=DRAFT, about_id=lecture_id,
        title=f"还有 {rung} 天，草稿还没有通知任何人：{lecture.title}",
        body=f"{clock.moment(begins)}，{lecture.sitting.place}。看一眼再点“通知”；改了主意的，改期或者取消这份草稿。",
        link=f"/lectures/{lecture_id}", urgent=climbing.hurries(uow, rung),
    )  # fmt: skip
