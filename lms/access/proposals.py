"""What takes two people: one proposes it and says why, another one agrees. Until then nothing changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.access.service import hands_of
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork

MOST_NAMES = 80  # characters of both names together


def may_be_second(hands: Collection[str], proposed_key: str | None, person_id: UUID) -> bool:
    """Whether whoever has these accounts can agree: they neither proposed it nor are the one it is about."""
    return proposed_key not in hands and f"person:{person_id}" not in hands


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is kept of a proposal in the row it is about: four columns, {prefix}proposed_at, _by, _key and _reason.

    already, missing, same: what is raised when somebody proposes twice, agrees to nothing, or to what they proposed themselves.
    Whoever calls holds the row, so that of two at once the second sees what the first did.
    """

    prefix: str
    already: type[Conflict]
    missing: type[Conflict]
    same: type[Conflict]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(f"{self.prefix}proposed_{name}" for name in ("at", "by", "key", "reason"))

    def propose(self, uow: UnitOfWork, row: Any, reason: str) -> None:
        """Keep who wants it and why. Raises already."""
        at, *_others = self.columns
        if getattr(row, at) is not None:
            raise self.already
        for name, value in zip(self.columns, (uow.now, uow.actor.name, uow.actor.key, reason), strict=True):
            setattr(row, name, value)

    def agree(self, uow: UnitOfWork, row: Any) -> tuple[str, str]:
        """Who agreed, both names, and why: what was proposed may be done now. Raises missing, same."""
        at, by, key, reason = (getattr(row, name) for name in self.columns)
        if at is None:
            raise self.missing
        if key in hands_of(uow):
            raise self.same
        return f"{by}、{uow.actor.name}"[:MOST_NAMES], reason or ""

    def drop(self, row: Any) -> tuple[datetime, str, str, str]:
        """Whoever proposed it thinks better of it, or the second person does not agree: when it was proposed, by whom, the key
        they acted under, and why. Raises missing.
        """
        at, by, key, reason = (getattr(row, name) for name in self.columns)
        if at is None:
            raise self.missing
        for name in self.columns:
            setattr(row, name, None)
        return at, by, key, reason
