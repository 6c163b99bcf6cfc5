"""What notices tells the floors above, and asks of them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ChannelSetUp:
    """What leaves an enterprise by this channel goes where whoever acts has said. kind: as stored."""

    channel_id: UUID
    enterprise_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class ReachableAsked:
    """On which of these can these people be reached? Answered with dict[person id, set of the names of Contact]."""

    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ContactsAsked:
    """How are these people reached? Answered with dict[person id, Contact]; asked only when something is being sent."""

    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """Where somebody is reached; None where the roster does not tell."""

    phone: str | None = None
    email: str | None = None
    wecom_id: str | None = None
    dingtalk_id: str | None = None
