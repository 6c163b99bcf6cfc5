"""What a quiz asks: topics, quotas or a fixed paper, and the rules around an attempt."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from random import Random
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, union_all

from lms.core.errors import Conflict
from lms.core.uow import UnitOfWork
from lms.quizzes import queries, rules
from lms.quizzes.models import Attempt, Quiz, QuizSheet

TRIED = 100  # papers drawn to see what comes out


class AlreadyBegun(Conflict):
    code = "quiz-already-begun"
    sentence = _l("已经有人开始作答，出题规则不能再改，大家考的规则才一样。")


@dataclass(frozen=True, slots=True)
class PaperRules:
    """How papers are made. quotas and fixed: as in models.Quiz, at most one of the two; neither: count from topics."""

    topics: tuple[str, ...]
    count: int
    minutes: int
    attempts: int
    cool_down: int
    explain: str
    quotas: tuple[rules.Quota, ...] = ()
    fixed: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """What a hundred papers by the rules of a quiz look like. exact: of them so many are what the rules ask for."""

    papers: int
    exact: int
    overlap: rules.Overlap | None
    pool: int
    enough_for_retake: bool


def drawn(
    quiz: Quiz | queries.Terms, rng: Random, pool: Sequence[rules.Candidate], seen: Collection[rules.Candidate] = ()
) -> list[rules.Candidate]:
    """The questions of one paper, in random order. pool: of a fixed paper its questions. seen: as in rules.draw."""
    if quiz.quotas:
        return rules.draw_by_quotas(rng, pool, seen, quiz.asks)
    return rules.draw(rng, pool, seen, quiz.question_count)


def begun(uow: UnitOfWork, quiz: Quiz) -> bool:
    """Whether somebody has a paper already, on a phone or printed."""
    begun_or_printed = union_all(
        select(Attempt.id).where(Attempt.quiz_id == quiz.id), select(QuizSheet.id).where(QuizSheet.quiz_id == quiz.id)
    )
    return uow.session.scalar(begun_or_printed.limit(1)) is not None


def set_rules(uow: UnitOfWork, quiz: Quiz, wanted: PaperRules) -> None:
    """Say how papers are made, until the first is. Raises AlreadyBegun."""
    uow.session.refresh(quiz, with_for_update=True)
    if begun(uow, quiz):
        raise AlreadyBegun
    quiz.topics = list(wanted.topics)
    quiz.quotas = [{"topic": one.topic, "difficulty": one.difficulty, "count": one.count} for one in wanted.quotas]
    quiz.fixed = [str(one) for one in wanted.fixed]
    quiz.question_count, quiz.minutes, quiz.max_attempts = wanted.count, wanted.minutes, wanted.attempts
    quiz.cool_down, quiz.explain = wanted.cool_down, wanted.explain
    uow.session.flush()


def try_out(uow: UnitOfWork, quiz: Quiz) -> Trial:
    """Draw a hundred papers as the quiz would, and keep none. The same ones each time it is asked."""
    rng = Random(0)
    pool = queries.drawable(uow, quiz.enterprise_id, quiz.topics, [UUID(one) for one in quiz.fixed])
    papers = [drawn(quiz, rng, pool) for _n in range(TRIED)]
    exact = sum(rules.meets(one, quiz.asks) if quiz.quotas else len(set(one)) == quiz.question_count for one in papers)
    overlap = rules.overlap([[str(one.question) for one in paper] for paper in papers])
    again = queries.drawable(uow, quiz.enterprise_id, quiz.topics)
    return Trial(TRIED, exact, overlap, len(again), 2 * len(again) >= 3 * quiz.question_count)
