"""What an attempt came to is a fact in the chain of its enterprise: when it was handed in, what was answered, its score."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.core.uow import UnitOfWork
from lms.ledger.rules import canonical
from lms.ledger.service import Fact, append, witnesses
from lms.quizzes import queries
from lms.quizzes.models import Answer, Attempt, Quiz

GRADED = "quiz.graded"
AT_ONCE = 2_000


def enter_result(
    uow: UnitOfWork, held: queries.ToGrade, outcomes: Iterable[queries.Outcome], at: datetime, how: str, score: int, passed: bool
) -> None:
    """Enter what an attempt came to, in the transaction that writes it down."""
    told = {outcome.version.id: outcome.kept for outcome in outcomes if outcome.kept is not None}
    enter_graded(uow, held.enterprise_id, held.id, (held.lecture_id, held.person_id, at, how, score, passed, told))


def enter_graded(
    uow: UnitOfWork,
    enterprise_id: UUID,
    attempt_id: UUID,
    told: tuple[UUID, UUID, datetime, str, int, bool, Mapping[UUID, list[str]]],
) -> None:
    """The same of an attempt whose answers are known. told: as of _fact()."""
    append(uow, enterprise_id, GRADED, attempt_id, _fact(*told))


def enter_changed(uow: UnitOfWork, attempts: Iterable[Attempt]) -> None:
    """Enter attempts whose score is another one now; what they came to before stays in the chain."""
    ids = [attempt.id for attempt in attempts]
    uow.session.flush()
    for row, answers in _results(uow, Attempt.id.in_(ids)):
        append(uow, row.enterprise_id, GRADED, row.id, _told(row, answers))


@witnesses(GRADED)
def results(uow: UnitOfWork, enterprise_id: UUID) -> Iterator[tuple[UUID, Fact]]:
    """Every attempt of an enterprise that has a score, as the tables have it; its answers are hashed anew."""
    for row, answers in _results(uow, Attempt.enterprise_id == enterprise_id):
        yield row.id, _told(row, answers)


def _results(uow: UnitOfWork, which: Any) -> Iterator[tuple[Any, dict[UUID, list[str]]]]:
    """Attempts with a score, each with the answers that count, read piece by piece."""
    wanted = (
        select(
            Attempt.id, Attempt.enterprise_id, Attempt.person_id, Attempt.submitted_at, Attempt.submitted_how, Attempt.score,
            Attempt.passed, Quiz.lecture_id, Answer.version_id, Answer.chosen,
        )
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .outerjoin(Answer, Answer.attempt_id == Attempt.id)
        .where(which, Attempt.score.is_not(None))
        .order_by(Attempt.id, Answer.counter)
    )  # fmt: skip
    rows = uow.session.execute(wanted, execution_options={"yield_per": AT_ONCE})
    for _id, group in groupby(rows, key=lambda row: row.id):
        own = list(group)
        yield own[0], {row.version_id: row.chosen for row in own if row.version_id is not None}


def _told(row: Any, answers: Mapping[UUID, list[str]]) -> Fact:
    return _fact(row.lecture_id, row.person_id, row.submitted_at, row.submitted_how, row.score, row.passed, answers)


def _fact(
    lecture_id: UUID, person_id: UUID, at: datetime, how: str, score: int, passed: bool, answers: Mapping[UUID, list[str]]
) -> Fact:
    """answers: wording → what was chosen last. They are told as one hash, SHA-256 of them as canonical JSON."""
    told = canonical({str(version_id): chosen for version_id, chosen in answers.items()})
    return {
        "lecture": lecture_id, "person": person_id, "submitted_at": at, "how": how, "score": score, "passed": passed,
        "answers": hashlib.sha256(told.encode()).hexdigest(),
    }  # fmt: skip
