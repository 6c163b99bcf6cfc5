"""Reads of certificates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from lms.access.reach import reach
from lms.core.errors import NotFound
from lms.core.paging import Page, paged
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.credentials.models import Award, Certificate, Completion, HoursLine, SerialCounter
from lms.credentials.rules import CertificateKind, CertificateState, renewed_until, subject_of
from lms.lectures.models import Lecture
from lms.registry.models import Jurisdiction, Person
from lms.registry.rules.places import DISTRICTS

PROBLEMS_SHOWN = 50
LATELY = timedelta(days=30)  # what is to be done about a lecture without hours is done by then, or is left as it is
ENDING = "ending"  # valid, and soon to be renewed


def not_forgotten(of: type[Completion] | type[Award]) -> ColumnElement[bool]:
    """Whose holder was not forgotten by law: nothing is printed for them any more."""
    return of.person.has(Person.erased_at.is_(None))


def number_waiting(uow: UnitOfWork, lecture_id: UUID | None) -> int:
    """How many certificates are to be issued, of one lecture or of all."""
    wanted = select(func.count(Completion.id)).where(Completion.certificate_due, not_forgotten(Completion))
    return uow.session.scalar(wanted if lecture_id is None else wanted.where(Completion.lecture_id == lecture_id)) or 0


def waiting(uow: UnitOfWork, lecture_id: UUID | None, skip: Collection[UUID], limit: int) -> list[Completion]:
    """Completions whose certificate is to be issued, of one lecture or of all, the oldest first."""
    wanted = select(Completion).where(Completion.certificate_due, not_forgotten(Completion), Completion.id.not_in(skip))
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
    """q: part of a name or serial number. state: a CertificateState, ENDING, or "" for all; kind: a CertificateKind, or ""."""

    q: str = ""
    lecture_id: UUID | None = None
    state: str = ""
    kind: str = ""

    @property
    def active(self) -> bool:
        return bool(self.q or self.lecture_id or self.state or self.kind)


def in_force() -> ColumnElement[bool]:
    """Certificate.in_force as a where-clause."""
    return and_(Certificate.revoked_at.is_(None), Certificate.superseded_at.is_(None))


def in_state(state: str, day: date) -> ColumnElement[bool]:
    """rules.state_on as a where-clause; and ENDING, which is a part of the valid ones."""
    if state == ENDING:
        return and_(in_force(), Certificate.valid_until >= day, Certificate.valid_until <= renewed_until(day))
    over = and_(Certificate.valid_until.is_not(None), Certificate.valid_until < day)
    return {
        CertificateState.REVOKED: Certificate.revoked_at.is_not(None),
        CertificateState.SUPERSEDED: and_(Certificate.revoked_at.is_(None), Certificate.superseded_at.is_not(None)),
        CertificateState.EXPIRED: and_(in_force(), over),
        CertificateState.VALID: and_(in_force(), ~over),
    }[CertificateState(state)]


def certificates_page(uow: UnitOfWork, wanted: CertificateFilter, page: int | None) -> Page[Certificate]:
    """The certificates within reach, the latest first. page None: all of them. Raises TooLong."""
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
    if wanted.kind:
        rows = rows.where(Certificate.kind == CertificateKind(wanted.kind))
    if wanted.state:
        rows = rows.where(in_state(wanted.state, uow.today))
    total = uow.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    ordered = rows.order_by(Certificate.issued_at.desc(), Certificate.serial.desc()).options(
        joinedload(Certificate.lecture).joinedload(Lecture.enterprise), joinedload(Certificate.award)
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


class Unissued(NamedTuple):
    """A certificate that could not be issued. subject: what it is about."""

    name: str
    subject: str
    problem: str


def problems(uow: UnitOfWork, lecture: Lecture | None = None) -> list[Unissued]:
    """Whose certificate within reach could not be issued, with why; of one lecture, or of all and of awards."""
    wanted = select(Completion).where(reach(uow, Completion), Completion.certificate_due, Completion.problem.is_not(None))
    wanted = wanted.where(not_forgotten(Completion))
    if lecture is not None:  # with its enterprise: an officer's reach would otherwise be gone through first
        wanted = wanted.where(Completion.enterprise_id == lecture.enterprise_id, Completion.lecture_id == lecture.id)
    options = (joinedload(Completion.person).load_only(Person.name), joinedload(Completion.lecture))
    rows = uow.session.scalars(wanted.order_by(Completion.decided_at).limit(PROBLEMS_SHOWN).options(*options))
    found = [Unissued(row.person.name, row.lecture.title, row.problem or "") for row in rows]
    if lecture is None:
        awards = select(Award).where(reach(uow, Award), Award.certificate_due, Award.problem.is_not(None), not_forgotten(Award))
        named = joinedload(Award.person).load_only(Person.name)
        for row in uow.session.scalars(awards.order_by(Award.decided_at).limit(PROBLEMS_SHOWN).options(named)):
            found.append(Unissued(row.person.name, subject_of(row.kind, row.basis), row.problem or ""))
    return found


def proposals(uow: UnitOfWork) -> list[Certificate]:
    """Certificates within reach that somebody wants revoked, the oldest proposal first."""
    wanted = select(Certificate).where(reach(uow, Certificate), in_force(), Certificate.proposed_at.is_not(None))
    return list(uow.session.scalars(wanted.order_by(Certificate.proposed_at).limit(PROBLEMS_SHOWN)))


@dataclass(frozen=True, slots=True)
class Issued:
    """How far a lecture is with its certificates. faulty: of those waiting, how many need a hand. no_hours: completed, and
    without a certificate because it would state 0 hours.
    """

    completed: int
    issued: int
    waiting: int
    faulty: int
    no_hours: int = 0


def issued_of(uow: UnitOfWork, lecture_id: UUID) -> Issued:
    """Counts of one lecture, in two queries."""
    due = and_(Completion.certificate_due, not_forgotten(Completion))
    completed, waits, faulty, no_hours = uow.session.execute(
        select(
            func.count(Completion.id),
            func.count(Completion.id).filter(due),
            func.count(Completion.id).filter(due, Completion.problem.is_not(None)),
            func.count(Completion.id).filter(_has_no_hours()),
        ).where(Completion.lecture_id == lecture_id, Completion.completed)
    ).one()
    issued = uow.session.scalar(select(func.count(Certificate.id)).where(Certificate.lecture_id == lecture_id, in_force()))
    return Issued(completed, issued or 0, waits, faulty, no_hours)


def _has_no_hours() -> ColumnElement[bool]:
    """Of whom no certificate is issued although they completed the lecture: it would state 0 hours. Nobody who was forgotten,
    who holds one from before that was so, whose one somebody revoked for good, or was renewed by that of another lecture.
    """
    counted = select(func.sum(HoursLine.hours)).where(HoursLine.completion_id == Completion.id).scalar_subquery()
    by = aliased(Certificate)
    renewed = exists().where(by.id == Certificate.superseded_by_id, by.lecture_id != Certificate.lecture_id)
    by_hand = and_(Certificate.revoked_at.is_not(None), ~Certificate.withdrawn)
    held = exists().where(Certificate.completion_id == Completion.id, or_(in_force(), by_hand, renewed))
    none = and_(Completion.completed, ~Completion.certificate_due, func.coalesce(counted, 0) == 0, ~held)
    return and_(none, not_forgotten(Completion))


class WithoutHours(NamedTuple):
    """A lecture that gave people who completed it 0 hours, and so no certificate. people: how many they are."""

    lecture_id: UUID
    title: str
    people: int


def lectures_without_hours(uow: UnitOfWork, person_id: UUID | None = None) -> tuple[int, list[WithoutHours]]:
    """Of the lectures within reach that ended lately: how many gave people no certificate for want of hours, and the latest of
    them. person_id: only those of one person.
    """
    rows = (
        select(Lecture.id, Lecture.title, func.count(Completion.id), func.count().over())
        .join(Completion, Completion.lecture_id == Lecture.id)
        .where(Lecture.closed_at >= uow.now - LATELY, reach(uow, Completion), _has_no_hours())
        .group_by(Lecture.id, Lecture.title, Lecture.closed_at)
        .order_by(Lecture.closed_at.desc(), Lecture.id)
        .limit(PROBLEMS_SHOWN)
    )
    found = uow.session.execute(rows if person_id is None else rows.where(Completion.person_id == person_id)).all()
    return (found[0][3] if found else 0), [WithoutHours(*row[:3]) for row in found]


def by_public_code(uow: UnitOfWork, code: str) -> Certificate | None:
    """The certificate behind the address in its QR code, whatever became of it."""
    return uow.session.scalar(
        select(Certificate)
        .where(Certificate.public_code == code)
        .options(joinedload(Certificate.successor), joinedload(Certificate.lecture))
    )


def by_serial(uow: UnitOfWork, serial: str) -> Certificate | None:
    """The certificate of a number, whatever became of it."""
    return uow.session.scalar(select(Certificate).where(Certificate.serial == serial).options(joinedload(Certificate.successor)))


def last_of(uow: UnitOfWork, series: str) -> int:
    """The number given out last in a district and year (430602-2026); 0 when there was none."""
    district, _dash, year = series.rpartition("-")
    wanted = select(SerialCounter.last).where(SerialCounter.district_code == district, SerialCounter.year == int(year))
    return uow.session.scalar(wanted) or 0


def ended_of(uow: UnitOfWork, series: str) -> Sequence[str]:
    """The numbers of a district and year that are revoked or superseded."""
    return uow.session.scalars(
        select(Certificate.serial).where(Certificate.serial.startswith(f"AK-{series}-"), ~in_force())
    ).all()


def first_valid(uow: UnitOfWork) -> Certificate | None:
    """Of those valid today the one with the first number."""
    valid = in_state(CertificateState.VALID, uow.today)
    return uow.session.scalar(
        select(Certificate).where(valid, Certificate.erased_at.is_(None)).order_by(Certificate.serial).limit(1)
    )


class Forgotten(NotFound):
    code = "certificate-holder-forgotten"
    sentence = _l("持证人的个人信息已按规定删除，证书文件也一起删了。编号、日期和学时还查得到。")


def frozen(certificate: Certificate) -> bytes:
    """The very bytes that were stored at issue. Raises Forgotten."""
    if certificate.erased_at is not None:
        raise Forgotten
    return storage().get(certificate.pdf_sha256)


def certificates_of(uow: UnitOfWork, person_id: UUID, lecture_id: UUID | None = None) -> list[Certificate]:
    """A person's certificates: in force first, then the latest first."""
    wanted = select(Certificate).where(Certificate.person_id == person_id)
    if lecture_id is not None:
        wanted = wanted.where(Certificate.lecture_id == lecture_id)
    rows = list(uow.session.scalars(wanted.order_by(Certificate.issued_at.desc())))
    return sorted(rows, key=lambda row: not row.in_force)
