"""The wording of a question that counts now."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from lms.quizzes.models import QuestionVersion


def is_newest() -> ColumnElement[bool]:
    """Whether a QuestionVersion is the newest wording of its question."""
    other = aliased(QuestionVersion)
    newest = select(func.max(other.version)).where(other.question_id == QuestionVersion.question_id).scalar_subquery()
    return QuestionVersion.version == newest
