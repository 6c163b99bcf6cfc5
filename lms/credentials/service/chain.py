"""Each hours line, training that was checked or asked for, permit and award, and each certificate when it is issued and when it
ends, is a fact in the chain of its enterprise.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from lms.core.uow import UnitOfWork
from lms.credentials.events import CertificateEnded
from lms.credentials.frozen import fingerprint_of
from lms.credentials.models import Award, Certificate, EnteredTraining, HoursLine, TrainingDemand, WorkPermit
from lms.credentials.rules import CertificateKind, plain
from lms.ledger.service import Fact, append, named, witnesses
from lms.registry.models import Person

HOURS, ISSUED, ENDED = "hours.recorded", "certificate.issued", "certificate.ended"
CHECKED, GIVEN = "training.checked", "award.given"
ASKED, WAIVED = "training.asked", "training.waived"
PERMIT, PERMIT_ENDED = "permit.entered", "permit.ended"


def enter_hours(uow: UnitOfWork, line: HoursLine) -> None:
    """Write a line of the ledger, and enter it. line: with its id."""
    uow.session.add(line)
    append(uow, line.enterprise_id, HOURS, line.id, _hours(line))


def enter_checked(uow: UnitOfWork, training: EnteredTraining) -> None:
    """Enter what a second person said of a training that was entered, or that it was voided; and who that was."""
    append(uow, training.enterprise_id, CHECKED, training.id, _checked(training) | {"actor": uow.actor.key})


def enter_given(uow: UnitOfWork, award: Award) -> None:
    """Write an award, and enter what it rests on; anew where that is found anew. award: with its id."""
    uow.session.add(award)
    append(uow, award.enterprise_id, GIVEN, award.id, _given(award))


def enter_asked(uow: UnitOfWork, demand: Any) -> None:
    """Enter that somebody is asked to be taught anew. demand: a row, or what has its columns by name."""
    append(uow, demand.enterprise_id, ASKED, demand.id, _asked(demand))


def enter_waived(uow: UnitOfWork, demand: TrainingDemand) -> None:
    """Enter that it does not apply to them, and why."""
    append(uow, demand.enterprise_id, WAIVED, demand.id, _waived(demand))


def enter_permit(uow: UnitOfWork, permit: WorkPermit) -> None:
    """Enter a permit; not its number, which may be that of its holder."""
    append(uow, permit.enterprise_id, PERMIT, permit.id, _permit(permit))


def enter_permit_ended(uow: UnitOfWork, permit: WorkPermit) -> None:
    """Enter that a permit is not good any more, and why."""
    append(uow, permit.enterprise_id, PERMIT_ENDED, permit.id, _permit_ended(permit))


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
    for row in _rows(uow, HoursLine, enterprise_id):
        yield row.id, _hours(row)


@witnesses(CHECKED, in_part=True)
def trainings_checked(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every training from elsewhere that a second person looked at, as the table has it."""
    looked_at = or_(EnteredTraining.checked_at.is_not(None), EnteredTraining.accepted.is_not(None))
    for row in _rows(uow, EnteredTraining, enterprise_id, looked_at):
        yield row.id, _checked(row)


@witnesses(GIVEN)
def awards_given(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every award of an enterprise as the table has it; what it rests on is hashed anew."""
    for row in _rows(uow, Award, enterprise_id):
        yield row.id, _given(row)


@witnesses(ASKED)
def trainings_asked(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every demand of an enterprise as the table has it."""
    for row in _rows(uow, TrainingDemand, enterprise_id):
        yield row.id, _asked(row)


@witnesses(WAIVED)
def trainings_waived(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every demand that was waived by its table."""
    for row in _rows(uow, TrainingDemand, enterprise_id, TrainingDemand.waived_at.is_not(None)):
        yield row.id, _waived(row)


@witnesses(PERMIT)
def permits_entered(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every permit of an enterprise as the table has it."""
    for row in _rows(uow, WorkPermit, enterprise_id):
        yield row.id, _permit(row)


@witnesses(PERMIT_ENDED)
def permits_ended(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every permit that ended by its table."""
    for row in _rows(uow, WorkPermit, enterprise_id, WorkPermit.ended_at.is_not(None)):
        yield row.id, _permit_ended(row)


def _rows(uow: UnitOfWork, table: type[Any], enterprise_id: UUID, *where: Any) -> Any:
    return uow.session.execute(select(*table.__table__.columns).where(table.enterprise_id == enterprise_id, *where))


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
        "level": line.level,
    }  # fmt: skip


def _checked(training: Any) -> Fact:
    return {
        "person": training.person_id, "kind": str(training.kind), "title": training.title, "organizer": training.organizer,
        "starts_on": training.starts_on, "ends_on": training.ends_on, "hours": plain(training.hours), "level": training.level,
        "scan": training.sha256, "entered_by": training.entered_key, "entered_at": training.entered_at,
        "checked_by": named(training.checked_by), "checked_at": training.checked_at, "accepted": training.accepted,
        "reason": training.reason, "voided_at": training.voided_at,
    }  # fmt: skip


def _given(award: Any) -> Fact:
    return {
        "person": award.person_id, "kind": str(award.kind), "cycle": award.cycle_id, "bureau": award.jurisdiction_id,
        "basis": fingerprint_of(award.basis), "by": named(award.awarded_by), "valid_until": award.valid_until,
        "decided_at": award.decided_at,
    }  # fmt: skip


def _asked(demand: Any) -> Fact:
    return {
        "person": demand.person_id, "occasion": str(demand.occasion), "said": demand.said, "since_on": demand.since_on,
        "levels": demand.levels, "required": None if demand.required is None else plain(demand.required),
        "rule": demand.rule_id, "by": named(demand.asked_by), "asked_at": demand.asked_at,
    }  # fmt: skip


def _waived(demand: Any) -> Fact:
    return {
        "person": demand.person_id, "reason": demand.waived_reason, "by": named(demand.waived_by), "waived_at": demand.waived_at,
    }  # fmt: skip


def _permit(permit: Any) -> Fact:
    return {
        "person": permit.person_id, "authority": str(permit.authority), "work": permit.work, "issued_on": permit.issued_on,
        "review_due_on": permit.review_due_on, "ends_on": permit.ends_on, "rule": permit.rule_id,
        "by": named(permit.entered_by), "entered_at": permit.entered_at,
    }  # fmt: skip


def _permit_ended(permit: Any) -> Fact:
    return {
        "person": permit.person_id, "reason": permit.ended_reason, "by": named(permit.ended_by), "ended_at": permit.ended_at,
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
    """Who agreed is the actor; whoever proposed it is told beside, where two people revoked it."""
    two = certificate.revoked_at is not None and certificate.proposed_key is not None and not certificate.withdrawn
    proposed = {"proposed_key": certificate.proposed_key} if two else {}
    return {
        "revoked_at": certificate.revoked_at, "revoked_by": named(certificate.revoked_by),
        "revoked_reason": certificate.revoked_reason,
        "superseded_at": certificate.superseded_at, "superseded_reason": certificate.superseded_reason,
        "superseded_by": named(certificate.superseded_by), **proposed,
    }  # fmt: skip
