"""What is asked about a plan: the same room, lecturer or people at the same time elsewhere, a lecture that is very long."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Protocol
from uuid import UUID

LONG = timedelta(hours=8)  # a working day; a lecture that lasts longer is asked about, for 21:30 is easily typed for 09:30


class Timed(Protocol):
    """A sitting as planned."""

    @property
    def starts_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime: ...

    @property
    def place(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Other:
    """Another lecture that is planned or being held. people: who is expected there."""

    title: str
    lecturer_id: UUID
    slots: tuple[Timed, ...]
    people: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Clash:
    """One clash. kind: lecturer, place, people, own (two sittings of the plan itself) or long. at: when it begins.

    people: how many. minutes: how long a long one lasts.
    """

    kind: str
    title: str
    at: datetime
    place: str = ""
    people: int = 0
    minutes: int = 0


def overlap(one: Timed, other: Timed) -> bool:
    """Whether two sittings share a moment; one that begins when the other ends does not."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def clashes(slots: Iterable[Timed], lecturer_id: UUID, people: Collection[UUID], others: Iterable[Other]) -> list[Clash]:
    """What these sittings would clash with, each kind once per lecture.

    People clash only where no sitting of the plan is free for them: whoever can come to another shift has no clash.
    """
    planned = sorted(slots, key=lambda slot: slot.starts_at)
    found = [Clash("own", "", later.starts_at) for slot, later in combinations(planned, 2) if overlap(slot, later)][:1]
    for other in others:
        pairs = [(slot, theirs) for slot in planned for theirs in other.slots if overlap(slot, theirs)]
        if not pairs:
            continue
        if other.lecturer_id == lecturer_id:
            found.append(Clash("lecturer", other.title, pairs[0][1].starts_at))
        same_room = [theirs for slot, theirs in pairs if _room(slot) and _room(slot) == _room(theirs)]
        if same_room:
            found.append(Clash("place", other.title, same_room[0].starts_at, same_room[0].place))
        both = other.people & set(people)
        if both and all(any(overlap(slot, theirs) for theirs in other.slots) for slot in planned):
            found.append(Clash("people", other.title, pairs[0][1].starts_at, people=len(both)))
    return found


def very_long(slots: Iterable[Timed]) -> list[Clash]:
    """The sittings that last longer than LONG."""
    return [
        Clash("long", "", slot.starts_at, minutes=(slot.ends_at - slot.starts_at) // timedelta(minutes=1))
        for slot in slots
        if slot.ends_at - slot.starts_at > LONG
    ]


def _room(slot: Timed) -> str:
    return "".join(slot.place.split()).casefold()
