"""A worker shows their training record to their next employer (随身培训记录), signed, with one tap and not without it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.credentials.models import CarriedRecord, Certificate, HoursLine
from lms.credentials.queries.certificates import in_state
from lms.credentials.rules import CertificateState, plain
from lms.ledger.keys import signing_seed
from lms.ledger.receipts import seal
from lms.ledger.rules import canonical
from lms.ledger.service import append
from lms.registry.models import Enterprise, Person
from lms.registry.words import hide

SHOWN = "record.shown"
LASTS = timedelta(minutes=30)
KEPT = timedelta(days=30)  # how long the next employer can read what was shown
CODE_BYTES = 16


class OwnFirm(Conflict):
    code = "record-own-firm"
    sentence = _l("这是本单位的人，在一人一档里就能看。")


class NotOffered(Conflict):
    code = "record-not-offered"
    sentence = _l("这次出示已经结束，请对方重新出示。")


def offer(uow: UnitOfWork, person: Person) -> CarriedRecord:
    """The worker taps: for half an hour somebody who scans the code may ask. What was offered before and not asked for ends."""
    before = select(CarriedRecord).where(CarriedRecord.person_id == person.id, CarriedRecord.agreed_at.is_(None))
    for one in uow.session.scalars(before):
        one.ended_at = one.ended_at or uow.now
    made = CarriedRecord(
        enterprise_id=person.enterprise_id, person_id=person.id, code=secrets.token_urlsafe(CODE_BYTES), offered_at=uow.now,
        ends_at=uow.now + LASTS,
    )  # fmt: skip
    uow.session.add(made)
    uow.session.flush()
    return made


def ask(uow: UnitOfWork, offered: CarriedRecord, firm: Enterprise) -> None:
    """The next employer scanned the code and asks. The first one who does is the one. Raises OwnFirm, NotOffered."""
    uow.session.flush()
    uow.session.refresh(offered, with_for_update=True)
    if firm.id == offered.enterprise_id:
        raise OwnFirm
    if not offered.runs(uow.now) or (offered.firm_id is not None and offered.firm_id != firm.id):
        raise NotOffered
    offered.firm_id, offered.asked_by, offered.asked_at = firm.id, uow.actor.name, offered.asked_at or uow.now


def agree(uow: UnitOfWork, offered: CarriedRecord) -> None:
    """The worker taps again: that firm, and nobody else, sees the record as it is now, signed. Raises NotOffered."""
    uow.session.flush()
    uow.session.refresh(offered, with_for_update=True)
    if offered.firm_id is None or not offered.runs(uow.now):
        raise NotOffered
    offered.agreed_at, offered.ends_at = uow.now, uow.now + KEPT
    offered.statement = canonical(_record(uow, uow.session.get_one(Person, offered.person_id), offered.firm_id))
    offered.signature, offered.key = seal(signing_seed(), offered.statement.encode())
    append(uow, offered.enterprise_id, SHOWN, offered.person_id, {"actor": uow.actor.key, "to": offered.firm_id})


def end(uow: UnitOfWork, offered: CarriedRecord) -> None:
    """The worker thinks better of it: nobody reads it any more."""
    offered.ended_at = offered.ended_at or uow.now


def _record(uow: UnitOfWork, person: Person, firm_id: UUID) -> dict[str, Any]:
    """What is shown: hours by year and how they are known, certificates that are valid today. No number in full."""
    years: dict[str, dict[str, Any]] = {}
    lines = select(HoursLine.earned_on, HoursLine.trust, HoursLine.hours).where(HoursLine.person_id == person.id)
    for earned_on, trust, hours in uow.session.execute(lines):
        of_year = years.setdefault(str(earned_on.year), {})
        of_year[trust] = of_year.get(trust, 0) + hours
    valid = in_state(CertificateState.VALID, uow.today)
    wanted = select(Certificate).where(Certificate.person_id == person.id, valid).order_by(Certificate.issued_at)
    certificates = [
        {"serial": one.serial, "title": one.data["lecture_title"], "hours": one.data["hours"], "score": one.data.get("score"),
         "issued_on": one.data["issued_on"], "valid_until": one.valid_until, "code": one.public_code}
        for one in uow.session.scalars(wanted)
    ]  # fmt: skip
    return {
        "kind": "anke-carried-record-1", "name": person.name,
        "id_number": hide(person.id_number, 4, 4) if person.id_number else None,
        "enterprise": uow.session.get_one(Enterprise, person.enterprise_id).name, "to": firm_id, "at": uow.now,
        "hours": {year: {trust: plain(number) for trust, number in told.items()} for year, told in sorted(years.items())},
        "certificates": certificates,
    }  # fmt: skip
