"""The scan is registered first; who it was may take ten minutes more."""

from __future__ import annotations

import hmac
from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.attendance import queries
from lms.attendance.models import AttendanceEvent, Mark, Method, Scan, Trust
from lms.attendance.service.presence import record
from lms.core.errors import Conflict, NotFound, Problem
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee, Sitting
from lms.lectures.service import NO_DEPARTMENT_NAME, add_extra
from lms.registry.models import Person
from lms.registry.queries import roster_on

CLAIM_LIFE = timedelta(minutes=10)
MOST_WAITED = timedelta(hours=24)  # a phone without a network sends within a day what was tapped in time
AT_ONCE = timedelta(0)


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


class NotOnList(Conflict):
    code = "not-on-list"
    sentence = _l("您不在这堂课的应到名单上，还没有记录签到。")


def register_scan(
    uow: UnitOfWork, sitting: Sitting, *, mark: Mark, method: Method, step: int, screen: str, device_id: str
) -> Scan:
    """Write down that a phone scanned, before anybody said who they are: this is the time that counts."""
    scan = Scan(
        enterprise_id=sitting.enterprise_id, sitting_id=sitting.id, mark=mark, method=method,
        scanned_at=uow.now, step=step, screen=screen, device_id=device_id,
    )  # fmt: skip
    uow.session.add(scan)
    uow.session.flush()
    return scan


def own_scan(uow: UnitOfWork, scan_id: UUID, device_id: str | None) -> Scan:
    """A scan, for the phone that made it and nobody else. Raises NotThisPhone."""
    scan = uow.session.get(Scan, scan_id)
    if scan is None or not device_id or not hmac.compare_digest(scan.device_id.encode(), device_id.encode()):
        raise NotThisPhone
    return scan


def claim(uow: UnitOfWork, scan: Scan, person_id: UUID, *, waited: timedelta = AT_ONCE) -> AttendanceEvent:
    """Say whose scan it was; it counts at the time of the scan. Doing it again gives the same event.

    person_id: of the enterprise of the scan. waited: how long the tap was kept on a phone without a network, as the phone
    says; a claim that only so is in time is marked as offline. Raises ClaimTooLate, SomebodyElsesScan, NotOnList.
    """
    there = queries.event_of_scan(uow, scan.id)
    if there is not None:
        return _same_person(there, person_id)
    trust = _in_time(uow, scan, waited)
    sitting = queries.sitting_with_lecture(uow, scan.sitting_id)
    if queries.attendee_of(uow, sitting.lecture_id, person_id) is None:
        raise NotOnList
    event = record(uow, sitting, person_id, mark=scan.mark, at=scan.scanned_at, method=scan.method, trust=trust, scan=scan)
    return _same_person(event, person_id)


def come_as_extra(uow: UnitOfWork, scan: Scan, person: Person, *, waited: timedelta = AT_ONCE) -> Attendee:
    """Put a person of the roster on the list who was not expected (我也参加了). Safe to do again.

    Raises NotFound, ClaimTooLate.
    """
    _in_time(uow, scan, waited)
    sitting = queries.sitting_with_lecture(uow, scan.sitting_id)
    there = queries.attendee_of(uow, sitting.lecture_id, person.id)
    if there is not None:
        return there
    line = next((line for line in roster_on(uow, scan.enterprise_id, uow.today) if line.person_id == person.id), None)
    if line is None:
        raise NotFound
    return add_extra(uow, sitting.lecture, person.id, line.department_name or NO_DEPARTMENT_NAME, line.post, line.category)


def _in_time(uow: UnitOfWork, scan: Scan, waited: timedelta) -> Trust:
    """How a claim made now is known. Raises ClaimTooLate."""
    since = uow.now - scan.scanned_at
    if since <= CLAIM_LIFE:
        return Trust.LIVE
    if AT_ONCE < waited <= MOST_WAITED and since - waited <= CLAIM_LIFE:
        return Trust.OFFLINE
    raise ClaimTooLate


def _same_person(event: AttendanceEvent, person_id: UUID) -> AttendanceEvent:
    if event.person_id != person_id:
        raise SomebodyElsesScan
    return event
