"""What stations send: each mark counts once, or is kept for the trainer to decide."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms.access.tries import Wait, check_tries, note_wrong_try
from lms.attendance import queries, rules
from lms.attendance.models import (
    LIVE_WITHIN,
    AttendanceEvent,
    HeldMark,
    KnownBy,
    Mark,
    Method,
    Signature,
    Station,
    StationKind,
    Trust,
    Why,
)
from lms.attendance.queries.stations import events_by_sent_id, held_by_sent_id, people_of_station
from lms.attendance.service.deriving import rederive
from lms.attendance.service.ending import check_out_late
from lms.attendance.service.hands import note_hand_mark
from lms.attendance.service.presence import FarFromSitting, NotHeldYet, SentAlready, check_near, check_opened, lock, record
from lms.core.errors import Conflict, TooMany
from lms.core.uow import UnitOfWork
from lms.lectures.models import CALLED_OFF, Attendee
from lms.lectures.service import add_extra
from lms.registry.models import Person
from lms.registry.queries import roster_on

NO_CATEGORY = "其他从业人员"  # of somebody who is on the roster no more; stored, so in the source language
MOST_HELD = 1000  # per station: more is no hall, it is somebody trying

log = logging.getLogger(__name__)


class TooManyHeld(TooMany):
    code = "too-many-held"
    sentence = _l("这台设备送来的待确认记录太多了，先请培训管理员处理，设备上的记录还在。")


class AlreadySettled(Conflict):
    code = "held-mark-settled"
    sentence = _l("这一条刚刚已经有人处理过了。")


class DeviceFar(FarFromSitting):
    code = "held-mark-far"
    sentence = _l(
        "设备记的是 %(at)s，离这一场（%(begins)s 开始）有 %(hours)s 小时以上，不能照这个时间算数。"
        "本人在场的，请点“不算”，再人工登记当时的时间。"
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """One mark as a station sends it. device_at, happened_at: aware. clock_offset: seconds.

    said: the last four or the work number. signature: the path of an SVG.
    """

    sent_id: UUID
    person_id: UUID
    mark: Mark
    device_at: datetime
    happened_at: datetime
    clock_offset: int
    known_by: KnownBy | None
    said: str
    signature: str | None
    asks: bool = False  # somebody stands in front of the device and can type again


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mark: "counted", "known" (it was there already), "held", "refused", or "wrong" and "wait": ask again."""

    sent_id: UUID
    state: str
    why: Why | None = None


def receive(uow: UnitOfWork, station: Station, marks: list[Sent]) -> list[Outcome]:
    """Take in marks in the order in which they happened; any of them again gives the same outcome. Raises TooManyHeld."""
    _hold_lines(uow, station, marks)
    held = uow.session.scalar(select(func.count(HeldMark.id)).where(HeldMark.station_id == station.id)) or 0
    if held >= MOST_HELD:
        raise TooManyHeld
    there = {row.sent_id: row for row in held_by_sent_id(uow, [one.sent_id for one in marks])}
    counted = events_by_sent_id(uow, [one.sent_id for one in marks])
    station.seen_at = uow.now
    outcomes: dict[UUID, Outcome] = {}
    for one in sorted(marks, key=lambda one: one.happened_at):
        if one.sent_id in counted or (one.sent_id in there and there[one.sent_id].counted):
            outcomes[one.sent_id] = Outcome(one.sent_id, "known")
        elif one.sent_id in there:
            outcomes[one.sent_id] = Outcome(one.sent_id, "held", there[one.sent_id].why)
        elif one.sent_id not in outcomes:
            outcomes[one.sent_id] = _take(uow, station, one)
    came = {one.person_id for one in marks if one.mark is Mark.IN and outcomes[one.sent_id].state == "counted"}
    if late := check_out_late(uow, station.sitting_id, came):
        rederive(uow, station.lecture_id, list(late))
    return [outcomes[one.sent_id] for one in marks]


