"""A theme of the plan that does not apply to an enterprise."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Id, partial
from lms.registry.models import OfEnterprise


class ThemeWaiver(OfEnterprise, Base):
    """A theme does not apply to an enterprise (主题不适用) between two days, and why. theme: a code of lecture_themes.csv."""

    __tablename__ = "theme_waiver"
    __table_args__ = (partial("uq_theme_waiver_current", "enterprise_id", "theme", where="ends_on IS NULL", unique=True),)
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    theme: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(200))
    waived_by: Mapped[str] = mapped_column(String(80))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # the last day it held
