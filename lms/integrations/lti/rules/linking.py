"""When an account of a platform is somebody on the roster. Never by e-mail: whoever changes it there would be somebody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

IDENTIFIED, BY_NUMBER = "identified", "number"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody on the roster who has one of the numbers. taken: already known by another account of that platform."""

    person_id: UUID
    name: str
    taken: bool


def linked_by_number(name: str, numbers: Mapping[str, str], found: Mapping[str, Sequence[Candidate]]) -> UUID | None:
    """Whom a platform's numbers mean; None where anything is in doubt: then the person says who they are.

    name: as the platform has it. numbers: what it sent. found: for each, who on the roster has it. All numbers sent must mean
    the same one person, by the same name, who has no other account there.
    """
    meant = {candidate for number in numbers for candidate in found.get(number, ())}
    if len(meant) != 1 or any(len(found.get(number, ())) != 1 for number in numbers):
        return None
    (one,) = meant
    return one.person_id if not one.taken and _plain(name) == _plain(one.name) else None


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
