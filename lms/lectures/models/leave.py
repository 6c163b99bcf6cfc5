"""Leave from a lecture: every time it was written down or taken back."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Id, Utc
from lms.core.guards import guard
from lms.registry.models import OfEnterprise


class LeaveLine(OfEnterprise, Base):
    """A leave (请假) of somebody expected was written down, taken back (given False), or not agreed to (refused). Append-only:
    the newest line is what is so, and Attendee.excused_reason says it.

    reason: the kind of leave and what was said of it, or why it is none; emptied where the person is forgotten by law, which is
    why the chain tells only reason_sha256: SHA-256 in hex of the id of the line, a colon and the reason. signed_by: whoever wrote
    it down; after the end of the lecture whoever agreed as well; the product's own where somebody came all the same.
    """

    __tablename__ = "leave_line"
    __table_args__ = (Index(None, "lecture_id", "person_id"), Index(None, "enterprise_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    given: Mapped[bool]
    refused: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(String(200))
    reason_sha256: Mapped[str] = mapped_column(String(64))
    signed_by: Mapped[str] = mapped_column(String(80))
    signed_at: Mapped[Utc]


guard(LeaveLine, emptied=("reason",))
