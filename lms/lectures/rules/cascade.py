"""Whether a department, or a team of it, has passed a lecture on (层层传达)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from uuid import UUID

GIVEN, COMING = {"closed", "archived"}, {"notified", "open"}
DEEPEST = 4  # firm, department, team, shift


def place_key(department_id: UUID, shift: str = "") -> str:
    """A department, or a team of it by its shift, as one text for a form."""
    return f"{department_id}:{shift}" if shift else str(department_id)


def place_of(key: str) -> tuple[UUID, str]:
    """What place_key made."""
    department_id, _colon, shift = key.partition(":")
    return UUID(department_id), shift


def passed_on(states: Iterable[str], due_on: date, today: date) -> str:
    """done, planned, waiting or overdue, from the states of the lectures that pass it on there. A draft is no plan yet."""
    every = set(states)
    if every & GIVEN:
        return "done"
    if due_on < today:
        return "overdue"
    return "planned" if every & COMING else "waiting"


def reaches(departments: Collection[str], shifts: Collection[str], department: str, shift: str) -> bool:
    """Whether a lecture for these departments and shifts is one for this department, or for this team of it.

    shifts: none: whoever works there. shift: of the team; empty: the department as a whole.
    """
    return department in departments and (not shift or not shifts or shift in shifts)


def count_passed(
    lecture_id: UUID,
    asked: Mapping[UUID, Collection[tuple[str, str]]],
    given: Mapping[UUID, Collection[tuple[UUID, Collection[str], Collection[str]]]],
    deepest: int = DEEPEST,
) -> tuple[int, int]:
    """(departments and teams that have passed a lecture on, those asked to), those of the lectures that do so included.

    asked: the departments asked, by lecture, each with the shift of the team or "". given: the held lectures that pass it on,
    each with its departments and shifts.
    """
    below = given.get(lecture_id, ()) if deepest else ()
    wanted = asked.get(lecture_id, ())
    done, of = sum(any(reaches(there, shifts, *one) for _id, there, shifts in below) for one in wanted), len(wanted)
    for below_id, _departments, _shifts in below:
        more = count_passed(below_id, asked, given, deepest - 1)
        done, of = done + more[0], of + more[1]
    return done, of
