"""What quizzes tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AttemptGraded:
    """An attempt was submitted, or its time ran out, and has its score."""

    attempt_id: UUID
    lecture_id: UUID
    enterprise_id: UUID
    person_id: UUID
    score: int
    passed: bool
    at: datetime
