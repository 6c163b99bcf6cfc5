"""What takes two people and came to nothing: nobody agreed, or whoever proposed it thought better of it."""

from __future__ import annotations

import enum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.models import stored
from lms.core.db import Base, Id, Utc
from lms.core.guards import guard
from lms.lectures.models.lecturer import LecturerStep
from lms.registry.models import OfEnterprise


class ProposedAct(enum.StrEnum):
    TIME = "time"  # 更正讲课时间
    VOID = "void"  # 作废


class DroppedProposal(OfEnterprise, Base):
    """A correction of a time, or that a lecture counts for nothing, was proposed and dropped (没有成的提议). Append-only.

    sitting_id, step, moved_to: of a time, which one it was and to when it was to be corrected. withdrawn: by whoever proposed
    it; else the second person did not agree.
    """

    __tablename__ = "dropped_proposal"
    __table_args__ = (Index(None, "lecture_id"), Index(None, "enterprise_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    sitting_id: Mapped[UUID | None] = mapped_column(ForeignKey("sitting.id"))
    act: Mapped[ProposedAct] = mapped_column(stored(ProposedAct))
    step: Mapped[LecturerStep | None] = mapped_column(stored(LecturerStep))
    moved_to: Mapped[Utc | None]
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_key: Mapped[str] = mapped_column(String(60))
    proposed_at: Mapped[Utc]
    reason: Mapped[str] = mapped_column(String(200))
    dropped_by: Mapped[str] = mapped_column(String(80))
    dropped_at: Mapped[Utc]
    withdrawn: Mapped[bool]


guard(DroppedProposal)
