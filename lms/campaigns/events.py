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
class UnfinishedAsked:
    """In which campaigns has this enterprise still something to do today? Answered with set[campaign id]."""

    enterprise_id: UUID


@dataclass(frozen=True, slots=True)
class StandingTold:
    """label: the state in words. kind: of its pill, ok | warn | bad | far | none. note: why, or nothing. ways: how what its
    lecture lacks is made good: photos, cascade, again, lecture.
    """

    label: str
    kind: str
    note: str
    ways: tuple[str, ...]
    due_on: date
    lecture_id: UUID | None
    expected: int
    attended: int
    examined: int
    passed: int


@dataclass(frozen=True, slots=True)
class Week:
    """What enterprises typed from a Monday on, before another one. since: None for all that came before the first week shown."""

    since: date | None
    until: date
    fields: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Burden:
    """What a campaign cost: enterprises that typed anything, fields they filled in, minutes of trainers and heads at forms,
    hours of people listening (minutes of the lecture times those who came).
    """

    firms: int
    fields: int
    trainer_minutes: int
    head_minutes: int
    listening_hours: int
    weeks: tuple[Week, ...]


@dataclass(frozen=True, slots=True)
class BurdenAsked:
    """What did this campaign cost the enterprises until now? Answered with Burden."""

    campaign_id: UUID


@dataclass(frozen=True, slots=True)
class NobodyAsked:
    """For how many enterprises that this campaign asks does nobody answer today, within the actor's reach? Answered with int."""

    campaign_id: UUID


@dataclass(frozen=True, slots=True)
class CoverageAsked:
    """How many enterprises within the actor's reach have lectured today? Answered with dict[campaign id, (lectured, asked)]."""

    campaign_ids: tuple[UUID, ...]
