"""What attendance hears."""

from __future__ import annotations

from lms.attendance import service
from lms.core.uow import UnitOfWork, hears
from lms.lectures.events import LectureClosed, LectureStarted
from lms.lectures.models import Lecture


@hears(LectureStarted)
def recount_presence(uow: UnitOfWork, event: LectureStarted) -> None:
    service.recount(uow, uow.session.get_one(Lecture, event.lecture_id))


@hears(LectureClosed)
def settle_presence(uow: UnitOfWork, event: LectureClosed) -> None:
    service.settle(uow, uow.session.get_one(Lecture, event.lecture_id), check_out_rest=event.check_out_rest)
