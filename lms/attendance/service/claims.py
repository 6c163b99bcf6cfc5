"""The scan counts at once; who it was may take ten minutes more. In between, the phone carries a signed claim."""

from __future__ import annotations

import hmac
import logging
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from lms.attendance import queries, rules
from lms.attendance.models import AttendanceEvent, Mark, Method, RefusedClaim, Scan, Trust
from lms.attendance.rules.claims import AT_ONCE, Claim, read, sign
from lms.attendance.service.codes import secret_of
from lms.attendance.service.ending import check_out_late
from lms.attendance.service.presence import record
from lms.core.crypto import keyring
from lms.core.db import db, new_id, put
from lms.core.errors import Conflict, NotFound, Problem
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Lecture
from lms.lectures.service import NO_DEPARTMENT_NAME, add_extra
from lms.registry.queries import roster_on

log = logging.getLogger(__name__)
MOST_REFUSED = 100  # lines of one lecture: who has a code must not be able to fill the database
_REMEMBER = put(db.metadata.tables[RefusedClaim.__tablename__])
_KEEP = put(db.metadata.tables[Scan.__tablename__])


class ClaimTooLate(Problem):
    status = 410
    code = "claim-too-late"
    sentence = _l("扫码后 10 分钟内没有确认身份，这次扫码作废，没有记录。请再扫一次投影上的码；课已结束的，请找培训管理员补登。")


class NotThisPhone(Problem):
    status = 404
    code = "not-this-phone"
    sentence = _l("这次扫码不是在这部手机上做的，或者浏览器没有保存 Cookie。请用自己的手机再扫一次投影上的码。")


class SomebodyElsesScan(Conflict):
    code = "scan-claimed"
    sentence = _l("这次扫码已经算给另一个人了。每个人签到都要自己再扫一次投影上的码。")


def new_claim(uow: UnitOfWork, sitting_id: UUID, *, mark: Mark, method: Method, step: int, screen: str, device_id: str) -> Claim:
    """What a phone gets that has just seen the code. Nothing is written: whoever has a code could fill the database."""
    return Claim(new_id(), sitting_id, mark.value, method.value, uow.now, step, screen, device_id)


def sealed(claim: Claim) -> str:
    """A claim as text that only we can have made."""
    return sign(_key(), claim)


def own_claim(text: str, device_id: str | None) -> Claim:
    """The claim behind a text, for the phone that it was given to and no other. Raises NotThisPhone."""
    claim = read(_key(), text)
    if claim is None or not device_id or not hmac.compare_digest(claim.device_id.encode(), device_id.encode()):
        raise NotThisPhone
    return claim


def note_refused(uow: UnitOfWork, text: str, *, person_id: UUID | None, other_phone: bool) -> None:
    """Remember that somebody tried to use the scan of another: the log says it, and a flag of the lecture.

    text: of the claim; one that we did not make is no scan. person_id: who tried, if known.
    """
    made = read(_key(), text)
    hall = queries.hall_at(uow, made.sitting_id) if made else None
    log.warning("claim_refused", extra={"why": "other phone" if other_phone else "claimed", "claim_id": str(made and made.id)})
    if made is None or hall is None:
        return
    there = select(func.count(RefusedClaim.id)).where(RefusedClaim.lecture_id == hall.lecture_id)
    if (uow.session.scalar(there) or 0) < MOST_REFUSED:
        values = {
            "id": new_id(), "enterprise_id": hall.enterprise_id, "lecture_id": hall.lecture_id, "claim_id": made.id,
            "person_id": person_id, "other_phone": other_phone, "refused_at": uow.now,
        }  # fmt: skip
        uow.execute(_REMEMBER[uow.dialect], values)


def is_of(claim: Claim, token: str) -> bool:
    """Whether a claim came from this very code: a page that is loaded again is no second scan."""
    if claim.method != Method.SCAN:
        return False
    secret = secret_of(claim.sitting_id)
    return rules.token(secret, claim.sitting_id, claim.mark, claim.step, int(claim.screen)) == token


def claim(uow: UnitOfWork, hall: queries.Hall, made: Claim, person_id: UUID, *, waited: timedelta = AT_ONCE) -> AttendanceEvent:
    """Say whose scan it was; it counts at the time of the scan. Doing it again gives the same event.

    hall: of the claim. person_id: of the enterprise of the hall. waited: how long the tap was kept on a phone without a
    network, as the phone says; a claim that only so is in time is marked as offline. Raises ClaimTooLate,
    SomebodyElsesScan, NotOnList.
    """
    if queries.visitor_of_scan(uow, made) is not None:
        raise SomebodyElsesScan
    there = None if made.lives(uow.now) else queries.event_of_claim(uow, made.id)
    if there is not None:
        return _same_person(there, person_id)
    trust, coming = _trust(uow, made, waited), [person_id] if made.mark == Mark.IN else []
    event = record(
        uow, hall, person_id, mark=Mark(made.mark), at=made.scanned_at, method=Method(made.method), trust=trust, claim=made,
        listed=True, beside=lambda _event: check_out_late(uow, hall.id, coming),
    )  # fmt: skip
    return _same_person(event, person_id)


def come_as_extra(uow: UnitOfWork, hall: queries.Hall, made: Claim, person_id: UUID, *, waited: timedelta = AT_ONCE) -> Attendee:
    """Put a person of the roster on the list who was not expected (我也参加了). Safe to do again.

    Raises NotFound, ClaimTooLate.
    """
    _trust(uow, made, waited)
    there = queries.attendee_of(uow, hall.lecture_id, person_id)
    if there is not None:
        return there
    line = next((line for line in roster_on(uow, hall.enterprise_id, uow.today) if line.person_id == person_id), None)
    if line is None:
        raise NotFound
    lecture = uow.session.get_one(Lecture, hall.lecture_id)
    return add_extra(uow, lecture, person_id, line.department_name or NO_DEPARTMENT_NAME, line.post, line.category)


def keep(uow: UnitOfWork, hall: queries.Hall, made: Claim) -> Scan:
    """The row of a scan that is more than a check-in, written together with what it became. Safe to do again.

    Of two at the same moment the second waits here for what the first made of it.
    """
    values = {
        "id": made.id, "enterprise_id": hall.enterprise_id, "sitting_id": made.sitting_id, "mark": Mark(made.mark),
        "method": Method(made.method), "scanned_at": made.scanned_at, "step": made.step, "screen": made.screen,
        "device_id": made.device_id, "received_at": made.received_at,
    }  # fmt: skip
    uow.execute(_KEEP[uow.dialect], values)
    return uow.session.get_one(Scan, made.id)


def trust_in(made: Claim, now: datetime, waited: timedelta) -> Trust | None:
    """How a claim made now is known; None for one that is made too late."""
    if not made.is_late and made.lives(now):
        return Trust.LIVE
    return Trust.OFFLINE if made.waited_for(now, waited) else None


def _trust(uow: UnitOfWork, made: Claim, waited: timedelta) -> Trust:
    """How a claim made now is known. Raises ClaimTooLate."""
    trust = trust_in(made, uow.now, waited)
    if trust is None:
        raise ClaimTooLate
    return trust


def _same_person(event: AttendanceEvent, person_id: UUID) -> AttendanceEvent:
    if event.person_id != person_id:
        raise SomebodyElsesScan
    return event


def _key() -> bytes:
    return keyring().derive("attendance-claim")
