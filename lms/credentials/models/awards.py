"""What a certificate rests on that no single lecture gives."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.models import stored
from lms.core.db import Base, Id, Json, Utc
from lms.credentials.rules import CertificateKind
from lms.registry.models import Enterprise, Jurisdiction, OfEnterprise, Person


class Award(OfEnterprise, Base):
    """The hours of a cycle are complete, or somebody is named lecturer or reviewer (授证): a certificate rests on it.

    cycle_id: of the hours, None where a person was named. jurisdiction_id: the bureau that names them, None where it is their
    enterprise. basis: what was found when it was decided, as it is printed and kept in the file; see rules.awards.
    valid_until: None for no end. certificate_due, problem: as in Completion.
    """

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("cycle_id"),
        Index(None, "enterprise_id", "person_id"),
        Index(None, "person_id", "kind"),
        Index(
            "ix_award_waiting",
            "decided_at",
            sqlite_where=text("certificate_due = 1"),
            postgresql_where=text("certificate_due"),
        ),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[CertificateKind] = mapped_column(stored(CertificateKind))
    cycle_id: Mapped[UUID | None] = mapped_column(ForeignKey("hours_cycle.id"))
    jurisdiction_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    basis: Mapped[Json]
    awarded_by: Mapped[str] = mapped_column(String(80))
    valid_until: Mapped[date | None]
    decided_at: Mapped[Utc]
    certificate_due: Mapped[bool]
    problem: Mapped[str | None] = mapped_column(String(300))
    person: Mapped[Person] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
    jurisdiction: Mapped[Jurisdiction | None] = relationship()
