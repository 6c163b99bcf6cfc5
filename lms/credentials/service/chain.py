"""Each hours line, and each certificate when it is issued and when it ends, is a fact in the chain of its enterprise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from lms.core.uow import UnitOfWork
from lms.credentials.documents import fingerprint_of
from lms.credentials.events import CertificateEnded
from lms.credentials.models import Certificate, HoursLine
from lms.credentials.rules import CertificateKind, plain
from lms.ledger.service import Fact, append, witnesses
from lms.registry.models import Person

HOURS, ISSUED, ENDED = "hours.recorded", "certificate.issued", "certificate.ended"


def enter_hours(uow: UnitOfWork, line: HoursLine) -> None:
    """Write a line of the ledger, and enter it. line: with its id."""
    uow.session.add(line)
    append(uow, line.enterprise_id, HOURS, line.id, _hours(line))


def enter_issued(uow: UnitOfWork, certificate: Certificate) -> None:
    """Enter a certificate that was just issued."""
    append(uow, certificate.enterprise_id, ISSUED, certificate.id, _issued(certificate))


def enter_ended(uow: UnitOfWork, certificate: Certificate) -> None:
    """Enter that a certificate was just revoked or superseded."""
    append(uow, certificate.enterprise_id, ENDED, certificate.id, _ended(certificate))
    uow.say(
        CertificateEnded(certificate.id, certificate.lecture_id, certificate.enterprise_id, certificate.person_id, at=uow.now)
    )


@witnesses(HOURS)
def hours_recorded(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every hours line of an enterprise as the table has it."""
    for row in uow.session.execute(select(*HoursLine.__table__.columns).where(HoursLine.enterprise_id == enterprise_id)):
        yield row.id, _hours(row)


@witnesses(ISSUED)
def certificates_issued(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every certificate of an enterprise as the table has it; what is printed is hashed anew."""
    for row in _certificates(uow, enterprise_id):
        yield row.id, _issued(row, forgotten=row.forgotten_at is not None)


@witnesses(ENDED)
def certificates_ended(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every certificate of an enterprise that is revoked or superseded by its table."""
    over = or_(Certificate.revoked_at.is_not(None), Certificate.superseded_at.is_not(None))
    for row in _certificates(uow, enterprise_id, over):
        yield row.id, _ended(row)


def _certificates(uow: UnitOfWork, enterprise_id: UUID, *where: Any) -> Any:
    """forgotten_at: of the holder, which the chain tells; what the row says of that itself is told by nothing."""
    holder = select(*Certificate.__table__.columns, Person.erased_at.label("forgotten_at"))
    holder = holder.outerjoin(Person, Person.id == Certificate.person_id)
    return uow.session.execute(holder.where(Certificate.enterprise_id == enterprise_id, *where))


def _hours(line: Any) -> Fact:
    """A name in the fact is the column's. One that is added later is told only where it has a value."""
    return {
        "lecture": line.lecture_id, "person": line.person_id, "completion": line.completion_id, "kind": str(line.kind),
        "hours": plain(line.hours), "category": line.category, "trust": line.trust, "earned_on": line.earned_on,
        "rule": line.rule, "reason": line.reason, "recorded_at": line.recorded_at, "training": line.training_id,
    }  # fmt: skip


def _issued(certificate: Any, *, forgotten: bool = False) -> Fact:
    """Of a holder who was forgotten the hash of what was printed is all that is left of it."""
    kind = {} if certificate.kind is CertificateKind.LECTURE else {"kind": str(certificate.kind)}
    printed = str(certificate.fingerprint) if forgotten else fingerprint_of(certificate.data)
    return {
        "lecture": certificate.lecture_id, "person": certificate.person_id, "completion": certificate.completion_id,
        "serial": certificate.serial, "printed": printed, "pdf": certificate.pdf_sha256,
        "issued_at": certificate.issued_at, "valid_until": certificate.valid_until, "template": certificate.template_id,
        "award": certificate.award_id, **kind,
    }  # fmt: skip


def _ended(certificate: Any) -> Fact:
    return {
        "revoked_at": certificate.revoked_at, "revoked_by": certificate.revoked_by, "revoked_reason": certificate.revoked_reason,
        "superseded_at": certificate.superseded_at, "superseded_reason": certificate.superseded_reason,
    }  # fmt: skip
