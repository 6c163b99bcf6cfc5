"""The one place where a lecture changes its state."""

from __future__ import annotations

from lms.core.uow import UnitOfWork
from lms.lectures import rules
from lms.lectures.models import Lecture, LectureState


def hold(uow: UnitOfWork, lecture: Lecture) -> None:
    """Hold a lecture until the end of the transaction, so that of two steps at once the second sees the first.

    Its key is shared: whoever checks in meanwhile adds a row that refers to it, and must not wait for it.
    """
    uow.session.flush()
    uow.session.refresh(lecture, ["state"], with_for_update={"key_share": True})


def step(uow: UnitOfWork, lecture: Lecture, wanted: LectureState) -> None:
    """Take a lecture to its next state, if it leads there. Raises WrongState."""
    hold(uow, lecture)
    rules.check_step(lecture.state, wanted)
    lecture.state = wanted
    uow.session.flush()
