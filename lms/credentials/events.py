"""What credentials tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lms.lectures.events import OfALecture


@dataclass(frozen=True, slots=True)
class CompletionsDecided(OfALecture):
    """The completion of these people in a lecture was decided, or decided anew."""

    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class TrainingCounted:
    """The hours of a training from elsewhere entered the ledger, or were taken back."""

    person_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class OfACertificate:
    """Something happened to a certificate. lecture_id: None where it rests on an award. at: when."""

    certificate_id: UUID
    lecture_id: UUID | None
    enterprise_id: UUID
    person_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class CertificateIssued(OfACertificate):
    """It was printed, signed and entered in the chain."""


@dataclass(frozen=True, slots=True)
class CertificateEnded(OfACertificate):
    """It was revoked, withdrawn or superseded; its number still resolves."""
