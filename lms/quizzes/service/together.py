"""A hall begins, taps and hands in at once: what many ask for is written in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar
from uuid import UUID

from lms.access.actor import Actor
from lms.core.db import new_id
from lms.core.errors import Problem
from lms.core.together import Together
from lms.core.uow import UnitOfWork
from lms.quizzes import queries, rules
from lms.quizzes.service.attempts import LARGEST_COUNTER, Begun, begin, chosen_on, hand_in

Wish = TypeVar("Wish", bound=tuple)
Result = TypeVar("Result")


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


class Beginner(NamedTuple):
    """Somebody who presses the button. held: who they are on the roster of each enterprise, (enterprise_id, person_id)."""

    quiz_id: UUID
    held: tuple[tuple[UUID, UUID], ...]
    device_id: str | None


def begin_all(uow: UnitOfWork, beginners: Sequence[Beginner]) -> list[Begun | None]:
    """Begin for those of these who simply may. None: they may not, or an attempt of theirs is to be ended first; begin() says."""

    def one(beginner: Beginner) -> Begun | None:
        standing = standing_of(uow, beginner)
        open_one = standing.at.open if standing else None
        if standing is None or (open_one is not None and rules.is_over(open_one.deadline_at, uow.now)):
            return None
        return begin(uow, standing, device_id=beginner.device_id)

    return _in_order(beginners, one)


def standing_of(uow: UnitOfWork, beginner: Beginner) -> queries.Standing | None:
    """Where somebody is with the quiz they want to begin; None where nothing they are is asked to take it."""
    for enterprise_id, person_id in beginner.held:
        standing = queries.standing(uow, beginner.quiz_id, person_id)
        if standing is not None and standing.terms.enterprise_id == enterprise_id:
            return standing
    return None


class HandIn(NamedTuple):
    """An attempt that is to be handed in. person_ids: whose it may be."""

    attempt_id: UUID
    person_ids: tuple[UUID, ...]


def hand_in_all(uow: UnitOfWork, wishes: Sequence[HandIn]) -> list[list[queries.Outcome] | None]:
    """Hand in and grade these attempts; what became of the questions of each. None: there is none that is theirs."""

    def one(wish: HandIn) -> list[queries.Outcome] | None:
        held = queries.hold_to_grade(uow, wish.attempt_id)
        return hand_in(uow, held) if held is not None and held.person_id in wish.person_ids else None

    return _in_order(wishes, one)


def _in_order(wishes: Sequence[Wish], act: Callable[[Wish], Result | None]) -> list[Result | None]:
    """What comes of each wish, None where it is refused. Rows are held in one order, so that no two processes wait for each
    other's.
    """
    came: dict[int, Result | None] = {}
    for at in sorted(range(len(wishes)), key=lambda at: wishes[at][:2]):
        try:
            came[at] = act(wishes[at])
        except Problem:  # raised before anything of it was written
            came[at] = None
    return [came[at] for at in range(len(wishes))]


def _as_written(_uow: UnitOfWork, written: Sequence[Result]) -> list[Result]:
    return list(written)


# Whose an attempt is stands in it, so whoever acts makes no difference.
HALL = Actor.system("quizzes.hall")
taps: Together[Sent, Saved] = Together(HALL, "attempt.answer", save, _as_written)
starts: Together[Beginner, Begun] = Together(HALL, "attempt.start", begin_all, _as_written)
hand_ins: Together[HandIn, list[queries.Outcome]] = Together(HALL, "attempt.answer", hand_in_all, _as_written)
