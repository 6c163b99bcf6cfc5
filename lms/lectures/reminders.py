"""Lectures that are coming up: seven, three and one day before (A115)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import Role
from lms.core import clock
from lms.core.jobs import sweep
from lms.core.uow import UnitOfWork, hears
from lms.lectures.events import LectureClosed
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting
from lms.notices import climbing
from lms.notices.queries import Readers, readers
from lms.notices.rules import LADDER
from lms.notices.service import tell, withdraw

KIND = "lecture.reminder"
BEFORE = ("lecture.notice", "lecture.lecturer", "lecture.changed", KIND, "lecture.missing")  # what nobody needs once it is over
CLERK = Actor.system("lectures.reminders")


@sweep
def remind_of_lectures() -> None:
    """Each lecture in a transaction of its own; what was called off or has begun is not reminded of."""
    climbing.write_due(CLERK, _due, _remind)


@hears(LectureClosed)
def take_back(uow: UnitOfWork, event: LectureClosed) -> None:
    """What still waits for a channel that was down would ask people to a lecture that is over."""
    withdraw(uow, event.lecture_id, BEFORE)


def _due(uow: UnitOfWork) -> list[tuple[UUID, int]]:
    rows = uow.session.execute(
        select(Lecture.id, Lecture.notified_at, Sitting.planned_starts_at)
        .join(Sitting, Sitting.lecture_id == Lecture.id)
        .where(
            Lecture.state == LectureState.NOTIFIED,
            Lecture.notified_at.is_not(None),
            Sitting.planned_starts_at > uow.now,
            Sitting.planned_starts_at < uow.now + timedelta(days=max(LADDER) + 1),
        )
        .order_by(Sitting.planned_starts_at.desc())
    ).all()
    spans = {  # of several sittings the first
        lecture_id: (clock.local_date(told_at or uow.now), clock.local_date(starts_at)) for lecture_id, told_at, starts_at in rows
    }
    return climbing.rungs_due(uow, KIND, spans)


def _remind(uow: UnitOfWork, lecture_id: UUID, rung: int) -> None:
    lecture = uow.session.get_one(Lecture, lecture_id, with_for_update={"key_share": True})
    if lecture.state != LectureState.NOTIFIED or not climbing.climb(uow, lecture_id, KIND, rung):
        return
    sitting = lecture.sitting
    words: dict[str, Any] = {
        "kind": KIND, "about_id": lecture.id, "link": f"/lectures/{lecture.id}", "urgent": climbing.hurries(uow, rung),
    }  # fmt: skip
    body = f"{clock.local(sitting.planned_starts_at):%Y-%m-%d %H:%M}，{sitting.place}。"
    people = set(
        uow.session.scalars(
            select(Attendee.person_id).where(Attendee.lecture_id == lecture.id, Attendee.excused_reason.is_(None))
        )
    )
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
        title=f"还有 {rung} 天开讲：{lecture.title}", body=f"{body}应到 {len(people)} 人。", **words,
    )  # fmt: skip
    people -= {lecture.lecturer_id, *staff.person_ids}
    tell(uow, lecture.enterprise_id, people, title=f"还有 {rung} 天上安全课：{lecture.title}", body=body, **words)
