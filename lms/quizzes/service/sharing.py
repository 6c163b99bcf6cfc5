"""A bureau's bank: read by the enterprises it supervises, copied when one of them uses it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from lms.core.uow import UnitOfWork
from lms.quizzes import queries
from lms.quizzes.models import Question, QuestionVersion
from lms.quizzes.rules.importing import ParsedQuestion
from lms.quizzes.service.bank import SameQuestion, add, hold_bank, reword


def take(uow: UnitOfWork, question: Question, enterprise_id: UUID) -> Question:
    """The enterprise's own copy of a bureau's question, made the first time; it keeps where it is from and which wording.

    Raises SameQuestion when the enterprise has such a question of its own.
    """
    hold_bank(uow, enterprise_id)
    if (own := queries.copy_of(uow, question.id, enterprise_id)) is not None:
        return own
    newest = question.versions[-1]
    own = add(uow, enterprise_id, parsed(question.topic, newest))
    own.origin_id, own.origin_version = question.id, newest.version
    uow.session.flush()
    return own


def take_all(uow: UnitOfWork, questions: Iterable[Question], enterprise_id: UUID) -> tuple[int, int]:
    """Copies of these; how many were made, and how many the enterprise has had already."""
    made = had = 0
    for question in questions:
        try:
            take(uow, question, enterprise_id)
            made += 1
        except SameQuestion:
            had += 1
    return made, had


def catch_up(uow: UnitOfWork, own: Question) -> QuestionVersion:
    """Give a copy the newest wording of its origin, as a new version; attempts keep the one they were asked.

    Raises SameQuestion.
    """
    origin = uow.session.get_one(Question, own.origin_id)
    newest = origin.versions[-1]
    version = reword(uow, own, parsed(origin.topic, newest))
    own.origin_version = newest.version
    return version


def parsed(topic: str, version: QuestionVersion, at: int = 0) -> ParsedQuestion:
    """A wording as an import would bring it. at: its number in a file."""
    return ParsedQuestion(
        at,
        version.stem,
        version.body,
        explanation=version.explanation,
        points=version.points,
        topic=topic,
        law_ref=version.law_ref,
        difficulty=version.difficulty,
        translations=version.translations,
    )
