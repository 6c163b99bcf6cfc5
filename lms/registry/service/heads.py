"""The appointment of the head (主要负责人): one at a time, each with its days, and the accounts with which heads act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import insert, select, update

from lms.access.models import Membership, Role, User
from lms.core.db import new_id
from lms.core.uow import UnitOfWork
from lms.ledger.models import ChainEntry
from lms.ledger.service import append
from lms.registry.models import HeadAppointment, Person

ENDED, RESUMED = "head.account-ended", "head.account-resumed"


class Appointed(Protocol):
    """Who heads an enterprise, to be told from others."""

    @property
    def name(self) -> str: ...
    @property
    def person_id(self) -> UUID | None: ...


@dataclass(frozen=True, slots=True)
class Head:
    """Who heads an enterprise, as a list tells it. phone and person_id None: not told."""

    enterprise_id: UUID
    name: str
    phone: str | None = None
    person_id: UUID | None = None


def appoint(uow: UnitOfWork, heads: list[Head], on: date) -> int:
    """Take over who heads each enterprise from `on`; returns how many appointments were written or completed.

    The same name keeps its appointment and gains what was not known. Another name closes the running one the day
    before; one that began on `on` itself was a slip and is overwritten. Accounts follow.
    """
    current = current_heads(uow, [head.enterprise_id for head in heads])
    added, changed, ended, replaced = [], [], [], []
    for head in heads:
        running = current.get(head.enterprise_id)
        told = {name: value for name in ("phone", "person_id") if (value := getattr(head, name)) is not None}
        if running is not None and running.name == head.name:
            told = {name: value for name, value in told.items() if getattr(running, name) != value}
            if told:
                changed.append({"id": running.id, **told})
            continue
        replaced.append(head.enterprise_id)
        values = {"name": head.name, "phone": head.phone, "person_id": head.person_id}
        if running is not None and running.starts_on >= on:
            changed.append({"id": running.id, **values})
            continue
        if running is not None:
            ended.append({"id": running.id, "ends_on": on - timedelta(days=1)})
        added.append({"id": new_id(), "enterprise_id": head.enterprise_id, "starts_on": on, "ends_on": None, **values})
    for rows in (ended, changed):
        if rows:
            uow.session.execute(update(HeadAppointment), rows)
    if added:
        uow.session.execute(insert(HeadAppointment), added)
    follow(uow, replaced, on)
    return len(added) + len(changed)


def follow(uow: UnitOfWork, enterprise_ids: Sequence[UUID], on: date) -> None:
    """Nobody but the running head of these enterprises acts as their head from `on`. What else an account may do stays.

    Whoever lost it to somebody else and is head again gets it back: as if never lost where they were head all the time.
    """
    accounts = _accounts(uow, enterprise_ids)
    heads = current_heads(uow, list(accounts))
    for enterprise_id, head in heads.items():
        by_user: dict[UUID, list[Membership]] = {}
        for held, name in accounts[enterprise_id]:
            if _is(held, name, head):
                by_user.setdefault(held.user_id, []).append(held)
            elif held.ends_on is None or held.ends_on >= on:
                held.ends_on = on - timedelta(days=1)
                enter(uow, ENDED, held, last_on=held.ends_on)
        for lines in by_user.values():
            _resume(uow, lines, head, on)
    uow.session.flush()


def losing(uow: UnitOfWork, heads: Mapping[UUID, Appointed]) -> dict[UUID, list[str]]:
    """By enterprise the names of the accounts that act as its head no more once these are appointed today. Writes nothing."""
    found = defaultdict(list)
    for enterprise_id, accounts in _accounts(uow, list(heads)).items():
        for held, name in accounts:
            if held.runs(uow.today) and not _is(held, name, heads[enterprise_id]):
                found[enterprise_id].append(name)
    return dict(found)


def no_heads(uow: UnitOfWork, enterprise_id: UUID) -> list[str]:
    """The names of the accounts that act as the head of an enterprise today and are not the running one's."""
    return losing(uow, current_heads(uow, [enterprise_id])).get(enterprise_id, [])


def enter(uow: UnitOfWork, kind: str, held: Membership, *, first_on: date | None = None, last_on: date | None = None) -> None:
    """The entry of the chain that says that an account holds its role over an enterprise from a day on, or until one."""
    assert held.enterprise_id is not None
    fact = {"actor": uow.actor.key, "user": held.user_id, "person": held.person_id, "first_on": first_on, "last_on": last_on}
    append(uow, held.enterprise_id, kind, held.id, {name: value for name, value in fact.items() if value is not None})


def _resume(uow: UnitOfWork, lines: list[Membership], head: HeadAppointment, on: date) -> None:
    last = max(lines, key=lambda held: (held.starts_on, held.id))
    if last.ends_on is None or last.ends_on >= on:
        return
    lost = select(ChainEntry.seq).where(
        ChainEntry.enterprise_id == last.enterprise_id, ChainEntry.kind == ENDED, ChainEntry.subject_id == last.id
    )
    left = last.person_id is not None and uow.session.get_one(Person, last.person_id).left_on is not None
    if left or uow.session.scalar(lost.limit(1)) is None:  # it ended because they left: no account comes back by itself
        return
    first_on = last.ends_on + timedelta(days=1)
    if head.starts_on <= first_on:
        last.ends_on = None
    else:
        first_on = on
        last = Membership(
            user_id=last.user_id, role=Role.HEAD, enterprise_id=last.enterprise_id, person_id=last.person_id, starts_on=on
        )
        uow.session.add(last)
        uow.session.flush()
    enter(uow, RESUMED, last, first_on=first_on)


def _is(held: Membership, name: str, head: Appointed) -> bool:
    """Whether an account is this head's. name: that of the account; by it appointments are told apart as well."""
    return name == head.name or (held.person_id is not None and held.person_id == head.person_id)


def _accounts(uow: UnitOfWork, enterprise_ids: Sequence[UUID]) -> dict[UUID, list[tuple[Membership, str]]]:
    """By enterprise whoever acts as its head, or did, with the name of the account."""
    found: dict[UUID, list[tuple[Membership, str]]] = {}
    for part in _parts(enterprise_ids):
        wanted = select(Membership, User.name).join(Membership.user).where(Membership.enterprise_id.in_(part))
        for held, name in uow.session.execute(wanted.where(Membership.role == Role.HEAD).order_by(Membership.id)):
            assert held.enterprise_id is not None
            found.setdefault(held.enterprise_id, []).append((held, name))
    return found


def current_heads(uow: UnitOfWork, enterprise_ids: Sequence[UUID]) -> dict[UUID, HeadAppointment]:
    """The running appointment of each enterprise that has one."""
    found: dict[UUID, HeadAppointment] = {}
    for part in _parts(enterprise_ids):
        wanted = select(HeadAppointment).where(HeadAppointment.enterprise_id.in_(part), HeadAppointment.ends_on.is_(None))
        rows = uow.session.scalars(wanted.execution_options(populate_existing=True))
        found |= {row.enterprise_id: row for row in rows}
    return found


def _parts(enterprise_ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(enterprise_ids), 500):  # SQLite takes a limited number of parameters
        yield enterprise_ids[start : start + 500]
