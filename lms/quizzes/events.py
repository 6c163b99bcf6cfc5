"""What quizzes tell."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from lms.lectures.events import OfALecture


@dataclass(frozen=True, slots=True)
class AttemptGraded(OfALecture):
    """An attempt was submitted, or its time ran out, and has its score."""

    attempt_id: UUID
    person_id: UUID
    score: int
    passed: bool


@dataclass(frozen=True, slots=True)
class ScoresChanged(OfALecture):
    """Attempts in the quiz of a lecture that had a score have another one: a key had been wrong, a mark, or what was keyed in.

    why: for anybody.
    """

    person_ids: tuple[UUID, ...]
    why: str


@dataclass(frozen=True, slots=True)
class NoHoursAsked:
    """Was somebody in a lecture for so short that no certificate comes of it, whatever their score? Answered with a bool."""

    lecture_id: UUID
    person_id: UUID


@dataclass(frozen=True, slots=True)
class ConsequencesAsked:
    """What would become of certificates if these people had these best scores in the quiz of a lecture?

    scores: person → score. Answered with dict[UUID, str]: issued, superseded or withdrawn; who keeps theirs, or has none and
    gets none, is left out.
    """

    lecture_id: UUID
    scores: dict[UUID, int]
