"""What the trainer should look at beside the board, together."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from lms.access.reach import may_at_all
from lms.attendance.models import Dispute
from lms.attendance.queries.flags import Flags, flags_page
from lms.attendance.queries.leave import WaitingLeave, waiting_leave
from lms.attendance.queries.lines import Corrected, Pending, corrections_of, disputes_of, hand_marks_of
from lms.attendance.queries.rechecks import Rechecked, rechecks_of, room_of
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture, LectureState, Sitting


@dataclass(frozen=True, slots=True)
class Attention:
    """live: updates by itself. askable: sittings in which a re-check can be asked for by whoever looks, each with how many
    are in the room who have nothing to tap, and whether one waits there for its moment.

    pending: marks by hand that wait for a second person, of all hand_marks; leave: what waits so. disputes: those without an
    answer, by name.
    """

    lecture_id: UUID
    live: bool
    flags: Flags
    rechecks: tuple[Rechecked, ...]
    askable: tuple[tuple[Sitting, int, bool], ...]
    pending: tuple[Pending, ...]
    hand_marks: int
    leave: tuple[WaitingLeave, ...]
    corrections: tuple[Corrected, ...]
    disputes: tuple[tuple[Dispute, str], ...]


def attention(uow: UnitOfWork, lecture: Lecture) -> Attention:
    """What there is to look at in a lecture, in a fixed number of queries."""
    rechecks = tuple(rechecks_of(uow, lecture))
    busy = {one.recheck.sitting_id for one in rechecks if one.seconds_left}
    waits = {one.recheck.sitting_id for one in rechecks if one.seconds_left is None}
    live = lecture.state == LectureState.OPEN
    may = live and may_at_all(uow.actor, "attendance.enter")
    askable = tuple(one for one in lecture.sittings if may and one.takes_check_in and one.started_at and one.id not in busy)
    marks = [one for one in hand_marks_of(uow, lecture.id) if not one.struck]
    return Attention(
        lecture.id,
        live,
        flags_page(uow, lecture),
        rechecks,
        tuple((one, room_of(uow, lecture, one.id).others, one.id in waits) for one in askable),
        pending=tuple(one for one in marks if one.mark.pending),
        hand_marks=len(marks),
        leave=tuple(waiting_leave(uow, lecture.id)),
        corrections=tuple(corrections_of(uow, lecture.id)),
        disputes=tuple(one for one in disputes_of(uow, lecture.id) if one[0].answered_at is None),
    )
