"""The one place where a lecture changes its state."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from lms.core.uow import UnitOfWork
from lms.lectures import rules
from lms.lectures.models import Lecture, LectureState, Sitting


def hold(uow: UnitOfWork, lecture: Lecture) -> None:
    """Hold a lecture until the end of the transaction, so that of two steps at once the second sees what the first did.

    Its key is shared: whoever checks in meanwhile adds a row that refers to it, and must not wait for it.
    """
    uow.session.flush()
    uow.session.refresh(lecture, ["state", "closed_at"], with_for_update={"key_share": True})
    now = select(Sitting).where(Sitting.lecture_id == lecture.id).order_by(Sitting.planned_starts_at)
    sittings = uow.session.scalars(now.execution_options(populate_existing=True))
    set_committed_value(lecture, "sittings", list(sittings))


def step(uow: UnitOfWork, lecture: Lecture, wanted: LectureState) -> None:
    """Take a lecture to its next state, if it leads there. Raises WrongState."""
    hold(uow, lecture)
    rules.check_step(lecture.state, wanted)
    lecture.state = wanted
    uow.session.flush()
