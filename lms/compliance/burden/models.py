"""What somebody of an enterprise typed, and for how long they had the form open."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.access.models import Role, stored
from lms.core.db import Base, Id, Utc
from lms.registry.models import OfEnterprise


class Effort(OfEnterprise, Base):
    """One form that was sent and taken. fields: that were filled in; seconds: from the page to the sending, at most half an hour.

    campaign_id: which it was for, where the page tells. endpoint: the name of the form. Never what was typed, nor who did.
    """

    __tablename__ = "effort"
    __table_args__ = (Index(None, "enterprise_id", "spent_at"), Index(None, "campaign_id", "spent_at"))
    id: Mapped[Id]
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    campaign_id: Mapped[UUID | None] = mapped_column(ForeignKey("campaign.id"))
    role: Mapped[Role] = mapped_column(stored(Role))
    endpoint: Mapped[str] = mapped_column(String(60))
    fields: Mapped[int]
    seconds: Mapped[int]
    spent_at: Mapped[Utc]
