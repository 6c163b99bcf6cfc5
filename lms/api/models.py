"""What was answered to a writing request, kept so that one sent again is not done again."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Id, Json, Utc

KEPT = timedelta(days=1)


class KeptAnswer(Base):
    """The answer to a request that came with an Idempotency-Key, for KEPT. key: as sent. request_hash: SHA-256 of what was asked.

    It is written in the transaction of what it answers: both are there, or neither.
    """

    __tablename__ = "api_kept_answer"
    __table_args__ = (UniqueConstraint("token_id", "key"), Index(None, "created_at"))
    id: Mapped[Id]
    token_id: Mapped[UUID] = mapped_column(ForeignKey("api_token.id"))
    key: Mapped[str] = mapped_column(String(200))
    request_hash: Mapped[str] = mapped_column(String(64))
    document: Mapped[Json]
    created_at: Mapped[Utc]
