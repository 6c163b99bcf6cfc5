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


@dataclass(frozen=True, slots=True)
class ScoresChanged:
    """Attempts in the quiz of a lecture that had a score have another one, because a key had been wrong, or what was keyed in.

    why: for anybody.
    """

    lecture_id: UUID
    enterprise_id: UUID
    person_ids: tuple[UUID, ...]
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConsequencesAsked:
    """What would become of certificates if these people had these best scores in the quiz of a lecture?

    scores: person → score. Answered with dict[UUID, str]: issued, superseded or withdrawn; who keeps theirs, or has none and
    gets none, is left out.
    """

    lecture_id: UUID
    scores: dict[UUID, int]
