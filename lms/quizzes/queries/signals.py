"""What a trainer may want to ask about after a quiz."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from lms.core.uow import UnitOfWork
from lms.quizzes import rules
from lms.quizzes.models import ON_PAPER, Answer, Attempt, PageLeft
from lms.quizzes.queries.kept import kept_wordings
from lms.quizzes.rules import signals
from lms.registry.models import Person


@dataclass(frozen=True, slots=True)
class Noticed:
    """A signal with the names it needs."""

    signal: signals.Signal
    name: str
    other: str


def signals_of(uow: UnitOfWork, quiz_id: UUID) -> list[Noticed]:
    """The signals of the attempts of a quiz that were handed in. Five queries at most, however many people."""
    # What was written on paper was keyed in all at once: that says nothing of a person.
    wanted = select(Attempt).where(
        Attempt.quiz_id == quiz_id, Attempt.submitted_at.is_not(None), Attempt.submitted_how != ON_PAPER
    )
    attempts = list(uow.session.scalars(wanted))
    ids = [attempt.id for attempt in attempts]
    left: dict[UUID, list[int]] = defaultdict(list)
    for row in uow.session.execute(select(PageLeft.attempt_id, PageLeft.seconds).where(PageLeft.attempt_id.in_(ids))):
        left[row.attempt_id].append(row.seconds)
    found = signals.signals_of(_sat(uow, attempts, left))
    people = {one.person for one in found} | {one.other for one in found if one.other}
    rows = uow.session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    names: dict[UUID | None, str] = {row.id: row.name for row in rows}
    return [Noticed(one, names[one.person], names.get(one.other, "")) for one in found]


def _sat(uow: UnitOfWork, attempts: list[Attempt], left: dict[UUID, list[int]]) -> Iterable[signals.Sat]:
    answers: dict[UUID, list[Answer]] = defaultdict(list)
    wanted = select(Answer).where(Answer.attempt_id.in_([one.id for one in attempts])).order_by(Answer.counter)
    for answer in uow.session.scalars(wanted):
        answers[answer.attempt_id].append(answer)
    asked = kept_wordings(uow, {answer.version_id for own in answers.values() for answer in own})
    for attempt in attempts:
        first: dict[UUID, datetime] = {}
        chosen: dict[UUID, list[str]] = {}
        for answer in answers[attempt.id]:
            first[answer.version_id] = min(first.get(answer.version_id, answer.answered_at), answer.answered_at)
            chosen[answer.version_id] = answer.chosen
        yield signals.Sat(
            attempt.id,
            attempt.person_id,
            attempt.device_id,
            attempt.started_at,
            tuple(left[attempt.id]),
            tuple(first.values()),
            {str(version): tuple(texts) for version, texts in chosen.items() if texts},
            frozenset(
                str(version) for version, texts in chosen.items() if texts and rules.grade(asked[version].body, texts).share != 1
            ),
        )
