"""A hall begins, taps and hands in at once: what many ask for is written in one transaction.

Nobody has asked yet whether those who do are still on the roster, so each statement that says whose something is asks that too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from lms.access.actor import Actor
from lms.core.errors import Problem
from lms.core.together import Together
from lms.core.uow import UnitOfWork
from lms.quizzes import queries, rules
from lms.quizzes.service.attempts import CHANCE, LARGEST_COUNTER, chosen_on, hand_in_each, planned


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
    rows = {at: row for at, tap in enumerate(taps) if (row := _row(uow, held.get(tap.attempt_id), tap))}
    written = queries.keep_each(uow, list(rows.values())) if rows else set()
    return [
        Saved(tap.counter, rules.seconds_left(held[tap.attempt_id].deadline_at, uow.now))
        if at in rows and rows[at]["id"] in written
        else None
        for at, tap in enumerate(taps)
    ]


def _row(uow: UnitOfWork, attempt: queries.Held | None, tap: Sent) -> dict[str, Any] | None:
    """What is to be written of a tap; None of one that is not simple."""
    if attempt is None or attempt.person_id not in tap.person_ids or not 0 <= tap.counter <= LARGEST_COUNTER:
        return None
    if attempt.submitted_at is not None or rules.is_over(attempt.deadline_at, uow.now):
        return None
    try:
        chosen = chosen_on(uow, attempt, tap.version_id, tap.choices)
    except Problem:
        return None
    return queries.row_of_tap(uow, attempt.id, tap.version_id, tap.counter, chosen)


class Beginner(NamedTuple):
    """Somebody who presses the button. person_ids: who they are on rosters."""

    quiz_id: UUID
    person_ids: tuple[UUID, ...]
    device_id: str | None


class Started(NamedTuple):
    """An attempt as it was written, or found. fresh: as of Begun. seconds_left: by the clock that its deadline was set by."""

    paper: queries.Paper
    fresh: bool
    seconds_left: int


def begin_all(uow: UnitOfWork, beginners: Sequence[Beginner]) -> list[Started | None]:
    """Begin for those of these who simply may. None: they may not, or an attempt of theirs is to be ended first; begin() says."""
    standings = _standings(uow, beginners)
    begun: dict[int, Started] = {}
    rows: dict[tuple[UUID, UUID], dict[str, Any]] = {}  # by quiz and person: a finger that pressed twice begins once
    beside: dict[UUID, list[Sequence[rules.Entry]]] = {}  # the two papers of a quiz that were begun last
    chance = Random(CHANCE.getrandbits(256))  # asking the system for each place of each question takes longer
    # In one order, so that no two processes wait for each other's.
    for at in sorted(range(len(beginners)), key=lambda at: beginners[at][:2]):
        standing = _standing_of(standings, beginners[at])
        if standing is None or not standing.terms.on_roster:
            continue
        quiz_id, open_one = standing.terms.id, standing.at.open
        if open_one is not None:
            if not rules.is_over(open_one.deadline_at, uow.now):
                begun[at] = _started(uow, standing, open_one.id, open_one.paper, open_one.deadline_at, fresh=False)
            continue
        planned_for = quiz_id, standing.person_id
        fresh = planned_for not in rows
        if fresh:
            if quiz_id not in beside:
                beside[quiz_id] = queries.begun_before(uow, quiz_id)
            try:
                row = planned(uow, standing, chance, beginners[at].device_id, beside[quiz_id])
            except Problem:  # before anything of it was written
                continue
            rows[planned_for], beside[quiz_id] = row, [row["paper"], *beside[quiz_id][:1]]
        row = rows[planned_for]
        begun[at] = _started(uow, standing, row["id"], row["paper"], row["deadline_at"], fresh=fresh)
    written = queries.begin_each(uow, list(rows.values())) if rows else set()
    elsewhere = {row["id"] for row in rows.values()} - written  # begun meanwhile by another process
    return [None if one is None or one.paper.id in elsewhere else one for one in map(begun.get, range(len(beginners)))]


def _started(
    uow: UnitOfWork, standing: queries.Standing, attempt_id: UUID, paper: Sequence[rules.Entry], deadline_at: datetime, *,
    fresh: bool,
) -> Started:  # fmt: skip
    """As queries.paper_of() would read it, of what is known already."""
    needs = bool(standing.terms.read_aloud), bool(standing.terms.large_type)
    asked = queries.asked_on(uow, paper)
    read = queries.Paper(attempt_id, standing.person_id, asked, deadline_at, None, *needs)
    return Started(read, fresh, rules.seconds_left(deadline_at, uow.now))


def standing_of(uow: UnitOfWork, beginner: Beginner) -> queries.Standing | None:
    """Where somebody is with the quiz they want to begin; None where nothing they are is asked to take it."""
    return _standing_of(_standings(uow, [beginner]), beginner)


Standings = dict[tuple[UUID, UUID], queries.Standing]


def _standings(uow: UnitOfWork, beginners: Sequence[Beginner]) -> Standings:
    """By quiz and person, in a statement for each quiz."""
    people: dict[UUID, set[UUID]] = defaultdict(set)
    for beginner in beginners:
        people[beginner.quiz_id].update(beginner.person_ids)
    return {
        (quiz_id, person_id): standing
        for quiz_id, person_ids in people.items()
        if person_ids
        for person_id, standing in queries.standings(uow, quiz_id, person_ids).items()
    }


def _standing_of(standings: Standings, beginner: Beginner) -> queries.Standing | None:
    found = (standings.get((beginner.quiz_id, person_id)) for person_id in beginner.person_ids)
    return next((standing for standing in found if standing is not None), None)


class HandIn(NamedTuple):
    """An attempt that is to be handed in. person_ids: whose it may be."""

    attempt_id: UUID
    person_ids: tuple[UUID, ...]


class Graded(NamedTuple):
    """An attempt that is handed in. outcomes: what became of its questions."""

    attempt_id: UUID
    outcomes: list[queries.Outcome]


class Result(NamedTuple):
    """An attempt that is handed in, as it was read back, and where its person is with the quiz. outcomes: as of Graded."""

    attempt: queries.Handed
    at: queries.SoFar
    outcomes: list[queries.Outcome]


def hand_in_all(uow: UnitOfWork, wishes: Sequence[HandIn]) -> list[Graded | None]:
    """Hand in and grade these attempts. None: there is none that is theirs.

    A Problem of one of them is a Problem of all: they come again, each alone.
    """
    held = queries.hold_all_to_grade(uow, {wish.attempt_id for wish in wishes})
    own = {wish: held[wish.attempt_id] for wish in wishes if _is_own(held.get(wish.attempt_id), wish)}
    outcomes = hand_in_each(uow, sorted({one.id: one for one in own.values()}.values(), key=lambda one: one.id))
    return [Graded(wish.attempt_id, outcomes[wish.attempt_id]) if wish in own else None for wish in wishes]


def _is_own(held: queries.ToGrade | None, wish: HandIn) -> bool:
    return held is not None and held.person_id in wish.person_ids


def _results(uow: UnitOfWork, graded: Sequence[Graded]) -> list[Result]:
    found = queries.handed_all(uow, {one.attempt_id for one in graded})
    return [Result(*found[one.attempt_id], one.outcomes) for one in graded]


# Whose an attempt is stands in it, so whoever acts makes no difference.
HALL = Actor.system("quizzes.hall")
taps: Together[Sent, Saved] = Together(HALL, "attempt.answer", save)
starts: Together[Beginner, Started] = Together(HALL, "attempt.start", begin_all)
hand_ins: Together[HandIn, Result] = Together(HALL, "attempt.answer", hand_in_all, _results)
