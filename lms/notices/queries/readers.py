"""Who is to be told because of what they are, and not because they are on a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from lms.access.models import Membership, Role, User
from lms.core.uow import UnitOfWork
from lms.notices.channels import ADDRESS_OF
from lms.notices.events import ReachableAsked
from lms.notices.models import ChannelKind
from lms.notices.queries.inbox import kinds_in_use


@dataclass(frozen=True, slots=True)
class Readers:
    """person_ids: those who are on a roster, and so are reached on channels too. user_ids: the others."""

    person_ids: tuple[UUID, ...]
    user_ids: tuple[UUID, ...]


def readers(uow: UnitOfWork, enterprise_ids: Collection[UUID], *roles: Role) -> dict[UUID, Readers]:
    """The trainers or heads of enterprises today, by enterprise; enterprises that have none are left out."""
    rows = uow.session.execute(
        select(Membership.enterprise_id, Membership.person_id, User.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.enterprise_id.in_(enterprise_ids),
            Membership.role.in_(roles),
            Membership.runs_on(uow.today),
        )
        .order_by(Membership.id)
    ).all()
    people: defaultdict[UUID, list[UUID]] = defaultdict(list)
    users: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for firm, person_id, user_id in rows:
        if firm:
            (people[firm] if person_id else users[firm]).append(person_id or user_id)
    return {firm: Readers(tuple(people[firm]), tuple(users[firm])) for firm in {**people, **users}}


def officers_of(uow: UnitOfWork, *jurisdiction_ids: UUID) -> list[UUID]:
    """The accounts of the officers of these jurisdictions today, each once."""
    rows = select(Membership.user_id).where(
        Membership.role == Role.OFFICER, Membership.jurisdiction_id.in_(jurisdiction_ids), Membership.runs_on(uow.today)
    )
    return list(uow.session.scalars(rows.distinct().order_by(Membership.user_id)))


def reachable_on(uow: UnitOfWork, kind: str, told: Mapping[UUID, Readers]) -> set[UUID]:
    """Those of these enterprises that have set up this kind of channel and on whose roster it finds one of their readers."""
    there = kinds_in_use(uow, list(told))
    people = {firm: one.person_ids for firm, one in told.items() if kind in there[firm]}
    names = uow.ask(ReachableAsked(tuple(person_id for ids in people.values() for person_id in ids))) if people else {}
    return {
        firm for firm, ids in people.items() if any(ADDRESS_OF[ChannelKind(kind)] in (names or {}).get(each, ()) for each in ids)
    }
