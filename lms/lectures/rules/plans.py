"""What is planned: when and where each sitting is, and who is asked to come, by rule."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

NO_DEPARTMENT = "none"


@dataclass(frozen=True, slots=True)
class Slot:
    """When and where one sitting is planned. starts_at, ends_at: aware. name: of the shift, may be empty.

    sitting_id: the sitting this changes; None: a new one.
    """

    starts_at: datetime
    ends_at: datetime
    place: str
    name: str = ""
    sitting_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """A rule for who is asked to come. What is left empty does not narrow it; with nothing chosen it asks nobody.

    departments: ids as text, or "none" for people of no department. posts: 岗位 as on the roster. shifts: 班次 as on the
    roster. person_ids: ids as text of people asked by name, whatever their department.
    """

    departments: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    shifts: tuple[str, ...] = ()
    person_ids: tuple[str, ...] = ()

    def as_json(self) -> dict[str, list[str]]:
        """As a lecture keeps it."""
        return {name: list(values) for name, values in asdict(self).items()}

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Audience:
        """As it was kept by as_json."""
        return cls(**{name: tuple(values) for name, values in kept.items()})

    def asks(self, person_id: UUID, department_id: UUID | None, post: str | None, shift: str | None) -> bool:
        """Whether a person with this department, post and shift is asked to come."""
        if str(person_id) in self.person_ids:
            return True
        narrowed = (
            (self.departments, str(department_id) if department_id else NO_DEPARTMENT),
            (self.posts, post),
            (self.shifts, shift),
        )
        return any(chosen for chosen, _value in narrowed) and all(not chosen or value in chosen for chosen, value in narrowed)
