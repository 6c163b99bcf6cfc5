"""Whether a department, or a team of it, has passed a lecture on (层层传达)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom it is asked to pass a lecture on. shift: of a team; empty: the department as a whole, with the shifts its people
    worked in when it was asked, "" for those of none.
    """

    department: str
    shift: str = ""
    shifts: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """All who have to hear it, by shift; "": who hear only what is for the whole department."""
        return (self.shift,) if self.shift else self.shifts or ("",)


def passed_on(states: Collection[Collection[str]], due_on: date, today: date) -> str:
    """done, planned, waiting or overdue, from the states of the lectures that pass it on to each part. A draft is no plan yet."""
    if all(GIVEN & set(each) for each in states):
        return "done"
    if due_on < today:
        return "overdue"
    return "planned" if all((GIVEN | COMING) & set(each) for each in states) else "waiting"


def reaches(departments: Collection[str], shifts: Collection[str], department: str, part: str) -> bool:
    """Whether a lecture for these departments and shifts is one for this part of the department: see Asked.parts.

    shifts: none: whoever works there.
    """
    return department in departments and (not shifts or part in shifts)


def count_passed(
    lecture_id: UUID,
    asked: Mapping[UUID, Collection[Asked]],
    given: Mapping[UUID, Collection[tuple[UUID, Collection[str], Collection[str]]]],
    deepest: int = DEEPEST,
) -> tuple[int, int]:
    """(departments and teams that have passed a lecture on, those asked to), those of the lectures that do so included.

    asked, given: by lecture: of whom it is asked; the held lectures that pass it on, each with its departments and shifts. A
    department has passed it on when each of its shifts heard it.
    """
    below = given.get(lecture_id, ()) if deepest else ()
    wanted = asked.get(lecture_id, ())
    done, of = 0, len(wanted)
    for one in wanted:
        heard = (any(reaches(there, shifts, one.department, part) for _id, there, shifts in below) for part in one.parts)
        done += all(heard)
    for below_id, _departments, _shifts in below:
        more = count_passed(below_id, asked, given, deepest - 1)
        done, of = done + more[0], of + more[1]
    return done, of
