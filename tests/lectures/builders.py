"""A lecture for tests, made by the use cases themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from lms.core.uow import UnitOfWork
from lms.lectures import service
from lms.lectures.events import QuizPlan
from lms.lectures.models import Lecture
from lms.lectures.rules import Audience
from tests.world import Side

TITLE = "总经理讲安全课：粉尘防爆与有限空间"


def make_lecture(
    uow: UnitOfWork,
    side: Side,
    *,
    title: str = TITLE,
    state: str = "notified",
    starts_at: datetime | None = None,
    minutes: int = 60,
    place: str = "3 号会议室",
    campaign_id: UUID | None = None,
    lecturer_id: UUID | None = None,
    audience: Audience | None = None,
    slots: tuple[service.Slot, ...] = (),
    quiz: QuizPlan | None = None,
    materials: tuple[service.Stored, ...] = (),
    level: str | None = None,
    recheck: bool = False,
) -> Lecture:
    """A lecture of a side's enterprise, by the head, for everybody of its one department.

    state: draft, notified, open (check-in open and begun) or closed (held for `minutes`, ended just now).
    slots: when and where, in place of `starts_at`, `minutes` and `place`; only the first is opened and closed.
    starts_at: when planned; by default in one hour, for open now, for closed so that it ends now.
    """
    length = timedelta(minutes=minutes)
    begins = starts_at or {"open": uow.now, "closed": uow.now - length}.get(state, uow.now + timedelta(hours=1))
    plan = service.Plan(
        title=title,
        campaign_id=campaign_id,
        lecturer_id=lecturer_id or side.head_id,
        slots=slots or (service.Slot(begins, begins + length, place),),
        audience=audience or Audience(departments=(str(side.department_id),)),
        quiz=quiz,
        materials=materials,
        level=level,
        recheck=recheck,
    )
    lecture = service.schedule(uow, side.enterprise_id, plan, notify=state != "draft")
    if state in ("open", "closed"):
        service.open_check_in(uow, lecture)
        service.start(uow, lecture)
    if state == "closed":
        service.close(uow, lecture, begins, begins + length)
    return lecture
