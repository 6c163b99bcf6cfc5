"""The marks of a person as a record: what was struck stays, with what is right under it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.access.reach import reach
from lms.access.service import hands_of
from lms.attendance.models import AttendanceEvent, Correction, Dispute, HandMark
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.registry.models import Enterprise, Person
from lms.registry.rules.names import called


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dispute without an answer. late: its last day has passed."""

    dispute: Dispute
    name: str
    lecture: str
    enterprise: str
    late: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One mark. correction: why it was struck and by whom; None while it stands. by_hand: who entered it, if anybody.

    counts_still: it was struck, but what is to replace it waits for a second person.
    """

    event: AttendanceEvent
    correction: Correction | None
    by_hand: HandMark | None
    counts_still: bool = False

    @property
    def pending(self) -> bool:
        """Waits for a second person and does not count yet."""
        return self.correction is None and self.by_hand is not None and self.by_hand.pending


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction with the person's name, the struck mark and the one that replaces it, if any."""

    correction: Correction
    name: str
    struck: AttendanceEvent
    right: AttendanceEvent | None


@dataclass(frozen=True, slots=True)
class Pending:
    """A mark by hand with its event and the person's name. for_me: it waits, and whoever asks may be its second person."""

    mark: HandMark
    event: AttendanceEvent
    name: str
    struck: bool
    for_me: bool


def lines_of(uow: UnitOfWork, lecture_id: UUID, person_id: UUID) -> list[Line]:
    """Every mark of a person in a lecture, by time; one that replaces another stands right under it."""
    own = (AttendanceEvent.lecture_id == lecture_id, AttendanceEvent.person_id == person_id)
    rows = uow.session.execute(
        select(AttendanceEvent, Correction, HandMark)
        .outerjoin(Correction, Correction.event_id == AttendanceEvent.id)
        .outerjoin(HandMark, HandMark.event_id == AttendanceEvent.id)
        .where(*own)
        .options(joinedload(AttendanceEvent.held))
        .order_by(AttendanceEvent.scanned_at, AttendanceEvent.id)
    ).all()
    lines = {event.id: Line(event, correction, by_hand) for event, correction, by_hand in rows}
    under = {line.correction.replaced_by_id for line in lines.values() if line.correction}
    ordered: list[Line] = []
    for line in lines.values():
        following: Line | None = line if line.event.id not in under else None
        while following is not None:
            right = following.correction.replaced_by_id if following.correction else None
            after = lines.get(right) if right else None
            ordered.append(replace(following, counts_still=after is not None and after.pending))
            following = after
    return ordered


def corrections_of(uow: UnitOfWork, lecture_id: UUID) -> list[Corrected]:
    """The corrections of a lecture, the latest first."""
    rows = uow.session.execute(
        select(Correction, Person.name, Person.work_no)
        .join(Person, Person.id == Correction.person_id)
        .where(Correction.lecture_id == lecture_id)
        .order_by(Correction.signed_at.desc(), Correction.id.desc())
    ).all()
    wanted = {key for row, *_named in rows for key in (row.event_id, row.replaced_by_id) if key}
    events = _events(uow, wanted)
    return [
        Corrected(row, called(name, work_no), events[row.event_id], events.get(row.replaced_by_id)) for row, name, work_no in rows
    ]


def hand_marks_of(uow: UnitOfWork, lecture_id: UUID) -> list[Pending]:
    """The marks by hand of a lecture, those that wait for a second person first, then by time of entry."""
    rows = uow.session.execute(
        select(HandMark, AttendanceEvent, Person.name, Person.work_no, Correction.id)
        .join(AttendanceEvent, AttendanceEvent.id == HandMark.event_id)
        .join(Person, Person.id == HandMark.person_id)
        .outerjoin(Correction, Correction.event_id == HandMark.event_id)
        .where(HandMark.lecture_id == lecture_id)
        .order_by(HandMark.id)
    ).all()
    hands = hands_of(uow)
    found = [
        Pending(
            mark, event, called(name, work_no), struck is not None,
            for_me=struck is None and mark.pending and mark.may_be_decided_by(hands),
        )
        for mark, event, name, work_no, struck in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.struck or not one.mark.pending)


def waits_for_second(uow: UnitOfWork, event_id: UUID | None) -> bool:
    """Whether an event was entered by hand and waits for a second person."""
    mark = uow.session.scalar(select(HandMark).where(HandMark.event_id == event_id)) if event_id else None
    return mark is not None and mark.pending


def disputes_of(uow: UnitOfWork, lecture_id: UUID) -> list[tuple[Dispute, str]]:
    """The disputes of a lecture with the name of whoever raised each, those without an answer first."""
    rows = uow.session.execute(
        select(Dispute, Person.name)
        .join(Person, Person.id == Dispute.person_id)
        .where(Dispute.lecture_id == lecture_id)
        .order_by(Dispute.answered_at.is_not(None), Dispute.raised_at)
    )
    return [(row, name) for row, name in rows]


def waiting_disputes(uow: UnitOfWork) -> list[Waiting]:
    """Disputes within reach that nobody has answered, the one due first at the top."""
    rows = uow.session.execute(
        select(Dispute, Person.name, Lecture.title, Enterprise.name)
        .join(Person, Person.id == Dispute.person_id)
        .join(Lecture, Lecture.id == Dispute.lecture_id)
        .join(Enterprise, Enterprise.id == Dispute.enterprise_id)
        .where(reach(uow, Dispute), Dispute.answered_at.is_(None))
        .order_by(Dispute.due_on, Dispute.raised_at, Dispute.id)
    )
    return [Waiting(one, name, title, firm, one.due_on < uow.today) for one, name, title, firm in rows]


def own_disputes(uow: UnitOfWork, lecture_id: UUID, person_id: UUID) -> list[Dispute]:
    """What a person said against their own record of a lecture, the latest first."""
    rows = select(Dispute).where(Dispute.lecture_id == lecture_id, Dispute.person_id == person_id)
    return list(uow.session.scalars(rows.order_by(Dispute.raised_at.desc())))


def _events(uow: UnitOfWork, ids: Collection[UUID]) -> dict[UUID | None, AttendanceEvent]:
    rows = uow.session.scalars(select(AttendanceEvent).where(AttendanceEvent.id.in_(ids)))
    return {row.id: row for row in rows}
