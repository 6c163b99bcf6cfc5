"""What accounts tell."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OfficerNamed:
    """Said before an account supervises a jurisdiction under a name: an account that is added, or one that is renamed.

    user_id: None of one that is added.
    """

    name: str
    jurisdiction_id: UUID
    user_id: UUID | None = None
