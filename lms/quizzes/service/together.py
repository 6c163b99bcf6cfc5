"""A hall taps at once: the taps of many are written in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from lms.access.actor import Actor
from lms.core.db import new_id
from lms.core.errors import Problem
from lms.core.together import Together
from lms.core.uow import UnitOfWork
from lms.quizzes import queries, rules
from lms.quizzes.service.attempts import LARGEST_COUNTER, chosen_on


class Sent(NamedTuple):
    """A tap as a phone sends it. person_ids: whose attempt it may be. choices: as the phone calls them."""

    attempt_id: UUID
    person_ids: tuple[UUID, ...]
    version_id: UUID
    counter: int
    choices: tuple[str, ...]


class Saved(NamedTuple):
    counter: int
    seconds_left: int


def save(uow: UnitOfWork, taps: Sequence[Sent]) -> list[Saved | None]:
    """Keep those of these taps that are simple. None: it may not be, or its counter is taken; answer_held() says what then."""
    held = queries.hold_all(uow, {tap.attempt_id for tap in taps})
    taken = queries.taken_counters(uow, list(held), {tap.counter for tap in taps})
    saved: list[Saved | None] = []
    rows = []
    for tap in taps:
        attempt, kept = held.get(tap.attempt_id), None
        if attempt is not None and attempt.person_id in tap.person_ids and (attempt.id, tap.counter) not in taken:
            kept = _kept(uow, attempt, tap)
        if attempt is None or kept is None:
            saved.append(None)
            continue
        taken.add((attempt.id, tap.counter))
        rows.append(
            {
                "id": new_id(), "attempt_id": attempt.id, "version_id": tap.version_id, "counter": tap.counter, "chosen": kept,
                "answered_at": uow.now,
            }
        )  # fmt: skip
        saved.append(Saved(tap.counter, rules.seconds_left(attempt.deadline_at, uow.now)))
    if rows:
        queries.keep_all(uow, rows)
    return saved


def _kept(uow: UnitOfWork, attempt: queries.Held, tap: Sent) -> list[str] | None:
    if attempt.submitted_at is not None or rules.is_over(attempt.deadline_at, uow.now):
        return None
    if not 0 <= tap.counter <= LARGEST_COUNTER:
        return None
    try:
        return chosen_on(uow, attempt, tap.version_id, tap.choices)
    except Problem:
        return None


together: Together[Sent, Saved] = Together(Actor.system("quizzes.taps"), "attempt.answer", save, lambda _uow, saved: list(saved))