def count_held(uow: UnitOfWork, held: HeldMark, note: str | None) -> None:
    """The trainer has seen that it is true: the mark counts at the time it happened; who was not expected comes as an extra.

    Raises AlreadySettled, NotHeldYet, WrongSitting, DeviceFar.
    """
    lock(uow, held.lecture_id)  # the whole list, as entering by hand does
    sitting = queries.sitting_with_lecture(uow, held.sitting_id)
    if sitting.lecture.state in CALLED_OFF:
        raise NotHeldYet
    check_opened(sitting)
    check_near(sitting, held.happened_at, DeviceFar)
    _settle(uow, held, note, counted=True)
    if queries.attendee_of(uow, held.lecture_id, held.person_id) is None:
        line = next((line for line in roster_on(uow, held.enterprise_id, uow.today) if line.person_id == held.person_id), None)
        department, post = (line.department_name, line.post) if line else (None, None)
        add_extra(uow, sitting.lecture, held.person_id, department, post, line.category if line else NO_CATEGORY)

    def by_hand(event: AttendanceEvent) -> None:
        note_hand_mark(uow, sitting.lecture, event)  # it rests on one person's word: a tenth of the list, then a second one
        if held.mark is Mark.IN:
            check_out_late(uow, sitting.id, [held.person_id])

    if held.scan is not None:
        record(
            uow, sitting, held.person_id, mark=held.mark, at=held.happened_at, method=held.scan.method, trust=Trust.LEADER,
            claim=held.scan, reason=note, entered_by=uow.actor.name, beside=by_hand,
        )  # fmt: skip
    elif held.station is not None:
        record(
            uow, sitting, held.person_id, mark=held.mark, at=min(held.happened_at, held.received_at), trust=Trust.LEADER,
            method=_method(held.station), reason=note, entered_by=uow.actor.name, beside=by_hand, sent_id=held.sent_id,
            station_id=held.station_id, device_at=held.device_at, clock_offset=held.clock_offset, known_by=held.known_by,
            signature_sha256=held.signature_sha256,
        )  # fmt: skip


def decline_held(uow: UnitOfWork, held: HeldMark, note: str | None) -> None:
    """It does not count, with the reason if one was written; the line stays. Raises AlreadySettled."""
    _settle(uow, held, note, counted=False)


def find_by_tail(uow: UnitOfWork, station: Station, digits: str) -> list[UUID]:
    """People of a station whose phone or ID number ends in these four. Raises Wait after too many that are nobody's."""
    subject = f"station:{station.id}"
    check_tries(uow, subject)
    found = [person.id for person in people_of_station(uow, station) if rules.proves(digits, person.id_number, person.phone)]
    if not found:
        note_wrong_try(uow, subject)
    return found


def _hold_lines(uow: UnitOfWork, station: Station, marks: list[Sent]) -> None:
    """Hold everybody's line on the list first, in the order in which closing holds them: two queues with the same people in
    another order, or a queue and the closing of the lecture, must not wait for each other for ever.
    """
    people = {one.person_id for one in marks}
    lines = select(Attendee.id).where(Attendee.lecture_id == station.lecture_id, Attendee.person_id.in_(people))
    uow.session.scalars(lines.order_by(Attendee.id).with_for_update()).all()


def _take(uow: UnitOfWork, station: Station, one: Sent) -> Outcome:
    person = uow.session.scalar(select(Person).where(Person.id == one.person_id, Person.enterprise_id == station.enterprise_id))
    if person is None:
        log.warning("mark_refused", extra={"why": "no such person", "station_id": str(station.id)})
        return Outcome(one.sent_id, "refused", Why.NOT_LISTED)
    if station.sitting.lecture.state in CALLED_OFF:
        return Outcome(one.sent_id, "refused", Why.CALLED_OFF)
    live = abs(uow.now - one.happened_at) <= LIVE_WITHIN
    why = _why(uow, station, person, one)
    if why in (Why.TAIL, Why.TRIES) and one.asks:
        return Outcome(one.sent_id, "wrong" if why is Why.TAIL else "wait", why)
    signature = _keep_signature(uow, station, one.signature)
    if why is not None:
        return _hold(uow, station, one, why, signature)
    trust = Trust.LEADER if station.kind is StationKind.LEADER else Trust.LIVE if live else Trust.OFFLINE
    try:
        _record(uow, station, one, signature, trust)
    except SentAlready:  # the same queue from two devices at the same moment
        return Outcome(one.sent_id, "known")
    return Outcome(one.sent_id, "counted")


