"""A person known on a phone: nobody but oneself."""

from __future__ import annotations

from uuid import UUID

from lms.access.actor import Actor, Held
from lms.access.models import Role
from lms.access.service import loads
from lms.core.uow import UnitOfWork
from lms.registry.models import Person


def person_actor(person: Person) -> Actor:
    """The person as an actor with nothing but their own record."""
    held = Held(Role.EMPLOYEE, enterprise_id=person.enterprise_id, person_id=person.id)
    return Actor(key=f"person:{person.id}", name=person.name, held=(held,))


@loads("person")
def load_person(uow: UnitOfWork, person_id: UUID) -> Actor | None:
    person = uow.session.get(Person, person_id)
    return person_actor(person) if person and (person.left_on is None or person.left_on >= uow.today) else None
