"""Files that are looked at before anything of them is written (导入批次)."""

from __future__ import annotations

import enum
import json
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, false, select
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.actor import Held
from lms.access.models import Role, stored
from lms.core.db import Base, EncryptedBytes, EncryptedText, Id, Json, Utc
from lms.registry.models.jurisdictions import Jurisdiction, within


class ImportKind(enum.StrEnum):
    ENTERPRISES = "enterprises"
    PEOPLE = "people"
    QUESTIONS = "questions"


class ImportBatch(Base):
    """A file being looked at before anything is written, with the fixes made on the page.

    content is kept encrypted and emptied when the batch is applied, and so are the fixes: {"row:field": text}.
    mapping: {column index: field}. header_row: as somebody chose it, 0 for none.
    result: counts of what was written, once applied, and ids of whom it was about. rest_of_id: the batch whose faulty
    rows these are, so nobody has left. before: what it takes to take an import of people back (service/taking_back.py), kept as
    long as that can be.
    """

    __tablename__ = "import_batch"
    __table_args__ = (Index(None, "enterprise_id", "created_at"),)
    id: Mapped[Id]
    kind: Mapped[ImportKind] = mapped_column(stored(ImportKind))
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    jurisdiction_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(EncryptedBytes)
    sealed_fixes: Mapped[str | None] = mapped_column(EncryptedText)
    mapping: Mapped[Json] = mapped_column(default=dict)
    header_row: Mapped[int | None]
    rest_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("import_batch.id"))
    result: Mapped[Json | None]
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[Utc]
    applied_at: Mapped[Utc | None]
    before: Mapped[bytes | None] = mapped_column(EncryptedBytes, deferred=True)
    taken_back_at: Mapped[Utc | None]
    taken_back_by: Mapped[str | None] = mapped_column(String(80))

    @property
    def fixes(self) -> dict[str, str]:
        """What was typed on the page; phones and ID numbers among it, so it is stored encrypted."""
        return json.loads(self.sealed_fixes) if self.sealed_fixes else {}

    @fixes.setter
    def fixes(self, typed: dict[str, str]) -> None:
        self.sealed_fixes = json.dumps(typed, ensure_ascii=False) if typed else None

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        if held.role is Role.OFFICER:
            return cls.jurisdiction_id.in_(select(Jurisdiction.id).where(within(held)))
        return cls.enterprise_id == held.enterprise_id if held.role is Role.TRAINER else false()
