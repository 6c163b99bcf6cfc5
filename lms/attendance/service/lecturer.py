"""The lecturer on the own phone: the code in the room proves being there, and whoever speaks is present."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from lms.attendance import queries
from lms.attendance.models import AttendanceEvent, Mark, Method, Scan, Trust
from lms.attendance.rules.claims import Claim
from lms.attendance.service.claims import ClaimTooLate, keep
from lms.attendance.service.hands import note_hand_mark
from lms.attendance.service.presence import record
from lms.core.uow import UnitOfWork
from lms.lectures import service as lectures
from lms.lectures.events import LecturerSeen
from lms.lectures.models import LecturerMark, LecturerStep, Witness
from lms.lectures.queries import proof_of

METHODS = {
    "own_phone": (Method.SCAN, Trust.LIVE),
    "officer": (Method.OFFICER, Trust.LEADER),
    "trainer": (Method.TRAINER, Trust.LEADER),
}


def lecturer_offer(uow: UnitOfWork, hall: queries.Hall, person_id: UUID) -> LecturerStep | None:
    """What a person who scanned the code can confirm as the lecturer; None for everybody else.

    Who went on after the end ends once more: the last end counts.
    """
    if not hall.open or person_id not in (hall.lecturer_id, hall.spoken_by_id, hall.head_id):
        return None
    return lectures.next_step(proof_of(uow, hall.id))


def confirm_by_scan(uow: UnitOfWork, hall: queries.Hall, made: Claim, person_id: UUID, wanted: str) -> LecturerMark | None:
    """The lecturer begins or ends with a scan of the code in the room; None when a second tap asks for what is done.

    hall: of the claim. wanted: "start" or "end", as the page offered it. Raises ClaimTooLate and what confirm_lecturer
    raises.
    """
    if not made.lives(uow.now):
        raise ClaimTooLate
    told = uow.session.scalar(
        select(LecturerMark.id).where(LecturerMark.sitting_id == hall.id, LecturerMark.at == made.scanned_at).limit(1)
    )
    if told is not None or lecturer_offer(uow, hall, person_id) != wanted:
        return None
    sitting, scan = queries.sitting_with_lecture(uow, hall.id), keep(uow, hall, made)
    return lectures.confirm_lecturer(
        uow, sitting, person_id, LecturerStep(wanted), Witness.OWN_PHONE, at=scan.scanned_at, scan_id=scan.id
    )


def mark_lecturer(uow: UnitOfWork, event: LecturerSeen) -> AttendanceEvent | None:
    """Whoever is expected and speaks is present: in with the beginning, out with the end. None for who is not on the list."""
    sitting = queries.sitting_with_lecture(uow, event.sitting_id)
    if queries.attendee_of(uow, event.lecture_id, event.person_id) is None:
        return None
    scan = uow.session.get(Scan, event.scan_id) if event.scan_id else None
    method, trust = METHODS[event.witness]
    # Naming one person after the other as the one who speaks is no way to enter a list alone.
    told = event.witness == Witness.TRAINER and event.person_id != sitting.lecture.lecturer_id
    return record(
        uow, sitting, event.person_id, mark=Mark.IN if event.step == "start" else Mark.OUT, at=event.at,
        method=scan.method if scan else method, trust=trust, claim=scan, reason=None if scan else "讲课人，到场确认",
        beside=(lambda made: note_hand_mark(uow, sitting.lecture, made)) if told else None,
    )  # fmt: skip
