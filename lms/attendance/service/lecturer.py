"""The lecturer on the own phone: the code in the room proves being there, and whoever speaks is present."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from lms.access.service import usernames_of
from lms.access.tries import account_of, check_tries, forget_tries
from lms.attendance import queries
from lms.attendance.models import AttendanceEvent, Mark, Method, Scan, Trust
from lms.attendance.rules.claims import Claim
from lms.attendance.service.claims import ClaimTooLate, keep
from lms.attendance.service.codes import CodeWrong, find_by_spoken_code
from lms.attendance.service.hands import note_hand_mark
from lms.attendance.service.presence import record
from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.lectures import rules
from lms.lectures import service as lectures
from lms.lectures.events import LecturerSeen
from lms.lectures.models import LecturerMark, LecturerStep, Sitting, Witness
from lms.lectures.queries import proof_of

METHODS = {
    **dict.fromkeys(rules.PHONES, (Method.SCAN, Trust.LIVE)),
    "officer_code": (Method.OFFICER, Trust.LEADER),
    "officer": (Method.OFFICER, Trust.LEADER),
    "trainer": (Method.TRAINER, Trust.LEADER),
}


class Offer(NamedTuple):
    """What a lecturer can confirm next. early: an end before half of what is planned, likelier a slip than the end."""

    step: LecturerStep
    early: bool


def lecturer_offer(uow: UnitOfWork, hall: queries.Hall, person_id: UUID) -> Offer | None:
    """What a person who scanned the code can confirm as the lecturer; None for everybody else, and while whoever tries the
    projector out hours before would begin the lecture with a tap.

    Who went on after the end ends once more: the last end counts.
    """
    if not hall.open or person_id not in (hall.lecturer_id, hall.spoken_by_id, hall.head_id):
        return None
    found = proof_of(uow, hall.id, uow.now)
    step, planned = lectures.next_step(found, uow.now), hall.planned_ends_at - hall.planned_starts_at
    if found.started_at is None and uow.now < hall.planned_starts_at - rules.TRIED_OUT:
        return None
    began = found.started_at if step is LecturerStep.END else None
    return Offer(step, began is not None and rules.ends_early(began, uow.now, planned))


def confirm_by_scan(
    uow: UnitOfWork, hall: queries.Hall, made: Claim, person_id: UUID, wanted: str, accounts: frozenset[str] = frozenset()
) -> LecturerMark | None:
    """The lecturer begins or ends with a scan of the code in the room; None when a second tap asks for what is done.

    hall: of the claim. wanted: "start" or "end", as the page offered it. accounts: those that were signed in with in this
    browser lately, by their fingerprints. Raises ClaimTooLate and what confirm_lecturer
    raises.
    """
    if not made.lives(uow.now):
        raise ClaimTooLate
    offer = lecturer_offer(uow, hall, person_id)
    if not proves_the_room(uow, hall.id, made) or offer is None or offer.step != wanted:
        return None
    sitting, scan = queries.sitting_with_lecture(uow, hall.id), keep(uow, hall, made)
    witness = _phone(uow, hall.enterprise_id, made, person_id, accounts)
    return lectures.confirm_lecturer(uow, sitting, person_id, LecturerStep(wanted), witness, at=scan.scanned_at, scan_id=scan.id)


def _phone(uow: UnitOfWork, enterprise_id: UUID, made: Claim, person_id: UUID, accounts: frozenset[str]) -> Witness:
    """Whose phone it was before: whoever knows a number and four characters can say on any phone that it is theirs."""
    if uow.actor.key != f"person:{person_id}":
        return Witness.OWN_PHONE  # signed in with the own account
    others = queries.used_by(uow, enterprise_id, [made.device_id])[made.device_id].keys() - {person_id}
    if others or accounts - {account_of(name) for name in usernames_of(uow, person_id)}:
        return Witness.LENT_PHONE
    return Witness.OWN_PHONE if queries.was_theirs(uow, made.device_id, person_id, clock.at(uow.today)) else Witness.NAMED_PHONE


def room_of(uow: UnitOfWork, sitting: Sitting, digits: str) -> int:
    """The step of six digits that are on the screen of this sitting now. Raises CodeWrong, Wait, CodeUnclear, NotOpen."""
    subject = f"code:{uow.actor.key}"
    check_tries(uow, subject)
    there, _mark, step = find_by_spoken_code(uow, digits, sitting.enterprise_id)
    if there != sitting.id:
        raise CodeWrong
    forget_tries(uow, subject)
    return step


def proves_the_room(uow: UnitOfWork, sitting_id: UUID, made: Claim | None) -> bool:
    """Whether a scan shows that its phone was in the room of this sitting just now, and has confirmed nothing yet."""
    if made is None or made.sitting_id != sitting_id or made.is_late or not made.lives(uow.now):
        return False
    used = select(LecturerMark.id).where(LecturerMark.sitting_id == sitting_id, LecturerMark.at == made.scanned_at)
    return uow.session.scalar(used.limit(1)) is None


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
