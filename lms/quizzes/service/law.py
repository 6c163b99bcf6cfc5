"""A clause of the law was replaced: what rests on it is not asked until somebody has looked at it again."""

from __future__ import annotations

from uuid import UUID

from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.quizzes import queries
from lms.quizzes.models import LawChange, LawCheck


def replace_clause(uow: UnitOfWork, clause: str, note: str) -> LawChange:
    """Say that a clause was replaced, for the actor's enterprise or for all that the bureau supervises."""
    change = LawChange(
        enterprise_id=uow.actor.enterprise_id,
        jurisdiction_id=None if uow.actor.enterprise_id else uow.actor.jurisdiction_id,
        clause=clause,
        note=note or None,
        recorded_by=uow.actor.name,
        recorded_at=uow.now,
    )
    uow.session.add(change)
    uow.session.flush()
    return change


def keep_question(uow: UnitOfWork, change: LawChange, question_id: UUID) -> None:
    """Say that a question is still right; it may be asked again. Raises NotFound for one that does not wait."""
    if question_id not in {one.question_id for one in queries.citing(uow, change) if one.why == "paused"}:
        raise NotFound
    check = LawCheck(
        law_change_id=change.id,
        question_id=question_id,
        enterprise_id=uow.actor.enterprise_id,
        checked_by=uow.actor.name,
        checked_at=uow.now,
    )
    uow.session.add(check)
    uow.session.flush()


def withdraw_change(uow: UnitOfWork, change: LawChange) -> None:
    """It was a mistake: nothing waits for it any more."""
    change.withdrawn_at = change.withdrawn_at or uow.now
