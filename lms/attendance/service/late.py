"""A code that was scanned while the phone had no network: its time step proves since when it can be known, not who was there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from lms.attendance import queries, rules
from lms.attendance.models import HeldMark, Method, Why
from lms.attendance.rules.claims import Claim
from lms.attendance.service.claims import keep
from lms.attendance.service.codes import CodeExpired, CodeForged, NotOpen, secret_of
from lms.core.db import new_id
from lms.core.uow import UnitOfWork

LEEWAY = timedelta(minutes=2)  # between the step of a code and the moment at which the phone says it scanned


def late_claim(uow: UnitOfWork, text: str, waited: timedelta, device_id: str) -> Claim:
    """The claim of a scan that comes up to an hour late, at the time step of its code.

    waited: how long the phone kept it, as it says. Raises CodeForged, CodeExpired, NotOpen.
    """
    claimed = rules.read_token(text)
    if claimed is None:
        raise CodeForged
    secret = secret_of(claimed.sitting_id)
    step = rules.accepted_step(secret, claimed, uow.now)
    step = rules.lapsed_step(secret, claimed, uow.now) if step is None else step
    if step is None:
        raise CodeForged
    scanned_at = min(datetime.fromtimestamp(step * rules.STEP_SECONDS, UTC), uow.now)
    if abs(uow.now - waited - scanned_at) > LEEWAY:
        raise CodeExpired  # the code is older than the scan: it came by a picture of the screen
    sitting = queries.sitting_with_lecture(uow, claimed.sitting_id)
    if sitting.opened_at is None or (sitting.closed_at is not None and scanned_at > sitting.closed_at):
        raise NotOpen
    return Claim(new_id(), sitting.id, claimed.mark, Method.SCAN.value, scanned_at, step, str(claimed.screen), device_id, uow.now)


def held_of_scan(uow: UnitOfWork, scan_id: UUID) -> HeldMark | None:
    """What waits for the trainer because of this scan."""
    return uow.session.scalar(select(HeldMark).where(HeldMark.scan_id == scan_id))


def hold_late_scan(uow: UnitOfWork, hall: queries.Hall, made: Claim, person_id: UUID) -> HeldMark:
    """Keep a late scan of this person for the trainer, once: a picture of the screen could have been sent to anybody."""
    scan = keep(uow, hall, made)
    there = held_of_scan(uow, made.id)
    if there is not None:
        return there
    held = HeldMark(
        enterprise_id=scan.enterprise_id, lecture_id=hall.lecture_id, scan_id=scan.id, person_id=person_id, mark=scan.mark,
        why=Why.LATE_SCAN, happened_at=scan.scanned_at, received_at=scan.received_at or uow.now,
    )  # fmt: skip
    uow.session.add(held)
    uow.session.flush()
    return held
