"""Whether a department has passed a lecture on (层层传达)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from uuid import UUID

GIVEN, COMING = {"closed", "archived"}, {"notified", "open"}
DEEPEST = 4  # firm, department, team, shift


def passed_on(states: Iterable[str], due_on: date, today: date) -> str:
    """done, planned, waiting or overdue, from the states of the lectures that pass it on there. A draft is no plan yet."""
    every = set(states)
    if every & GIVEN:
        return "done"
    if due_on < today:
        return "overdue"
    return "planned" if every & COMING else "waiting"


def count_passed(
    lecture_id: UUID,
    asked: Mapping[UUID, Collection[str]],
    given: Mapping[UUID, Collection[tuple[UUID, Collection[str]]]],
    deepest: int = DEEPEST,
) -> tuple[int, int]:
    """(departments that have passed a lecture on, departments asked to), those of the lectures that do so included.

    asked: ids of the departments asked, by lecture. given: the held lectures that pass it on, each with the ids of its
    departments.
    """
    below = given.get(lecture_id, ()) if deepest else ()
    reached = {department for _id, departments in below for department in departments}
    wanted = asked.get(lecture_id, ())
    done, of = sum(department in reached for department in wanted), len(wanted)
    for below_id, _departments in below:
        more = count_passed(below_id, asked, given, deepest - 1)
        done, of = done + more[0], of + more[1]
    return done, of
