"""Signals of lectures as dated lines, and what was said about them."""

from __future__ import annotations

import enum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.models import stored
from lms.core.db import Base, Id, Json, Utc, partial
from lms.lectures.models import Lecture
from lms.registry.models import OfEnterprise


class LectureSignal(OfEnterprise, Base):
    """A signal of a lecture (可信信号), with the facts that raised it, from one time to another.

    Other facts close the line and open the next one; facts that are gone close it (cleared_at). Nothing is deleted. raised_at:
    where facts moved a little, that of the line before, which ended when this one began.
    """

    __tablename__ = "lecture_signal"
    __table_args__ = (
        CheckConstraint("level IN ('notice', 'serious')", name="notice_or_serious"),
        Index(None, "enterprise_id", "raised_at"),
        Index(None, "lecture_id"),
        partial("ix_lecture_signal_standing", "lecture_id", "level", where="cleared_at IS NULL"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    code: Mapped[str] = mapped_column(String(30))  # of rules.RULES
    level: Mapped[str] = mapped_column(String(10))
    facts: Mapped[Json]
    raised_at: Mapped[Utc]
    cleared_at: Mapped[Utc | None]
    lecture: Mapped[Lecture] = relationship()


class Said(enum.StrEnum):
    """Values are stored; never renamed."""

    EXPLAINED = "explained"  # 企业说明
    LOOKED = "looked"  # 监管部门看过
    KEPT_OPEN = "kept_open"  # 监管部门没有采纳，继续待看


class SignalWord(OfEnterprise, Base):
    """What somebody said about a signal of a lecture: the firm explains, an officer has looked or keeps
    it open. Append-only, all are shown.
    """

    __tablename__ = "signal_word"
    __table_args__ = (Index(None, "enterprise_id", "lecture_id"), Index(None, "lecture_id", "code"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    code: Mapped[str] = mapped_column(String(30))
    said: Mapped[Said] = mapped_column(stored(Said))
    text: Mapped[str] = mapped_column(String(500))
    said_by: Mapped[str] = mapped_column(String(80))
    said_at: Mapped[Utc]


class SignalCheck(OfEnterprise, Base):
    """When the signals of a lecture were looked for. due_since: facts changed since; the worker looks again. faults: how often in
    a row they could not be looked for; then due_since is when they are next.
    """

    __tablename__ = "signal_check"
    __table_args__ = (UniqueConstraint("lecture_id"), Index(None, "enterprise_id", "lecture_id"), Index(None, "due_since"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    due_since: Mapped[Utc | None]
    checked_at: Mapped[Utc | None]
    faults: Mapped[int] = mapped_column(default=0)
