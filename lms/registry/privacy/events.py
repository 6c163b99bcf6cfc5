"""What is told about personal data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PersonErased:
    """A person is forgotten: whoever keeps a name, a picture or a file of them takes it away.

    name: what they were called. user_ids: accounts that are nobody's any more, with all that opened them. files: hashes of
    files that go once the facts are safe; listeners add to it.
    """

    person_id: UUID
    enterprise_id: UUID
    at: datetime
    name: str
    user_ids: tuple[UUID, ...] = ()
    files: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CopyAsked:
    """Somebody wants a copy of their data."""

    request_id: UUID
