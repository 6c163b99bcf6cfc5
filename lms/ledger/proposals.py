"""What takes two people: one proposes it and says why, another one agrees. Until then nothing changes, and what came to nothing
stays on record: who wanted what and why, and who said no to it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.access.service import hands_of
from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.ledger.models import DroppedProposal
from lms.ledger.rules import canonical
from lms.ledger.service import Fact, append, named, witnesses

MOST_NAMES = 80  # characters of both names together


def may_be_second(hands: Collection[str], proposed_key: str | None, person_id: UUID) -> bool:
    """Whether whoever has these accounts can agree: they neither proposed it nor are the one it is about."""
    return proposed_key not in hands and f"person:{person_id}" not in hands


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is kept of a proposal in the row it is about: four columns, {prefix}proposed_at, _by, _key and _reason.

    already, missing, same: what is raised when somebody proposes twice, agrees to nothing, or to what they proposed themselves.
    dropped: the kind of the entry in the chain of one that came to nothing; None where whoever calls keeps a line of their own.
    Whoever calls holds the row, so that of two at once the second sees what the first did.
    """

    prefix: str
    already: type[Conflict]
    missing: type[Conflict]
    same: type[Conflict]
    dropped: str | None = None

    def __post_init__(self) -> None:
        if self.dropped is not None:
            witnesses(self.dropped)(partial(_as_kept, self.dropped))

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the four, in the order: when, who, by which key, why."""
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

    def clear(self, row: Any) -> tuple[datetime, str, str, str]:
        """Nothing waits any more: when it was proposed, by whom, the key they acted under, and why. Raises missing."""
        at, by, key, reason = (getattr(row, name) for name in self.columns)
        if at is None:
            raise self.missing
        for name in self.columns:
            setattr(row, name, None)
        return at, by, key, reason

    def drop(self, uow: UnitOfWork, row: Any, *, of: UUID, lecture_id: UUID | None, about: Fact) -> None:
        """Whoever proposed it thinks better of it, or the second person does not agree; that is kept. Raises missing.

        of, lecture_id, about: see DroppedProposal.
        """
        at, by, key, reason = self.clear(row)
        assert self.dropped is not None
        line = DroppedProposal(
            enterprise_id=row.enterprise_id, kind=self.dropped, subject_id=of, lecture_id=lecture_id,
            about=json.loads(canonical(about)), proposed_by=by, proposed_key=key, proposed_at=at, reason=reason,
            dropped_by=uow.actor.name, dropped_at=uow.now, withdrawn=key in hands_of(uow),
        )  # fmt: skip
        uow.session.add(line)
        uow.session.flush()
        append(uow, line.enterprise_id, line.kind, line.id, _fact(line))


def _as_kept(kind: str, uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """What was dropped of a kind, as the table has it."""
    own = (DroppedProposal.enterprise_id == enterprise_id, DroppedProposal.kind == kind)
    for line in uow.session.scalars(select(DroppedProposal).where(*own)):
        yield line.id, _fact(line)


def _fact(line: DroppedProposal) -> Fact:
    return line.about | {
        "lecture": line.lecture_id, "reason": line.reason, "proposed_by": named(line.proposed_by),
        "proposed_key": line.proposed_key, "proposed_at": line.proposed_at, "dropped_by": named(line.dropped_by),
        "dropped_at": line.dropped_at, "withdrawn": line.withdrawn,
    }  # fmt: skip
