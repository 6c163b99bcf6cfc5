"""What sitting in answers to the floors beside and below."""

from __future__ import annotations

from lms.core.uow import UnitOfWork, answers
from lms.lectures.events import CommentsOwedAsked
from lms.lectures.models import Lecture
from lms.supervision.queries import owed


@answers(CommentsOwedAsked)
def comments_owed(uow: UnitOfWork, asked: CommentsOwedAsked) -> list[Lecture]:
    """The latest first."""
    return [one.lecture for one in owed(uow, own=True)]