def _why(uow: UnitOfWork, station: Station, person: Person, one: Sent) -> Why | None:
    attendee = queries.attendee_of(uow, station.lecture_id, person.id)
    if attendee is None or station.team not in (None, attendee.department_name):
        return Why.NOT_LISTED  # a leader answers for the own team; who signs elsewhere is looked at by the trainer
    if person.left_on is not None and person.left_on < uow.today:
        return Why.LEFT
    sitting = queries.sitting_with_lecture(uow, station.sitting_id)
    window = rules.Window(sitting.opened_at, sitting.closed_at, station.revoked_at)
    held = rules.why_held(one.happened_at, uow.now, window)
    if held is not None:
        return Why(held)
    if station.kind is StationKind.LEADER and not (one.signature and rules.is_signature(one.signature)):
        return Why.SIGNATURE
    return _why_unproven(uow, station, person, one)


def _why_unproven(uow: UnitOfWork, station: Station, person: Person, one: Sent) -> Why | None:
    """On a kiosk the work number will do; who is found by name, and who signs on a leader's phone, gives the last four."""
    if station.kind is StationKind.KIOSK and one.known_by is KnownBy.WORK_NO:
        return None if one.said and one.said == person.work_no else Why.TAIL
    subject = f"tail:{person.id}"
    try:
        check_tries(uow, subject)
    except Wait:
        return Why.TRIES
    proven = rules.proves(one.said, person.id_number, person.phone)
    if proven is None:
        return None if station.kind is StationKind.LEADER else Why.UNPROVEN
    if not proven:
        note_wrong_try(uow, subject)
        return Why.TAIL
    return None


def _record(uow: UnitOfWork, station: Station, one: Sent, signature: str | None, trust: Trust) -> AttendanceEvent:
    return record(
        uow, station.sitting, one.person_id, mark=one.mark, at=min(one.happened_at, uow.now), trust=trust,
        method=_method(station), entered_by=station.leader, sent_id=one.sent_id, station_id=station.id,
        device_at=one.device_at, clock_offset=one.clock_offset, known_by=one.known_by, signature_sha256=signature,
    )  # fmt: skip


def _method(station: Station) -> Method:
    return Method.LEADER if station.kind is StationKind.LEADER else Method.KIOSK


def _hold(uow: UnitOfWork, station: Station, one: Sent, why: Why, signature: str | None) -> Outcome:
    row = HeldMark(
        enterprise_id=station.enterprise_id, lecture_id=station.lecture_id, station_id=station.id, person_id=one.person_id,
        mark=one.mark, why=why, happened_at=one.happened_at, received_at=uow.now, sent_id=one.sent_id,
        device_at=one.device_at, clock_offset=one.clock_offset, known_by=one.known_by, signature_sha256=signature,
    )  # fmt: skip
    try:
        with uow.session.begin_nested():
            uow.session.add(row)
    except IntegrityError:
        log.info("held_already", extra={"station_id": str(station.id)})
    return Outcome(one.sent_id, "held", why)


def _keep_signature(uow: UnitOfWork, station: Station, path: str | None) -> str | None:
    """Keep a signature under the SHA-256 of its path, once; what is no signature is not kept."""
    if not path or not rules.is_signature(path):
        return None
    sha256 = hashlib.sha256(path.encode()).hexdigest()
    own = (Signature.enterprise_id == station.enterprise_id, Signature.sha256 == sha256)
    if uow.session.scalar(select(Signature.id).where(*own)) is None:
        try:
            with uow.session.begin_nested():
                uow.session.add(Signature(enterprise_id=station.enterprise_id, sha256=sha256, path=path))
        except IntegrityError:
            log.info("signature_already", extra={"station_id": str(station.id)})
    return sha256


def _settle(uow: UnitOfWork, held: HeldMark, note: str | None, *, counted: bool) -> None:
    uow.session.refresh(held, with_for_update=True)
    if held.settled_at is not None:
        raise AlreadySettled
    held.settled_at, held.settled_by, held.counted, held.note = uow.now, uow.actor.name, counted, note
