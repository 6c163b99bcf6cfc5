"""Whether a department, or a team of it, has passed a lecture on (层层传达)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from lms.lectures.rules.plans import Audience

GIVEN, COMING = {"closed", "archived"}, {"notified", "open"}
DEEPEST = 4  # firm, department, team, shift


def place_key(department_id: UUID, shift: str = "") -> str:
    """A department, or a team of it by its shift, as one text for a form."""
    return f"{department_id}:{shift}" if shift else str(department_id)


def place_of(key: str) -> tuple[UUID, str]:
    """What place_key made."""
    department_id, _colon, shift = key.partition(":")
    return UUID(department_id), shift


class Part(NamedTuple):
    """The people of a department who work in one shift (班次) and post (岗位). "": of none; they hear only what is not narrowed
    by it.
    """

    shift: str
    post: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom it is asked to pass a lecture on: a department and all its parts that have to hear it."""

    department: str
    parts: tuple[Part, ...]

    @classmethod
    def read(cls, department_id: UUID, parts: Iterable[Iterable[str]]) -> Asked:
        """As FollowUp keeps it."""
        return cls(str(department_id), tuple(Part(*each) for each in parts))


def passed_on(states: Collection[Collection[str]], due_on: date, today: date) -> str:
    """done, planned, waiting or overdue, from the states of the lectures that pass it on to each part. A draft is no plan yet."""
    if all(GIVEN & set(each) for each in states):
        return "done"
    if due_on < today:
        return "overdue"
    return "planned" if all((GIVEN | COMING) & set(each) for each in states) else "waiting"


def reaches(audience: Audience, department: str, part: Part) -> bool:
    """Whether a lecture for this audience is one for this part of the department."""
    narrowed = ((audience.shifts, part.shift), (audience.posts, part.post))
    return department in audience.departments and all(not chosen or value in chosen for chosen, value in narrowed)


def count_passed(
    lecture_id: UUID,
    asked: Mapping[UUID, Collection[Asked]],
    given: Mapping[UUID, Collection[tuple[UUID, Audience]]],
    deepest: int = DEEPEST,
) -> tuple[int, int]:
    """(departments and teams that have passed a lecture on, those asked to), those of the lectures that do so included.

    asked, given: by lecture: of whom it is asked; the held lectures that pass it on, each with its audience. A department has
    passed it on when each of its parts heard it.
    """
    below = given.get(lecture_id, ()) if deepest else ()
    wanted = asked.get(lecture_id, ())
    done, of = 0, len(wanted)
    for one in wanted:
        done += all(any(reaches(audience, one.department, part) for _id, audience in below) for part in one.parts)
    for below_id, _audience in below:
        more = count_passed(below_id, asked, given, deepest - 1)
        done, of = done + more[0], of + more[1]
    return done, of
