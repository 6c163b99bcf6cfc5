"""A major hazard as it was found, every act that was signed about it, and the files that came with them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.models import stored
from lms.core.db import Base, Id, Utc
from lms.core.guards import guard
from lms.hazards.rules import RUNG_OF, Act, Rung, Stage, Where
from lms.registry.models import Enterprise, Jurisdiction, OfEnterprise


class Hazard(OfEnterprise, Base):
    """A major hazard (重大事故隐患) of an enterprise. What was found stays as it is; the database refuses to delete it.

    jurisdiction_id: the bureau that answers for it. clause_…: as the clause read that day. place: where exactly. text: what
    was seen. other_sector: why a clause of another sector than the enterprise's was taken, "" where it was not. rectify_first:
    the deadline as it was set that day. sent_id: made by the form, so that sent twice it counts once.
    stage … closed_on: where it is, as follows from its steps; rewritten with each of them, as rules.Where has it.
    """

    __tablename__ = "hazard"
    __table_args__ = (
        UniqueConstraint("sent_id"),
        CheckConstraint("(stage = 'closed') = (closed_on IS NOT NULL)", name="closed_on_a_day"),
        Index(None, "enterprise_id", "stage"),
        Index(None, "stage", "due_on"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    clause_code: Mapped[str] = mapped_column(String(20))
    clause_sector: Mapped[str] = mapped_column(String(30))
    clause_article: Mapped[str] = mapped_column(String(30))
    clause_text: Mapped[str] = mapped_column(String(300))
    clause_standard: Mapped[str] = mapped_column(String(120))
    clause_from: Mapped[str] = mapped_column(String(60))
    clause_confidence: Mapped[str] = mapped_column(String(10))
    clause_note: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(String(500))
    other_sector: Mapped[str] = mapped_column(String(200))
    found_at: Mapped[Utc]
    found_on: Mapped[date]
    found_by: Mapped[str] = mapped_column(String(80))
    rectify_first: Mapped[date]
    sent_id: Mapped[UUID]
    stage: Mapped[Stage] = mapped_column(stored(Stage))
    due_on: Mapped[date | None]
    rectify_by: Mapped[date]
    before: Mapped[Stage | None] = mapped_column(stored(Stage))
    checked_by: Mapped[str] = mapped_column(String(60), default="")
    closed_on: Mapped[date | None]
    enterprise: Mapped[Enterprise] = relationship()
    jurisdiction: Mapped[Jurisdiction] = relationship()

    @property
    def where(self) -> Where:
        return Where(self.stage, self.due_on, self.rectify_by, self.before, self.checked_by)

    @property
    def rung(self) -> Rung:
        return RUNG_OF[self.stage]


class HazardStep(OfEnterprise, Base):
    """An act that somebody signed. Append-only: the database refuses to change it; a correction is another one.

    number: from 1, the finding itself. choice: of rules.CHOICES. receiver: whom it is handed over to. document: the number of
    the paper that was served (文号). basis, confidence: the law as it was told that day. due_on: by when what follows is due,
    due_before: by when this was. as_head: signed as the head of the enterprise; on_paper: on paper, entered by entered_by.
    """

    __tablename__ = "hazard_step"
    __table_args__ = (
        UniqueConstraint("hazard_id", "number"),
        CheckConstraint("on_paper = (entered_by <> '')", name="paper_is_entered_by_somebody"),
        Index(None, "enterprise_id", "hazard_id"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    hazard_id: Mapped[UUID] = mapped_column(ForeignKey("hazard.id"))
    number: Mapped[int]
    act: Mapped[Act] = mapped_column(stored(Act))
    choice: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(1000))
    receiver: Mapped[str] = mapped_column(String(80))
    document: Mapped[str] = mapped_column(String(60))
    basis: Mapped[str] = mapped_column(String(120))
    confidence: Mapped[str] = mapped_column(String(10))
    due_before: Mapped[date | None]
    due_on: Mapped[date | None]
    signed_by: Mapped[str] = mapped_column(String(80))
    signed_key: Mapped[str] = mapped_column(String(60))
    signed_at: Mapped[Utc]
    as_head: Mapped[bool]
    on_paper: Mapped[bool]
    entered_by: Mapped[str] = mapped_column(String(80))


class HazardFile(OfEnterprise, Base):
    """Evidence that came with a step, kept as it was by its hash. view_sha256, small_sha256: pictures of a photo, made anew by
    the worker without the place where it was taken; fault: why there are none.
    """

    __tablename__ = "hazard_file"
    __table_args__ = (UniqueConstraint("step_id", "sha256"), Index(None, "enterprise_id", "hazard_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    hazard_id: Mapped[UUID] = mapped_column(ForeignKey("hazard.id"))
    step_id: Mapped[UUID] = mapped_column(ForeignKey("hazard_step.id"))
    file_name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[Utc]
    view_sha256: Mapped[str | None] = mapped_column(String(64))
    small_sha256: Mapped[str | None] = mapped_column(String(64))
    looked_at: Mapped[Utc | None]
    fault: Mapped[str | None] = mapped_column(String(20))


class HazardAlert(OfEnterprise, Base):
    """Whoever has to sign was told that a deadline is over (催), or the level above that nothing came of it (上报). Append-only.

    due_on: the deadline it is about; asked_by: who asked for it, "" where it is the product by the clock. to_id: the
    jurisdiction it stands with from then on, None where it went no higher.
    """

    __tablename__ = "hazard_alert"
    __table_args__ = (Index(None, "enterprise_id", "hazard_id"), Index(None, "hazard_id", "due_on"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    hazard_id: Mapped[UUID] = mapped_column(ForeignKey("hazard.id"))
    due_on: Mapped[date]
    to_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    asked_by: Mapped[str] = mapped_column(String(80))
    told: Mapped[int]
    alerted_at: Mapped[Utc]


guard(Hazard, free=True)
guard(HazardStep)
guard(HazardFile, free=True)
guard(HazardAlert)
