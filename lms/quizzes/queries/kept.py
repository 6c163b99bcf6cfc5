"""What a wording asks, and what is right about it, never changes: each process reads it once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from lms.core.uow import UnitOfWork
from lms.quizzes.models import QuestionVersion
from lms.quizzes.rules import Body

MOST = 3_000  # kept at a time, about 3 KB each


class Kept(NamedTuple):
    """A wording. points: None where the bank gives none. translations: see rules.in_language."""

    id: UUID
    question_id: UUID
    version: int
    stem: str
    body: Body
    explanation: str | None
    law_ref: str | None
    difficulty: int | None
    points: int | None
    translations: dict[str, Any]

    @property
    def kind(self) -> str:
        return self.body.kind


_WANTED = select(*(getattr(QuestionVersion, name) for name in Kept._fields)).where(
    QuestionVersion.id.in_(bindparam("ids", expanding=True))
)
_kept: dict[UUID, Kept] = {}
_by_text: dict[str, Kept] = {}  # the same, by their ids as papers have them


def kept_wordings(uow: UnitOfWork, version_ids: Collection[UUID]) -> dict[UUID, Kept]:
    """These wordings by id; those that do not exist are left out. No statement for what this process has read before."""
    found = {version_id: kept for version_id in version_ids if (kept := _kept.get(version_id)) is not None}
    missing = [version_id for version_id in version_ids if version_id not in found]
    if missing:
        read = {row.id: Kept._make(row) for row in uow.execute(_WANTED, {"ids": missing})}
        if len(_kept) + len(read) > MOST:
            _kept.clear()
            _by_text.clear()
        _kept.update(read)
        _by_text.update({str(version_id): kept for version_id, kept in read.items()})
        found |= read
    return found


def kept_on(uow: UnitOfWork, paper: Sequence[Mapping[str, Any]]) -> list[Kept]:
    """The wordings of a paper in the order asked, all of which exist; as kept_wordings()."""
    try:
        return [_by_text[entry["version"]] for entry in paper]
    except KeyError:
        asked = [UUID(entry["version"]) for entry in paper]
        found = kept_wordings(uow, asked)
        return [found[version_id] for version_id in asked]
