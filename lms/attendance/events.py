"""What attendance tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PresenceSettled:
    """The presence of these people in a closed lecture is known, or known anew."""

    lecture_id: UUID
    enterprise_id: UUID
    campaign_id: UUID | None
    person_ids: tuple[UUID, ...]
    at: datetime
