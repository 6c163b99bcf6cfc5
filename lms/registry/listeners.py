"""What the registry answers to the floors below it, and enters of them into the chain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import select

from lms.access import errands
from lms.access.actor import Actor
from lms.access.events import OfficerNamed
from lms.core.jobs import sweep
from lms.core.uow import UnitOfWork, answers, hears, unit_of_work
from lms.ledger.service import append
from lms.notices.events import ChannelSetUp, Contact, ContactsAsked, ReachableAsked
from lms.registry.models import Person
from lms.registry.privacy.events import PersonErased
from lms.registry.rules.roster import WAYS
from lms.registry.service import officers, openings, taking_back
from lms.registry.service.jurisdictions import apply_waiting

REACHED_BY = ("phone", *WAYS)
AT_ONCE = 5_000  # parameters of one statement


@hears(OfficerNamed)
def hold_to_one_person(uow: UnitOfWork, event: OfficerNamed) -> None:
    officers.hold_to_one_person(uow, event.name, event.jurisdiction_id, event.user_id)


@hears(PersonErased)
def forget_files(uow: UnitOfWork, event: PersonErased) -> None:
    errands.forget_files(uow)
    taking_back.forget_person(uow, event.enterprise_id, event.person_id)


@sweep
def forget_imports() -> None:
    """What an import changed is kept as long as it can be taken back."""
    with unit_of_work(Actor.system("registry.imports"), "system", write=False) as uow:
        late = taking_back.has_late(uow)
    if late:
        with unit_of_work(Actor.system("registry.imports"), "system") as uow:
            taking_back.forget_before(uow)


@sweep
def open_and_end() -> None:
    """Enterprises and projects whose first day is today, or whose last day was yesterday."""
    openings.turn_of_the_day()


@sweep
def change_jurisdictions() -> None:
    """What was decided about jurisdictions for today."""
    apply_waiting()


@hears(ChannelSetUp)
def enter_channel(uow: UnitOfWork, event: ChannelSetUp) -> None:
    """Codes to sign in with go by it as well: who could read them is in the chain."""
    append(uow, event.enterprise_id, "channel.set-up", event.channel_id, {"actor": uow.actor.key, "channel": event.kind})


@answers(ReachableAsked)
def tell_reachable(uow: UnitOfWork, question: ReachableAsked) -> dict[UUID, set[str]]:
    """Nothing is decrypted for this: only whether something is there."""
    there = [getattr(Person, way).is_not(None) for way in REACHED_BY]
    return {
        person_id: {way for way, has in zip(REACHED_BY, flags, strict=True) if has}
        for ids in _parts(question.person_ids)
        for person_id, *flags in uow.session.execute(select(Person.id, *there).where(Person.id.in_(ids)))
    }


@answers(ContactsAsked)
def tell_contacts(uow: UnitOfWork, question: ContactsAsked) -> dict[UUID, Contact]:
    """Of those who are still on the roster: whoever left is told nothing more."""
    columns = [getattr(Person, way) for way in REACHED_BY]
    return {
        person_id: Contact(*ways)
        for ids in _parts(question.person_ids)
        for person_id, *ways in uow.session.execute(
            select(Person.id, *columns).where(Person.id.in_(ids), Person.left_on.is_(None))
        )
    }


def _parts(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
