"""What attendance tells."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from lms.lectures.events import OfALecture


@dataclass(frozen=True, slots=True)
class PresenceSettled(OfALecture):
    """The presence of these people in a closed lecture is known, or known anew."""

    person_ids: tuple[UUID, ...]
