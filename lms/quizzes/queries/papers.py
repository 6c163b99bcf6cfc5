"""An attempt as its phone shows it: the paper, and the answers that count so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from lms.core.uow import UnitOfWork
from lms.quizzes import rules
from lms.quizzes.models import Answer, Attempt, Support
from lms.quizzes.queries.kept import Kept, kept_on


class Asked(NamedTuple):
    """One question of a paper: its wording and the bank's letters in the order shown."""

    version: Kept
    order: tuple[str, ...]


class Tap(NamedTuple):
    """An answer to a wording, as it is kept."""

    version_id: UUID
    counter: int
    chosen: list[str]
    answered_at: datetime


class Paper(NamedTuple):
    """An attempt with its questions in the order asked. read_aloud, large_type: what the person needs."""

    id: UUID
    person_id: UUID
    asked: list[Asked]
    deadline_at: datetime
    submitted_at: datetime | None
    read_aloud: bool
    large_type: bool

    @property
    def languages(self) -> list[str]:
        """Those that any of its questions carries, besides Chinese."""
        carried = {code for asked in self.asked for code in asked.version.translations}
        return [code for code in rules.LANGUAGES if code in carried] if carried else []


_TAPS = (
    select(Answer.attempt_id, *(getattr(Answer, name) for name in Tap._fields))
    .where(Answer.attempt_id.in_(bindparam("attempts", expanding=True)))
    .order_by(Answer.counter)
)
_PAPER = (
    select(
        Attempt.id, Attempt.person_id, Attempt.paper, Attempt.deadline_at, Attempt.submitted_at,
        Support.read_aloud, Support.large_type,
    )
    .outerjoin(Support, Support.person_id == Attempt.person_id)
    .where(Attempt.id == bindparam("attempt", type_=Uuid()))
)  # fmt: skip


def paper_of(uow: UnitOfWork, attempt_id: UUID) -> Paper | None:
    """None without such an attempt. One statement."""
    row = uow.execute(_PAPER, {"attempt": attempt_id}).first()
    if row is None:
        return None
    needs = bool(row.read_aloud), bool(row.large_type)
    return Paper(row.id, row.person_id, asked_on(uow, row.paper), row.deadline_at, row.submitted_at, *needs)


def asked_on(uow: UnitOfWork, paper: Sequence[Mapping[str, Any]]) -> list[Asked]:
    """The questions of a paper in the order asked, each as it was worded then."""
    return [Asked(kept, tuple(entry["options"])) for entry, kept in zip(paper, kept_on(uow, paper), strict=True)]


def latest_answers(uow: UnitOfWork, attempt_id: UUID) -> dict[UUID, Tap]:
    """What counts of an attempt: per wording the answer with the highest counter."""
    return latest_answers_of(uow, [attempt_id])[attempt_id]


def latest_answers_of(uow: UnitOfWork, attempt_ids: Collection[UUID]) -> dict[UUID, dict[UUID, Tap]]:
    """As latest_answers(), of each of these attempts, in one statement."""
    found: dict[UUID, dict[UUID, Tap]] = defaultdict(dict)
    for attempt_id, *tap in uow.execute(_TAPS, {"attempts": list(attempt_ids)}):
        latest = Tap._make(tap)
        found[attempt_id][latest.version_id] = latest
    return found


def last_counter(answers: Mapping[UUID, Tap]) -> int:
    """The highest counter that has arrived, 0 before the first. answers: those that count."""
    return max((tap.counter for tap in answers.values()), default=0)
