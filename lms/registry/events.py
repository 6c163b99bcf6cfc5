"""What the registry tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class EnterprisesChanged:
    """These enterprises have another name, street, industry, officer or state than before."""

    enterprise_ids: tuple[UUID, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class EnterprisesAdded:
    """These enterprises are known from now on."""

    enterprise_ids: tuple[UUID, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountsElsewhere:
    """Asked of a floor above: the accounts elsewhere that let this person in, among those whoever acts may untie."""

    person_id: UUID


@dataclass(frozen=True, slots=True)
class AccountElsewhere:
    """One of them. way: the name of the way to sign in; name: what they are called there; untie_url: where a POST ends it."""

    way: str
    name: str
    used_at: datetime
    untie_url: str


@dataclass(frozen=True, slots=True)
class JurisdictionMerged:
    """A jurisdiction has ended; what was its own is the target's."""

    jurisdiction_id: UUID
    target_id: UUID
    at: datetime
