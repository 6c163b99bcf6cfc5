"""Reads of completions, hours and certificates."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from lms.access.reach import reach
from lms.attendance.models import Presence
from lms.core import clock
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.credentials.models import Certificate, Completion, HoursLine
from lms.credentials.rules import CertificateState
from lms.lectures.models import Attendee, Lecture, LectureState, Sitting
from lms.quizzes.models import Quiz
from lms.registry.models import Jurisdiction, Person

PROBLEMS_SHOWN = 50
DISTRICTS = ("县级", "园区")
MINUTE = timedelta(minutes=1)
LATELY = timedelta(days=30)  # a quiz that ended longer ago was looked at by a worker long since


def minutes_of(sitting: Sitting) -> int:
    """Whole minutes a sitting really took; 0 while it is not over."""
    if sitting.started_at is None or sitting.ended_at is None:
        return 0
    return (sitting.ended_at - sitting.started_at) // MINUTE


def lengths_for(uow: UnitOfWork, lecture: Lecture, person_ids: Collection[UUID]) -> dict[UUID, int]:
    """How long the lecture took for each of these people: the sitting that counts for them, else the first one."""
    lengths = {sitting.id: minutes_of(sitting) for sitting in lecture.sittings}
    found = dict.fromkeys(person_ids, lengths[lecture.sitting.id])
    if len(lengths) > 1:
        rows = uow.session.execute(
            select(Presence.person_id, Presence.sitting_id).where(
                Presence.lecture_id == lecture.id, Presence.sitting_id.is_not(None)
            )
        )
        found |= {person_id: lengths[sitting_id] for person_id, sitting_id in rows if sitting_id and person_id in found}
    return found


def completions_of(uow: UnitOfWork, lecture_id: UUID) -> dict[UUID, Completion]:
    """The completions of a lecture by person."""
    rows = uow.session.scalars(select(Completion).where(Completion.lecture_id == lecture_id))
    return {row.person_id: row for row in rows}


def credited(uow: UnitOfWork, completion_ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """Hours in the ledger for each completion, what was voided taken off; completions without a line are left out."""
    rows = uow.session.execute(
        select(HoursLine.completion_id, func.sum(HoursLine.hours))
        .where(HoursLine.completion_id.in_(completion_ids))
        .group_by(HoursLine.completion_id)
    )
    return {completion_id: Decimal(hours) for completion_id, hours in rows}


def waiting(uow: UnitOfWork, lecture_id: UUID | None, skip: Collection[UUID], limit: int) -> list[Completion]:
    """Completions whose certificate is to be issued, of one lecture or of all, the oldest first."""
    wanted = select(Completion).where(Completion.certificate_due, Completion.id.not_in(skip))
    if lecture_id is not None:
        wanted = wanted.where(Completion.lecture_id == lecture_id)
    return list(
        uow.session.scalars(
            wanted.order_by(Completion.decided_at, Completion.id)
            .limit(limit)
            .options(
                joinedload(Completion.person),
                joinedload(Completion.lecture).joinedload(Lecture.lecturer).load_only(Person.name),
                joinedload(Completion.lecture).joinedload(Lecture.enterprise),
            )
        )
    )


def district_codes(uow: UnitOfWork, jurisdiction_ids: Collection[UUID]) -> dict[UUID, str]:
    """The code of the district in which each jurisdiction lies; its own where it lies in none."""
    places = uow.session.execute(
        select(Jurisdiction.id, Jurisdiction.code, Jurisdiction.path).where(Jurisdiction.id.in_(jurisdiction_ids))
    ).all()
    above = {code for _id, _code, path in places for code in path.strip("/").split("/")}
    districts = set(
        uow.session.scalars(select(Jurisdiction.code).where(Jurisdiction.code.in_(above), Jurisdiction.level.in_(DISTRICTS)))
    )
    return {
        row_id: next((step for step in reversed(path.strip("/").split("/")) if step in districts), code)
        for row_id, code, path in places
    }


@dataclass(frozen=True, slots=True)
class CertificateFilter:
    """q: part of a name or serial number. state: a CertificateState, or "" for all."""

    q: str = ""
    lecture_id: UUID | None = None
    state: str = ""

    @property
    def active(self) -> bool:
        return bool(self.q or self.lecture_id or self.state)


def in_state(state: str, day: date) -> ColumnElement[bool]:
    """rules.state_on as a where-clause."""
    in_force = and_(Certificate.revoked_at.is_(None), Certificate.superseded_at.is_(None))
    over = and_(Certificate.valid_until.is_not(None), Certificate.valid_until < day)
    return {
        CertificateState.REVOKED: Certificate.revoked_at.is_not(None),
        CertificateState.SUPERSEDED: and_(Certificate.revoked_at.is_(None), Certificate.superseded_at.is_not(None)),
        CertificateState.EXPIRED: and_(in_force, over),
        CertificateState.VALID: and_(in_force, ~over),
    }[CertificateState(state)]


def certificates_page(uow: UnitOfWork, wanted: CertificateFilter, page: int) -> Page[Certificate]:
    """The certificates within reach, the latest first."""
    rows = select(Certificate).join(Person, Person.id == Certificate.person_id).where(reach(uow, Certificate))
    if wanted.q:
        rows = rows.where(
            or_(
                Person.name.contains(wanted.q, autoescape=True),
                Certificate.serial.contains(wanted.q.upper(), autoescape=True),
            )
        )
    if wanted.lecture_id:
        rows = rows.where(Certificate.lecture_id == wanted.lecture_id)
    if wanted.state:
        rows = rows.where(in_state(wanted.state, uow.today))
    total = uow.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    ordered = rows.order_by(Certificate.issued_at.desc(), Certificate.serial.desc()).options(
        joinedload(Certificate.lecture).joinedload(Lecture.enterprise)
    )
    return paged(total, page, lambda limit, offset: uow.session.scalars(ordered.limit(limit).offset(offset)))


def lectures_with_certificates(uow: UnitOfWork) -> list[tuple[UUID, str, int, int]]:
    """Lectures to filter by: id, title, year and number (期), the latest first."""
    rows = uow.session.execute(
        select(Lecture.id, Lecture.title, Lecture.year, Lecture.number)
        .where(Lecture.id.in_(select(Certificate.lecture_id).where(reach(uow, Certificate))))
        .order_by(Lecture.year.desc(), Lecture.number.desc(), Lecture.id)
        .limit(100)
    )
    return [(row.id, row.title, row.year, row.number) for row in rows]


def problems(uow: UnitOfWork, lecture_id: UUID | None = None) -> list[Completion]:
    """Completions within reach whose certificate could not be issued, with why."""
    wanted = select(Completion).where(reach(uow, Completion), Completion.certificate_due, Completion.problem.is_not(None))
    if lecture_id is not None:
        wanted = wanted.where(Completion.lecture_id == lecture_id)
    options = (joinedload(Completion.person).load_only(Person.name), joinedload(Completion.lecture))
    return list(uow.session.scalars(wanted.order_by(Completion.decided_at).limit(PROBLEMS_SHOWN).options(*options)))


@dataclass(frozen=True, slots=True)
class Issued:
    """How far a lecture is with its certificates. faulty: of those waiting, how many need a hand."""

    completed: int
    issued: int
    waiting: int
    faulty: int


def issued_of(uow: UnitOfWork, lecture_id: UUID) -> Issued:
    """Counts of one lecture, in two queries."""
    due = Completion.certificate_due
    completed, waits, faulty = uow.session.execute(
        select(
            func.count(Completion.id),
            func.count(Completion.id).filter(due),
            func.count(Completion.id).filter(due, Completion.problem.is_not(None)),
        ).where(Completion.lecture_id == lecture_id, Completion.completed)
    ).one()
    issued = uow.session.scalar(
        select(func.count(Certificate.id)).where(
            Certificate.lecture_id == lecture_id, Certificate.revoked_at.is_(None), Certificate.superseded_at.is_(None)
        )
    )
    return Issued(completed, issued or 0, waits, faulty)


def by_public_code(uow: UnitOfWork, code: str) -> Certificate | None:
    """The certificate behind the address in its QR code, whatever became of it."""
    return uow.session.scalar(
        select(Certificate)
        .where(Certificate.public_code == code)
        .options(joinedload(Certificate.superseded_by), joinedload(Certificate.lecture))
    )


def certificates_of(uow: UnitOfWork, person_id: UUID, lecture_id: UUID | None = None) -> list[Certificate]:
    """A person's certificates: in force first, then the latest first."""
    wanted = select(Certificate).where(Certificate.person_id == person_id)
    if lecture_id is not None:
        wanted = wanted.where(Certificate.lecture_id == lecture_id)
    rows = list(uow.session.scalars(wanted.order_by(Certificate.issued_at.desc())))
    return sorted(rows, key=lambda row: not row.in_force)


