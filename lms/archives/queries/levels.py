"""The levels of 三级教育: what is asked of each, what somebody who is new has of it, and what all of them have together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lms.core.uow import UnitOfWork
from lms.credentials.queries import level_hours
from lms.credentials.rules.cycles import NEW_FOR
from lms.credentials.rules.retraining import level_hours_asked
from lms.registry.models import Person

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class LevelHours:
    """One level of one person. required: None where a rule names only the sum, or nothing; earned: None where it is missing."""

    level: str
    required: Decimal | None
    earned: Decimal | None

    @property
    def enough(self) -> bool:
        return self.earned is not None and self.earned >= (self.required or NONE)

    @property
    def missing(self) -> Decimal:
        """Hours, where a rule names how many."""
        return max((self.required or NONE) - (self.earned or NONE), NONE)


@dataclass(frozen=True, slots=True)
class OfLevel:
    """One level of all who are new. people: who are asked; enough: who have it; earned, missing: their hours together."""

    level: str
    people: int
    enough: int
    earned: Decimal
    missing: Decimal


def levels_asked(industry: str, day: date, earned: Mapping[str, Decimal]) -> tuple[LevelHours, ...]:
    """The three levels as the rules of a day ask them, with what was earned of each."""
    return tuple(LevelHours(level, hours, earned.get(level)) for level, hours in level_hours_asked(industry, day).items())


def by_level(people: Iterable[Iterable[LevelHours]]) -> list[OfLevel]:
    """The levels of several people, each taken together."""
    found: dict[str, list[LevelHours]] = {}
    for levels in people:
        for one in levels:
            found.setdefault(one.level, []).append(one)
    return [
        OfLevel(
            level, len(own), sum(one.enough for one in own), sum((one.earned or NONE for one in own), NONE),
            sum((one.missing for one in own), NONE),
        )
        for level, own in found.items()
    ]  # fmt: skip


def own_level_hours(uow: UnitOfWork, person: Person) -> dict[str, Decimal]:
    """Level → hours somebody has of it since they were hired; those of an earlier time here do not count."""
    return level_hours(uow, {person.id: (person.hired_on or date.min, uow.today)}).get(person.id, {})


def levels_of(uow: UnitOfWork, person: Person, industry: str) -> tuple[LevelHours, ...]:
    """The three levels of somebody who is new, or who has any of them since they were hired."""
    earned = own_level_hours(uow, person)
    levels = levels_asked(industry, person.hired_on or uow.today, earned)
    new = person.hired_on is not None and person.hired_on > uow.today - NEW_FOR
    return levels if new or any(one.earned is not None for one in levels) else ()
