"""Texts that a person marks, and marks that were wrong."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict, NotFound
from lms.core.uow import UnitOfWork
from lms.ledger.service import append
from lms.quizzes import queries
from lms.quizzes.models import Attempt, TextMark
from lms.quizzes.service.attempts import conclude
from lms.quizzes.service.rescoring import check_not_own, rescore, tell_rescored

MARK_CORRECTED = "quiz.mark-corrected"


class AlreadyMarked(Conflict):
    code = "answer-already-marked"
    sentence = _l("这道题已经由%(who)s评过，您填的没有记下。评错了的话，可以更正并写明原因。")


def mark_text(uow: UnitOfWork, attempt: Attempt, version_id: UUID, percent: int, note: str = "") -> bool:
    """Give a text 0 … 100 percent of its question; with the last one the attempt gets its score. Returns whether it has.

    note: why, for whoever took the quiz. Raises OwnPaper, AlreadyMarked where somebody was first, NotFound for what needs no
    marking.
    """
    check_not_own(uow, attempt.person_id)
    uow.session.refresh(attempt, with_for_update=True)
    if there := queries.marks_of(uow, attempt.id).get(version_id):
        raise AlreadyMarked(who=there.marked_by)
    if version_id not in {text.version_id for text in queries.texts_to_mark(uow, [attempt])}:
        raise NotFound
    _give(uow, attempt, version_id, percent, note)
    return conclude(uow, attempt)


def correct_mark(uow: UnitOfWork, attempt: Attempt, version_id: UUID, percent: int, reason: str) -> bool:
    """Mark a text again that was marked wrongly; whether it gets anything else now. The mark before stays kept.

    Hours, certificates and standings follow a changed score. Raises OwnPaper, NotFound for what nobody has marked. Says
    ScoresChanged.
    """
    check_not_own(uow, attempt.person_id)
    uow.session.refresh(attempt, with_for_update=True)
    marked = {text.version_id: text.mark for text in queries.texts_marked(uow, attempt)}
    old = marked.get(version_id)
    if old is None:
        raise NotFound
    if old.percent == percent:
        return False
    before = attempt.score
    mark = _give(uow, attempt, version_id, percent, reason)
    rescore(uow, attempt)
    fact = {
        "attempt": attempt.id, "question": version_id, "actor": uow.actor.key, "at": uow.now, "reason": reason,
        "given": [old.percent, percent], "before": before, "after": attempt.score,
    }  # fmt: skip
    append(uow, attempt.enterprise_id, MARK_CORRECTED, mark.id, fact)
    tell_rescored(uow, attempt, before, "简答题评错", reason, MARK_CORRECTED)
    return True


def _give(uow: UnitOfWork, attempt: Attempt, version_id: UUID, percent: int, note: str) -> TextMark:
    mark = TextMark(
        enterprise_id=attempt.enterprise_id,
        attempt_id=attempt.id,
        version_id=version_id,
        percent=percent,
        note=note.strip()[:200] or None,
        marked_by=uow.actor.name,
        marked_at=uow.now,
    )
    uow.session.add(mark)
    return mark
