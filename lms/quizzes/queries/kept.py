"""What a wording asks and what is right about it never changes: each process reads it once."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from lms.core.uow import UnitOfWork
from lms.quizzes.models import QuestionVersion
from lms.quizzes.rules import Body

MOST = 3_000  # kept at a time, about 2 KB each


class Kept(NamedTuple):
    """The part of a wording that grading needs. points: None where the bank gives none."""

    question_id: UUID
    version: int
    body: Body
    points: int | None


_kept: dict[UUID, Kept] = {}


def kept_wordings(uow: UnitOfWork, version_ids: Collection[UUID]) -> dict[UUID, Kept]:
    """These wordings by id; those that do not exist are left out. No statement for what this process has read before."""
    found = {version_id: kept for version_id in version_ids if (kept := _kept.get(version_id)) is not None}
    missing = [version_id for version_id in version_ids if version_id not in found]
    if missing:
        columns = (QuestionVersion.question_id, QuestionVersion.version, QuestionVersion.body, QuestionVersion.points)
        wanted = select(QuestionVersion.id, *columns).where(QuestionVersion.id.in_(missing))
        read = {row.id: Kept(*row[1:]) for row in uow.session.execute(wanted)}
        if len(_kept) + len(read) > MOST:
            _kept.clear()
        _kept.update(read)
        found |= read
    return found
