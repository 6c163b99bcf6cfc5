"""What campaigns tell, and what they ask of the floors above."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CampaignLaunched:
    """Said once per campaign, in the transaction that makes its duties."""

    campaign_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class DutiesChanged:
    """A launched campaign asks these enterprises anew, or otherwise than before; None: all that it asks."""

    campaign_id: UUID
    enterprise_ids: tuple[UUID, ...] | None
    at: datetime


@dataclass(frozen=True, slots=True)
class StandingsAsked:
    """How does this enterprise stand in these campaigns today? Answered with dict[campaign id, StandingTold]."""

    enterprise_id: UUID
    campaign_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class StandingTold:
    """label: the state in words. kind: of its pill, ok | warn | bad | far | none. note: why, or nothing."""

    label: str
    kind: str
    note: str
    due_on: date
    lecture_id: UUID | None
    expected: int
    attended: int
    examined: int
    passed: int


@dataclass(frozen=True, slots=True)
class CoverageAsked:
    """How many enterprises within the actor's reach have lectured today? Answered with dict[campaign id, (lectured, asked)]."""

    campaign_ids: tuple[UUID, ...]
