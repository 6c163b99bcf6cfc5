"""What somebody should look at, as far as it does not follow from the events, and who has."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Id, Utc
from lms.registry.models import OfEnterprise


class RefusedClaim(OfEnterprise, Base):
    """A scan that somebody else tried to use (借用扫码), the first time it was tried. It counted for nothing.

    claim_id: of the scan. other_phone: by a phone that did not make it; else on the same phone, after it had counted for
    another. person_id: who tried, where the phone was signed in.
    """

    __tablename__ = "refused_claim"
    __table_args__ = (UniqueConstraint("claim_id"), Index(None, "enterprise_id", "lecture_id"), Index(None, "lecture_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    claim_id: Mapped[UUID]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    other_phone: Mapped[bool]
    refused_at: Mapped[Utc]


class FlagResolution(OfEnterprise, Base):
    """The trainer looked at a flag and found it explained (确认本人, 已核实). It changes no event, and stays.

    kind, subject: of the flag, as in rules.flags. person_id: whom it is about; None where it is about many.
    """

    __tablename__ = "flag_resolution"
    __table_args__ = (UniqueConstraint("lecture_id", "kind", "subject"), Index(None, "enterprise_id", "lecture_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    resolved_by: Mapped[str] = mapped_column(String(80))
    resolved_at: Mapped[Utc]