def hours_lines_of(uow: UnitOfWork, person_id: UUID, year: int | None = None) -> list[HoursLine]:
    """A person's lines of the ledger, the latest first."""
    wanted = select(HoursLine).where(HoursLine.person_id == person_id)
    if year is not None:
        wanted = wanted.where(HoursLine.earned_on.between(date(year, 1, 1), date(year, 12, 31)))
    order = (HoursLine.earned_on.desc(), HoursLine.recorded_at.desc(), HoursLine.id.desc())
    return list(uow.session.scalars(wanted.order_by(*order).options(joinedload(HoursLine.lecture))))


def hours_in(uow: UnitOfWork, person_ids: Collection[UUID] | Any, year: int) -> dict[UUID, Decimal]:
    """Hours each person has in a calendar year; who has none is left out. person_ids: ids, or a select of them."""
    rows = uow.session.execute(
        select(HoursLine.person_id, func.sum(HoursLine.hours))
        .where(HoursLine.person_id.in_(person_ids), HoursLine.earned_on.between(date(year, 1, 1), date(year, 12, 31)))
        .group_by(HoursLine.person_id)
    )
    return {person_id: Decimal(hours) for person_id, hours in rows}


def make_ups_of(uow: UnitOfWork, lecture_id: UUID) -> list[Lecture]:
    """The lectures that make up for one (补训), in the order they were planned; called off and void ones left out."""
    wanted = select(Lecture).where(
        Lecture.makes_up_for_id == lecture_id, Lecture.state.not_in([LectureState.CANCELLED, LectureState.VOIDED])
    )
    return list(uow.session.scalars(wanted.order_by(Lecture.created_at, Lecture.id)))


