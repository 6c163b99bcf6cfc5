"""What became of a plan, and who has to pass a lecture on."""

from __future__ import annotations

import enum
from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.models import stored
from lms.core.db import Base, Id, Json, Utc
from lms.registry.models import Department, OfEnterprise


class ChangeKind(enum.StrEnum):
    MOVED = "moved"  # 改期、换地点
    CANCELLED = "cancelled"  # 取消


class PlanChange(OfEnterprise, Base):
    """A plan that people had been told was changed (计划变更). Append-only: what was planned before stays readable.

    before, after: the sittings as planned, each with name, starts_at, ends_at (ISO 8601, UTC) and place, and with the title,
    theme, level and lecturer_id of the lecture; after is empty when it was called off.
    """

    __tablename__ = "plan_change"
    __table_args__ = (Index(None, "enterprise_id", "lecture_id"),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    kind: Mapped[ChangeKind] = mapped_column(stored(ChangeKind))
    before: Mapped[Json]
    after: Mapped[Json]
    reason: Mapped[str] = mapped_column(String(200))
    told: Mapped[int]  # how many people were told
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[Utc]


class FollowUp(OfEnterprise, Base):
    """A lecture has to be passed on in a department, or in a team of it, by a day (层层传达). Who has done so follows from the
    lectures held there.

    shift: the team, by the shift (班次) of its people on the roster; empty: the department as a whole. parts: each shift
    and post its people had when it was asked, as pairs, "" for people of none, never empty: each of them has to hear it.
    withdrawn_at: since when it is not asked of this department any more; the line stays, and who took it back.
    """

    __tablename__ = "follow_up"
    __table_args__ = (UniqueConstraint("lecture_id", "department_id", "shift"), Index(None, "enterprise_id", "due_on"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    department_id: Mapped[UUID] = mapped_column(ForeignKey("department.id"))
    shift: Mapped[str] = mapped_column(String(20), default="")
    parts: Mapped[Json]
    due_on: Mapped[date]
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[Utc]
    withdrawn_at: Mapped[Utc | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))
    department: Mapped[Department] = relationship()

    @property
    def name(self) -> str:
        return team_name(self.department.name, self.shift)


def team_name(department: str, shift: str) -> str:
    """A department as it is called, and a team of it by its shift."""
    return f"{department} · {shift}" if shift else department
