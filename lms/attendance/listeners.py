"""What attendance hears."""

from __future__ import annotations

from lms.attendance import service
from lms.core.uow import UnitOfWork, hears
from lms.lectures.events import LectureClosed
from lms.lectures.models import Lecture


@hears(LectureClosed)
def settle_presence(uow: UnitOfWork, event: LectureClosed) -> None:
    service.settle(uow, uow.session.get_one(Lecture, event.lecture_id), check_out_rest=event.check_out_rest)
