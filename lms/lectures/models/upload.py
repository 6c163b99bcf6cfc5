"""A big file on its way in."""

from __future__ import annotations

import enum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.actor import Held
from lms.access.models import Role, stored
from lms.core.db import Base, Id, Json, Utc
from lms.lectures.rules.materials import fault_said


class UploadState(enum.StrEnum):
    RECEIVING = "receiving"  # 正在传
    CHECKING = "checking"  # 传完了，正在核对
    DONE = "done"  # 可以用了
    REFUSED = "refused"  # 不能用


class Upload(Base):
    """A file that arrives in pieces (分段上传) and goes on after the network or the page was gone; kept for a day.

    owner: key of the actor who sends it, the only one who reaches it. size, received: bytes. modified: what the browser
    says of the file, to know it again. pieces: [key, size] of each piece in the store. fault: why it was refused,
    as rules.fault_kept has it.
    """

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("(enterprise_id IS NULL) <> (jurisdiction_id IS NULL)", name="one_scope"),
        CheckConstraint("received BETWEEN 0 AND size", name="never_more_than_announced"),
        Index(None, "owner"),
        Index(None, "touched_at"),
    )
    id: Mapped[Id]
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    jurisdiction_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    owner: Mapped[str] = mapped_column(String(80))
    file_name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    modified: Mapped[str] = mapped_column(String(20))
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    pieces: Mapped[Json] = mapped_column(default=list)
    state: Mapped[UploadState] = mapped_column(stored(UploadState), default=UploadState.RECEIVING)
    sha256: Mapped[str | None] = mapped_column(String(64))
    media_type: Mapped[str | None] = mapped_column(String(100))
    pages: Mapped[int | None]
    fault: Mapped[str | None] = mapped_column(String(300))
    started_at: Mapped[Utc]
    touched_at: Mapped[Utc]

    @property
    def fault_said(self) -> str:
        """Why it was refused, to whoever reads it."""
        return fault_said(self.fault or "")

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        scope: Any = {Role.TRAINER: cls.enterprise_id, Role.OFFICER: cls.jurisdiction_id}.get(held.role)
        wanted = held.enterprise_id or held.jurisdiction_id
        return false() if scope is None else scope == wanted

    @property
    def percent(self) -> int:
        """How much of it is there; 100 only when all of it is."""
        return self.received * 100 // self.size
