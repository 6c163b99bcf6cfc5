"""Texts that a person marks."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict, NotFound
from lms.core.uow import UnitOfWork
from lms.quizzes import queries
from lms.quizzes.models import Attempt, TextMark
from lms.quizzes.service.attempts import conclude


class AlreadyMarked(Conflict):
    code = "answer-already-marked"
    sentence = _l("这份答卷已经评完并出了成绩，没有再改。")


def mark_text(uow: UnitOfWork, attempt: Attempt, version_id: UUID, percent: int, note: str = "") -> bool:
    """Give a text 0 … 100 percent of its question; with the last one the attempt gets its score. Returns whether it has.

    note: why, for whoever took the quiz. Raises AlreadyMarked once there is a score, NotFound for what needs no marking.
    """
    uow.session.refresh(attempt, with_for_update=True)
    if attempt.score is not None:
        raise AlreadyMarked
    if version_id not in {text.version_id for text in queries.texts_to_mark(uow, [attempt])}:
        raise NotFound
    uow.session.add(
        TextMark(
            enterprise_id=attempt.enterprise_id,
            attempt_id=attempt.id,
            version_id=version_id,
            percent=percent,
            note=note.strip()[:200] or None,
            marked_by=uow.actor.name,
            marked_at=uow.now,
        )
    )
    return conclude(uow, attempt)
