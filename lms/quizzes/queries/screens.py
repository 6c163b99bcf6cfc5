"""A paper as its owner sees it: before hand-in without any key, afterwards with what was right."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from lms.core.uow import UnitOfWork
from lms.quizzes import rules
from lms.quizzes.models import Attempt, QuestionVersion
from lms.quizzes.queries.attempts import latest_answers, wordings


@dataclass(frozen=True, slots=True)
class Screen:
    """One question while it is being answered. There is no key in it, so no page can give one away.

    chosen: the values of the choices made so far, or the text filled in.
    """

    number: int
    version_id: UUID
    kind: str
    stem: str
    choices: tuple[rules.Choice, ...]
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question after hand-in. share: 0, ½ or 1 of it was got. chosen, right: values of choices, or texts."""

    number: int
    version: QuestionVersion
    choices: tuple[rules.Choice, ...]
    chosen: tuple[str, ...]
    right: tuple[str, ...]
    share: Fraction
    late: bool


def screens_of(uow: UnitOfWork, attempt: Attempt) -> list[Screen]:
    """The questions of an attempt in its own order with the answers that count so far. Two queries."""
    answers = latest_answers(uow, attempt.id)
    screens = []
    for number, asked in enumerate(wordings(uow, attempt), 1):
        version, given = asked.version, answers.get(asked.version.id)
        choices = rules.choices_of(version.kind, version.options, asked.order)
        chosen = rules.shown_of(version.kind, asked.order, given.chosen if given else ())
        screens.append(Screen(number, version.id, version.kind.value, version.stem, tuple(choices), tuple(chosen)))
    return screens


def outcomes_of(uow: UnitOfWork, attempt: Attempt) -> list[Outcome]:
    """The questions of a graded attempt with what was chosen and what was right. Two queries."""
    answers = latest_answers(uow, attempt.id)
    outcomes = []
    for number, asked in enumerate(wordings(uow, attempt), 1):
        version, given = asked.version, answers.get(asked.version.id)
        chosen = given.chosen if given else []
        outcomes.append(
            Outcome(
                number,
                version,
                tuple(rules.choices_of(version.kind, version.options, asked.order)),
                tuple(rules.shown_of(version.kind, asked.order, chosen)),
                tuple(rules.shown_of(version.kind, asked.order, version.answer)),
                rules.mark(version.kind, version.answer, chosen),
                given is not None and rules.is_late(attempt.deadline_at, given.answered_at),
            )
        )
    return outcomes
