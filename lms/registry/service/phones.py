"""A phone number is another one now. It opens its owner's record, so the chain says that it was changed."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from lms.core.crypto import keyring
from lms.core.errors import Invalid
from lms.core.uow import UnitOfWork
from lms.ledger.service import append
from lms.registry.models import Person
from lms.registry.rules.identifiers import Wrong, read_phone
from lms.registry.service.forgotten import check_known

CHANGED = "person.phone-changed"


class NotAPhone(Invalid):
    code = "phone"


def change_phone(uow: UnitOfWork, person: Person, text: str) -> None:
    """The number a phone is known by from now on. Raises Forgotten, NotAPhone with what is wrong about the text."""
    check_known(person)
    phone = read_phone(text)
    if isinstance(phone, Wrong):
        raise NotAPhone(phone.reason)
    before = person.phone_hash
    person.phone, person.phone_hash = phone, keyring().fingerprint(phone)
    if person.phone_hash != before:
        note_changed(uow, person.enterprise_id, [person.id])


def note_changed(uow: UnitOfWork, enterprise_id: UUID, person_ids: Iterable[UUID]) -> None:
    """Enter into the chain whose numbers are others now, and by whom."""
    for person_id in person_ids:
        append(uow, enterprise_id, CHANGED, person_id, {"actor": uow.actor.key})
