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
class TrainingCounted:
    """The hours of a training from elsewhere entered the ledger, or were taken back."""

    person_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """A certificate was printed, signed and entered in the chain. lecture_id: None where it rests on an award."""

    certificate_id: UUID
    lecture_id: UUID | None
    enterprise_id: UUID
    person_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class CertificateEnded:
    """A certificate was revoked, withdrawn or superseded; its number still resolves. lecture_id: as above."""

    certificate_id: UUID
    lecture_id: UUID | None
    enterprise_id: UUID
    person_id: UUID
    at: datetime
