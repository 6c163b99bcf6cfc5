"""What is drawn by chance within a jurisdiction, kept so that anybody can draw it again (随机抽)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, String, false, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from lms.access.actor import Held
from lms.access.models import Role
from lms.core.db import Id, Json, Utc
from lms.registry.models.jurisdictions import Jurisdiction, within


class Drawn:
    """picked(seed, pool, number) of core.chance picks the same ones again. pool: ids of what could be picked."""

    id: Mapped[Id]
    seed: Mapped[str] = mapped_column(String(40))
    pool: Mapped[Json]
    number: Mapped[int]
    drawn_by: Mapped[str] = mapped_column(String(80))
    drawn_at: Mapped[Utc]

    @declared_attr
    def jurisdiction_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("jurisdiction.id"))

    @classmethod
    def covered_by(cls, held: Held) -> ColumnElement[bool]:
        """The officers of the jurisdiction it was drawn in, and those above."""
        if held.role is not Role.OFFICER:
            return false()
        return cls.jurisdiction_id.in_(select(Jurisdiction.id).where(within(held)))