def last_make_up_gap(uow: UnitOfWork, enterprise_id: UUID) -> timedelta | None:
    """How long after its first lecture the last make-up was planned that people were told of; None before there was one."""
    later = uow.session.scalar(
        select(Lecture)
        .where(Lecture.enterprise_id == enterprise_id, Lecture.makes_up_for_id.is_not(None), Lecture.notified_at.is_not(None))
        .order_by(Lecture.notified_at.desc())
        .limit(1)
    )
    if later is None:
        return None
    first = uow.session.get_one(Lecture, later.makes_up_for_id)
    gap = clock.local_date(later.sitting.planned_starts_at) - clock.local_date(first.sitting.planned_starts_at)
    return max(gap, timedelta(days=1))


def lapsed(uow: UnitOfWork) -> dict[UUID, list[UUID]]:
    """Lecture → people who were there and let its quiz end without passing, and of whom that is not decided yet."""
    rows = uow.session.execute(
        select(Completion.lecture_id, Completion.person_id)
        .join(Quiz, Quiz.lecture_id == Completion.lecture_id)
        .where(Quiz.closes_at <= uow.now, Quiz.closes_at > uow.now - LATELY, Completion.decided_at < Quiz.closes_at)
        .where(Completion.attended, Completion.completed.is_(False))
    )
    found: dict[UUID, list[UUID]] = {}
    for lecture_id, person_id in rows:
        found.setdefault(lecture_id, []).append(person_id)
    return found


@dataclass(frozen=True, slots=True)
class MakeUp:
    """What the page of a lecture says of making up. first: the lecture it makes up for, if it does. again: those that make
    up for it. asked: who is on the list of a draft: (id, name, work number, why) each.
    """

    first: Lecture | None
    again: tuple[tuple[Lecture, int], ...]
    asked: tuple[tuple[UUID, str, str | None, str], ...]


def make_up_of(uow: UnitOfWork, lecture: Lecture) -> MakeUp:
    """A lecture with what it makes up for and what makes up for it."""
    first = uow.session.get_one(Lecture, lecture.makes_up_for_id) if lecture.makes_up_for_id else None
    again = [] if first else make_ups_of(uow, lecture.id)
    counts = dict(
        uow.session.execute(
            select(Attendee.lecture_id, func.count(Attendee.id))
            .where(Attendee.lecture_id.in_([one.id for one in again]))
            .group_by(Attendee.lecture_id)
        ).all()
    )
    asked = (
        [UUID(text) for text in lecture.audience.get("person_ids", ())] if first and lecture.state == LectureState.DRAFT else []
    )
    why: dict[UUID, str] = {}
    if first and asked:
        family = [first.id, *(one.id for one in make_ups_of(uow, first.id))]
        rows = uow.session.scalars(
            select(Completion)
            .where(Completion.lecture_id.in_(family), Completion.person_id.in_(asked))
            .order_by(Completion.decided_at)
        )
        why = {row.person_id: "，".join(row.reasons) for row in rows}
    people = uow.session.execute(
        select(Person.id, Person.name, Person.work_no)
        .where(Person.id.in_(asked))
        .order_by(Person.work_no, Person.name, Person.id)
    )
    return MakeUp(
        first,
        tuple((one, counts.get(one.id) or len(one.audience.get("person_ids", ()))) for one in again),
        tuple((person_id, name, work_no, why.get(person_id, "")) for person_id, name, work_no in people),
    )


def completion_of(uow: UnitOfWork, lecture_id: UUID, person_id: UUID) -> Completion | None:
    """What was decided of a person in a lecture."""
    return uow.session.scalar(select(Completion).where(Completion.lecture_id == lecture_id, Completion.person_id == person_id))


def decided_of(uow: UnitOfWork, lecture_id: UUID) -> list[tuple[Completion, str, str | None]]:
    """The decisions on a lecture's people with name and work number, those not completed first."""
    rows = uow.session.execute(
        select(Completion, Person.name, Person.work_no)
        .join(Person, Person.id == Completion.person_id)
        .where(Completion.lecture_id == lecture_id)
        .order_by(Completion.completed, Person.work_no, Person.name, Person.id)
    )
    return [(completion, name, work_no) for completion, name, work_no in rows]
