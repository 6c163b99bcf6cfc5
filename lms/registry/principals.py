"""A person known on a phone: nobody but oneself."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from sqlalchemy import bindparam, select

from lms.access.actor import Actor, Held
from lms.access.models import Role
from lms.access.service import loads
from lms.core.uow import UnitOfWork
from lms.registry.models import Person
from lms.registry.queries import on_roster

_WHO = select(Person.id, Person.name, Person.enterprise_id).where(
    Person.id == bindparam("person_id"),
    on_roster(bindparam("today")),
)


class Named(Protocol):
    """What makes a person an actor: the person, or these columns of one."""

    @property
    def id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def enterprise_id(self) -> UUID: ...


def person_actor(person: Named) -> Actor:
    """The person as an actor with nothing but their own record."""
    held = Held(Role.EMPLOYEE, enterprise_id=person.enterprise_id, person_id=person.id)
    return Actor(key=f"person:{person.id}", name=person.name, held=(held,))


@loads("person")
def load_person(uow: UnitOfWork, person_id: UUID) -> Actor | None:
    """Who an employee's session speaks for; None when they are no longer on the roster."""
    # Three columns and no more: nobody asked for phone and ID number, and decrypting them takes its time.
    row = uow.execute(_WHO, {"person_id": person_id, "today": uow.today}).first()
    return person_actor(row) if row else None
