"""Officers who sit in: who meant to come, what they found, what the firm answered, and samples drawn by chance."""

from __future__ import annotations

import enum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.models import stored
from lms.core.db import Base, EncryptedText, Id, Json, Utc
from lms.lectures.models import Lecture
from lms.registry.models import Drawn, OfEnterprise


class ObservationVisit(OfEnterprise, Base):
    """An officer means to sit in (旁听安排). announced: the firm was told; else it does not see this. missed_at: when the officer
    said that nothing came of it; until then a comment is owed once the lecture is over.
    """

    __tablename__ = "observation_visit"
    __table_args__ = (
        UniqueConstraint("lecture_id", "user_id"), Index(None, "enterprise_id", "lecture_id"), Index(None, "user_id"),
    )  # fmt: skip
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    officer: Mapped[str] = mapped_column(String(80))
    announced: Mapped[bool]
    planned_at: Mapped[Utc]
    missed_at: Mapped[Utc | None]


class Observation(OfEnterprise, Base):
    """What an officer found who sat in (旁听点评). Append-only: a change is another one that replaces it, and both stay.

    facts: codes of rules.DIMENSIONS that were ticked, and rules.INSISTED. photo_ids: photos of the lecture that came with it.
    announced: as the visit says. signature: by finger, as attendance's are. sent_id: made by the form, so that sent twice it
    counts once. jurisdiction_id: for whom the officer sat in, None where that was not kept yet.
    """

    __tablename__ = "observation"
    __table_args__ = (UniqueConstraint("sent_id"), Index(None, "enterprise_id", "lecture_id"), Index(None, "lecture_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    lecture_id: Mapped[UUID] = mapped_column(ForeignKey("lecture.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    officer: Mapped[str] = mapped_column(String(80))
    jurisdiction_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    announced: Mapped[bool]
    facts: Mapped[Json]
    remark: Mapped[str] = mapped_column(String(500))
    photo_ids: Mapped[Json]
    signature: Mapped[str | None] = mapped_column(EncryptedText)
    sent_id: Mapped[UUID]
    submitted_at: Mapped[Utc]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("observation.id"))
    lecture: Mapped[Lecture] = relationship()


class Replied(enum.StrEnum):
    """Values are stored; never renamed."""

    ANSWERED = "answered"  # 答复
    IMPROVED = "improved"  # 已改进


class ObservationReply(OfEnterprise, Base):
    """The firm answers an observation, or says what it has improved. Append-only."""

    __tablename__ = "observation_reply"
    __table_args__ = (Index(None, "enterprise_id", "observation_id"), Index(None, "observation_id"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    observation_id: Mapped[UUID] = mapped_column(ForeignKey("observation.id"))
    kind: Mapped[Replied] = mapped_column(stored(Replied))
    text: Mapped[str] = mapped_column(String(500))
    said_by: Mapped[str] = mapped_column(String(80))
    said_at: Mapped[Utc]


class ObservationDraw(Drawn, Base):
    """Lectures picked by chance to sit in (随机抽取): picked(seed, pool, number) picks the same ones again.

    pool: ids of the lectures that could be picked.
    """

    __tablename__ = "observation_draw"
    __table_args__ = (Index(None, "jurisdiction_id", "drawn_at"),)
