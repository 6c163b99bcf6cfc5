"""Whoever acts: a signed-in user, a person known on a phone, or the product itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lms.access.models import Role


@dataclass(frozen=True, slots=True)
class Held:
    """A role with its scope: exactly one of an enterprise or a jurisdiction; person_id is oneself within it.

    user_id: the account that holds it; None for a person known on a phone.
    """

    role: Role
    enterprise_id: UUID | None = None
    jurisdiction_id: UUID | None = None
    person_id: UUID | None = None
    user_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with what they hold today. `key` is what the session cookie remembers: "user:…" or "person:…".

    password_at: when the password of the account was changed last; whoever signed in with one of another time is out.
    """

    key: str
    name: str
    held: tuple[Held, ...]
    user_id: UUID | None = None
    password_at: datetime | None = None

    @property
    def person_id(self) -> UUID | None:
        """The person this actor is on a roster, if any."""
        return next((held.person_id for held in self.held if held.person_id), None)

    def is_person(self, person_id: UUID) -> bool:
        """Whether this is who the actor is on a roster, by any of the roles held."""
        return any(held.person_id == person_id for held in self.held)

    @property
    def enterprise_id(self) -> UUID | None:
        """The enterprise this actor works for, if any."""
        return next((held.enterprise_id for held in self.held if held.enterprise_id), None)

    @property
    def jurisdiction_id(self) -> UUID | None:
        """The jurisdiction this actor supervises, if any."""
        return next((held.jurisdiction_id for held in self.held if held.jurisdiction_id), None)

    def holds(self, *roles: Role) -> bool:
        """Whether one of these roles is held today."""
        return self.held_as(*roles) is not None

    def held_as(self, *roles: Role) -> Held | None:
        """The first of these roles that they hold, with its scope."""
        return next((held for held in self.held if held.role in roles), None)

    @classmethod
    def system(cls, what: str) -> Actor:
        """The product itself, doing what a user set in motion."""
        return cls(key=f"system:{what}", name=what, held=(Held(Role.SYSTEM),))

    # Flask-Login asks these of whoever is signed in.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What Flask-Login keeps in the session."""
        return self.key
