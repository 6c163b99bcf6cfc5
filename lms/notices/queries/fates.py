"""What became of what was told: how many were reached, and who was not, with why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from lms.core.uow import UnitOfWork
from lms.notices import rules
from lms.notices.channels.parcels import told
from lms.notices.models import Channel, ChannelKind, Delivery, DeliveryState, Notice

OUT = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ)


@dataclass(frozen=True, slots=True)
class Telling:
    """What many were told at once. people = read + delivered + sent + waiting + lost. title: one of theirs; trainers may read it
    differently.

    outside: whether any of it left the product at all; without a channel people are reached once they read it.
    read: in the inbox, or as a channel says. delivered: a channel says that it arrived. sent: a channel has taken it, and no more
    is known. waiting: not yet, and ten minutes are not over. lost: the rest.
    """

    kind: str
    title: str
    sent_at: datetime
    told_by: str
    outside: bool
    people: int
    read: int
    delivered: int
    sent: int
    waiting: int
    lost: int


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody a telling did not reach. why: what went wrong last, to whoever reads it now."""

    person_id: UUID
    notice_id: UUID
    why: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of what was told about one thing, in readers. reached: a channel has taken it, or it was read.
    read: in the inbox, or as a channel says.
    """

    readers: int
    reached: int
    read: int


def fates_of(uow: UnitOfWork, about_ids: Collection[UUID]) -> dict[UUID, Fate]:
    """What became of what was told about each of several things; those nobody was told of are left out. One query."""
    rows = uow.session.execute(
        select(
            Notice.about_id, func.count(Notice.id), func.sum(case((_reached(), 1), else_=0)),
            func.sum(case((_read(), 1), else_=0)),
        )
        .where(Notice.about_id.in_(about_ids))
        .group_by(Notice.about_id)
    )  # fmt: skip
    return {about_id: Fate(*numbers) for about_id, *numbers in rows if about_id}


def sent_on(uow: UnitOfWork, about_ids: Collection[UUID]) -> dict[UUID, dict[ChannelKind, dict[DeliveryState, int]]]:
    """On which channels people were told of each of several things, and what became of it last, in people. One query.

    Whoever is not reached on a channel is tried on the next: such a one counts on both, and on each of them once however often.
    """
    later = aliased(Delivery)
    tried_again = (
        exists()
        .where(later.notice_id == Delivery.notice_id, later.channel_id == Delivery.channel_id)
        .where(later.person_id == Delivery.person_id, later.id > Delivery.id)
    )
    rows = uow.session.execute(
        select(Notice.about_id, Channel.kind, Delivery.state, func.count(Delivery.person_id.distinct()))
        .join(Delivery, Delivery.notice_id == Notice.id)
        .join(Channel, Channel.id == Delivery.channel_id)
        .where(Notice.about_id.in_(about_ids), ~tried_again)
        .group_by(Notice.about_id, Channel.place, Channel.kind, Delivery.state)
        .order_by(Channel.place)
    )
    found: dict[UUID, dict[ChannelKind, dict[DeliveryState, int]]] = {}
    for about_id, kind, state, people in rows:
        if about_id:
            found.setdefault(about_id, {}).setdefault(kind, {})[state] = people
    return found


def tellings(uow: UnitOfWork, about_id: UUID, limit: int = 10) -> list[Telling]:
    """What was told about something, the latest first; one query, however many people."""
    arrived, queued = _any(Delivery.state == DeliveryState.DELIVERED), _any(Delivery.state == DeliveryState.QUEUED)
    rows = uow.session.execute(
        select(
            Notice.kind, func.min(Notice.title), Notice.sent_at, Notice.told_by, Notice.urgent, func.count(Notice.id),
            func.sum(case((_read(), 1), else_=0)),
            func.sum(case((and_(~_read(), arrived), 1), else_=0)),
            func.sum(case((_reached(), 1), else_=0)),
            func.sum(case((and_(~_reached(), queued), 1), else_=0)),
            func.sum(case((_any(Delivery.id.is_not(None)), 1), else_=0)),
        )
        .where(Notice.about_id == about_id, Notice.person_id.is_not(None))
        .group_by(Notice.kind, Notice.sent_at, Notice.told_by, Notice.urgent)
        .order_by(Notice.sent_at.desc())
        .limit(limit)
    )  # fmt: skip
    found = []
    for kind, title, sent_at, told_by, urgent, people, read, delivered, reached, in_queue, sent_out in rows:
        waiting = in_queue if uow.now <= _listed_at(sent_at, urgent=urgent) else 0
        sent, lost = reached - read - delivered, people - reached - waiting
        found.append(Telling(kind, title, sent_at, told_by, sent_out > 0, people, read, delivered, sent, waiting, lost))
    return found


def unreached(uow: UnitOfWork, about_id: UUID, telling: Telling) -> list[Unreached]:
    """Whom a telling did not reach; nobody while they are still waited for."""
    if not telling.lost:
        return []
    rows = uow.session.execute(
        select(Notice.person_id, Notice.id, Delivery.why, Delivery.state)
        .outerjoin(Delivery, and_(Delivery.notice_id == Notice.id, Delivery.person_id.is_not(None)))
        .where(
            Notice.about_id == about_id,
            Notice.kind == telling.kind,
            Notice.sent_at == telling.sent_at,
            Notice.person_id.is_not(None),
            ~_reached(),
        )
        .order_by(Delivery.created_at, Delivery.id)
    )
    last: dict[UUID, tuple[UUID, str, bool]] = {}
    for person_id, notice_id, why, state in rows:
        assert person_id is not None
        earlier = last[person_id][1] if person_id in last else ""
        last[person_id] = (notice_id, why or earlier, state is DeliveryState.QUEUED)
    still_waiting = telling.waiting > 0
    return [
        Unreached(person_id, notice_id, told(why))
        for person_id, (notice_id, why, queued) in last.items()
        if not (queued and still_waiting)
    ]


def _listed_at(sent_at: datetime, *, urgent: bool) -> datetime:
    return rules.ripe_at(sent_at, urgent=urgent) + rules.LISTED_AFTER


def _any(what: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Delivery.notice_id == Notice.id, Delivery.person_id == Notice.person_id, what).correlate(Notice)


def _read() -> ColumnElement[bool]:
    return or_(Notice.read_at.is_not(None), _any(Delivery.state == DeliveryState.READ))


def _reached() -> ColumnElement[bool]:
    return or_(Notice.read_at.is_not(None), _any(Delivery.state.in_(OUT)))
