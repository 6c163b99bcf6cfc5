"""What credentials tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CompletionsDecided:
    """The completion of these people in a lecture was decided, or decided anew."""

    lecture_id: UUID
    enterprise_id: UUID
    campaign_id: UUID | None
    person_ids: tuple[UUID, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """A certificate was printed, signed and entered in the chain."""

    certificate_id: UUID
    lecture_id: UUID
    enterprise_id: UUID
    person_id: UUID
    at: datetime
