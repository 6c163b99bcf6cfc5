"""A hall checks in at once: the scans of many become events in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, CompoundSelect, bindparam, null, select, union_all

from lms.access.actor import Actor
from lms.attendance import queries
from lms.attendance.models import AttendanceEvent, Mark, Method, Visitor
from lms.attendance.rules.claims import Claim
from lms.attendance.service.chain import enter_chain
from lms.attendance.service.claims import trust_in
from lms.attendance.service.deriving import rederive
from lms.attendance.service.ending import check_out_late
from lms.attendance.service.presence import EMPTY
from lms.core.db import db, new_id
from lms.core.together import Together
from lms.core.uow import UnitOfWork
from lms.lectures.models import CALLED_OFF, Attendee, Lecture, Sitting
from lms.registry.models import Person
from lms.registry.queries import on_roster


class Tap(NamedTuple):
    """Somebody whom their phone knows says that a scan was theirs. waited: as for claims.claim."""

    claim: Claim
    person_id: UUID
    waited: timedelta


_events, _line = db.metadata.tables[AttendanceEvent.__tablename__], db.metadata.tables[Attendee.__tablename__]
_asked: BindParameter[Any] = bindparam("claim_ids", expanding=True)
_of: BindParameter[Any] = bindparam("sitting_ids", expanding=True)
# Of whom a scan is: one that made a visitor is of nobody on the roster. And the sittings from which everybody was checked out:
# asked after the lines are held, for whoever waited for the closing has read the sitting as it was before.
_THERE: CompoundSelect[Any] = union_all(
    select(AttendanceEvent.claim_id.label("id"), AttendanceEvent.person_id).where(AttendanceEvent.claim_id.in_(_asked)),
    select(Visitor.scan_id, null()).where(Visitor.scan_id.in_(_asked)),
    select(Sitting.id, null()).where(Sitting.id.in_(_of), Sitting.rest_out_by.is_not(None)),
)
# Held until the end of the transaction, in one order, as presence.lock does for one: two marks of one person at the same moment
# must not each be derived without the other.
_LISTED = (
    select(Sitting.id, _line.c.person_id, _line.c.lecture_id, _line.c.enterprise_id)
    .join(Sitting, Sitting.lecture_id == _line.c.lecture_id)
    .join(Lecture, Lecture.id == _line.c.lecture_id)
    .join(Person, Person.id == _line.c.person_id)
    .where(
        Sitting.id.in_(_of),
        _line.c.person_id.in_(bindparam("person_ids", expanding=True)),
        Lecture.state.not_in(CALLED_OFF),
        on_roster(bindparam("today")),
    )
    .order_by(_line.c.id)
    .with_for_update(of=_line)
)
_APPEND = _events.insert()


def _write(uow: UnitOfWork, taps: Sequence[Tap]) -> list[UUID | None]:
    """The claim of each tap that is an event of that person now, or was before. None: not so simple, or not allowed."""
    wanted = {
        "sitting_ids": list({tap.claim.sitting_id for tap in taps}), "person_ids": [tap.person_id for tap in taps],
        "today": uow.today,
    }  # fmt: skip
    listed = {row[:2]: row for row in uow.execute(_LISTED, wanted)}
    asked = {"claim_ids": [tap.claim.id for tap in taps], "sitting_ids": wanted["sitting_ids"]}
    owner = {row.id: row.person_id for row in uow.execute(_THERE, asked)}
    made, late = [], set()
    for tap in taps:
        line, trust = listed.get((tap.claim.sitting_id, tap.person_id)), trust_in(tap.claim, uow.now, tap.waited)
        if tap.claim.id in owner or line is None or trust is None:
            continue
        owner[tap.claim.id] = tap.person_id
        if tap.claim.sitting_id in owner and tap.claim.mark == Mark.IN:
            late.add((tap.claim.sitting_id, tap.person_id))
        made.append(
            EMPTY | {
                "id": new_id(), "enterprise_id": line.enterprise_id, "lecture_id": line.lecture_id,
                "sitting_id": tap.claim.sitting_id, "person_id": tap.person_id, "mark": Mark(tap.claim.mark),
                "scanned_at": tap.claim.scanned_at,
                "recorded_at": uow.now, "method": Method(tap.claim.method), "trust": trust, "claim_id": tap.claim.id,
                "device_id": tap.claim.device_id, "screen": tap.claim.screen, "step": tap.claim.step,
            }
        )  # fmt: skip
    if made:
        _append(uow, [SimpleNamespace(**values) for values in made], late)
    return [tap.claim.id if owner.get(tap.claim.id) == tap.person_id else None for tap in taps]


def _append(uow: UnitOfWork, events: Sequence[SimpleNamespace], late: Collection[tuple[UUID, UUID]]) -> None:
    """Append events, enter them into the chain, and rewrite what follows from them.

    late: sitting and person, of those who came to a sitting from which everybody was checked out meanwhile.
    """
    uow.execute(_APPEND, [vars(event) for event in events])
    people: dict[UUID, list[UUID]] = defaultdict(list)
    for event in events:
        enter_chain(uow, event)
        people[event.lecture_id].append(event.person_id)
    for sitting_id, person_id in late:
        check_out_late(uow, sitting_id, [person_id])
    for lecture_id, person_ids in people.items():
        rederive(uow, lecture_id, list(dict.fromkeys(person_ids)))


def _read(uow: UnitOfWork, written: Sequence[UUID]) -> list[queries.Done]:
    done = queries.done(uow, written)
    return [done[claim_id] for claim_id in written]


# An event that came of a scan names nobody who entered it, so whoever acts makes no difference.
_taps: Together[Tap, queries.Done] = Together(Actor.system("attendance.check-in"), "public", _write, _read)


def tap(claim: Claim, person_id: UUID, waited: timedelta) -> queries.Done | None:
    """Record that a claim is of this person, together with all who tap at the same moment; the same tap again is the same event.

    person_id: as our own signature on the phone says. None: nothing was recorded by this tap, ask by claims.claim why.
    """
    return _taps.do(Tap(claim, person_id, waited))
