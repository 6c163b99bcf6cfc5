"""What a phone tells besides answers."""

from __future__ import annotations

from sqlalchemy import func, select

from lms.core.uow import UnitOfWork
from lms.quizzes import rules
from lms.quizzes.models import Attempt, PageLeft

SHORTEST, LONGEST = 2, 24 * 3600  # seconds: a glance at the notification bar is nothing
MOST = 100  # rows of one attempt; more would say no more


def note_left(uow: UnitOfWork, attempt: Attempt, seconds: int) -> None:
    """Note that the page of an open attempt was out of sight; what is no time at all, or comes after the end, is left out."""
    if attempt.submitted_at is not None or rules.is_over(attempt.deadline_at, uow.now) or seconds < SHORTEST:
        return
    if (uow.session.scalar(select(func.count()).where(PageLeft.attempt_id == attempt.id)) or 0) < MOST:
        row = PageLeft(enterprise_id=attempt.enterprise_id, attempt_id=attempt.id, seconds=min(seconds, LONGEST), back_at=uow.now)
        uow.session.add(row)
