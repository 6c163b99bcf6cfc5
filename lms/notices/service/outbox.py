"""The outbox: claimed by one worker at a time, marked when tried, handed to the next channel when one does not reach.

A worker claims in one transaction, sends with no transaction open, and marks in a third. Killed before it sends: the claim
runs out and the message goes later. Killed between sending and marking: it goes a second time, with the same key, by which
企业微信, 钉钉 work notices and mailboxes know it again; a gateway does where it heeds Idempotency-Key; a group robot does not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from lms.core.jobs import enqueue
from lms.core.uow import UnitOfWork
from lms.notices import queries, rules
from lms.notices.channels import ADAPTERS, ADDRESS_OF, Outcome, Parcel, Result
from lms.notices.channels.parcels import kept_fault
from lms.notices.events import Contact, ContactsAsked
from lms.notices.models import Channel, ChannelKind, Delivery, DeliveryState, Notice

CLAIM = timedelta(minutes=3)  # longer than any batch takes: 24 messages of 20 s, eight at once
# Small where each message is a request of its own: so many could go twice when a worker is killed.
AT_ONCE = {ChannelKind.EMAIL: 20, ChannelKind.SMS: 24, ChannelKind.WECOM_GROUP: 1, ChannelKind.DINGTALK_GROUP: 1}
MANY_AT_ONCE = 500
REFUSALS = 3


@dataclass(frozen=True, slots=True)
class Batch:
    """What a worker has taken on: the channel and its parcels, each with the deliveries that travel in it."""

    channel_id: UUID
    kind: ChannelKind
    settings: dict[str, str]
    parcels: tuple[tuple[Parcel, tuple[UUID, ...]], ...]
    unknown: tuple[UUID, ...]  # deliveries to somebody who has no address here any more


def due(uow: UnitOfWork) -> ColumnElement[bool]:
    """Deliveries that should leave now and that nobody is at."""
    return and_(
        Delivery.state == DeliveryState.QUEUED,
        Delivery.due_at <= uow.now,
        or_(Delivery.claimed_until.is_(None), Delivery.claimed_until < uow.now),
    )


def channels_with_work(uow: UnitOfWork) -> list[UUID]:
    """Channels on which something is due."""
    return list(uow.session.scalars(select(Delivery.channel_id).where(due(uow)).distinct()))


def claim(uow: UnitOfWork, channel_id: UUID, base_url: str) -> Batch | None:
    """Take on the next messages of a channel; None when there are none, or another worker is claiming there now.

    The channel's row is locked meanwhile, so that all of a person's digest goes to one worker.
    """
    channel = uow.session.scalar(select(Channel).where(Channel.id == channel_id).with_for_update(skip_locked=True))
    if channel is None:
        return None
    mine = (due(uow), Delivery.channel_id == channel_id)
    order = (Delivery.urgent.desc(), Delivery.due_at, Delivery.person_id, Delivery.id)
    rows = list(
        uow.session.scalars(select(Delivery).where(*mine).order_by(*order).limit(AT_ONCE.get(channel.kind, MANY_AT_ONCE)))
    )
    if not rows:
        return None
    if not channel.enabled or channel.kind not in ADAPTERS:
        further = _Further(uow, channel, rows)
        for row in rows:
            further.give_up(row, kept_fault("off"))
        return Batch(channel.id, channel.kind, {}, (), ())
    digested = {row.person_id for row in rows if not row.urgent and row.person_id}
    known = {row.id for row in rows}
    if digested:
        rest = select(Delivery).where(*mine, ~Delivery.urgent, Delivery.person_id.in_(digested))
        rows += [row for row in uow.session.scalars(rest) if row.id not in known]
    notices = {
        notice.id: notice for notice in uow.session.scalars(select(Notice).where(Notice.id.in_({r.notice_id for r in rows})))
    }
    for row in rows:
        if row.person_id and notices[row.notice_id].read_at:  # read in the inbox meanwhile: nothing to say any more
            row.state = DeliveryState.DROPPED
        else:
            row.claimed_until, row.tries = uow.now + CLAIM, row.tries + 1
    return _batch(uow, channel, [row for row in rows if row.state is DeliveryState.QUEUED], notices, base_url)


def mark(uow: UnitOfWork, batch: Batch, outcomes: Sequence[Outcome]) -> None:
    """Write down what came of a batch. outcomes: one for each parcel, in order."""
    channel = uow.session.get_one(Channel, batch.channel_id)
    told = dict(zip([ids for _parcel, ids in batch.parcels], outcomes, strict=True))
    outcome_of = {row_id: outcome for ids, outcome in told.items() for row_id in ids}
    outcome_of |= dict.fromkeys(batch.unknown, Outcome(Result.HOPELESS, "no-contact"))
    in_vain = []
    for row in uow.session.scalars(select(Delivery).where(Delivery.id.in_(outcome_of), Delivery.state == DeliveryState.QUEUED)):
        outcome = outcome_of[row.id]
        row.claimed_until, row.why = None, outcome.kept[:200] or None
        if outcome.result is Result.SENT:
            row.state, row.sent_at, row.reference = DeliveryState.SENT, uow.now, outcome.reference or None
        else:
            in_vain.append(row)
    if not in_vain:
        return
    further = _Further(uow, channel, in_vain)
    for row in in_vain:
        result = outcome_of[row.id].result
        pause = None
        if result is Result.AGAIN or (result is Result.REFUSED and row.tries < REFUSALS):
            pause = rules.tries_after(row.tries, another=further.of(row) is not None)
        if pause:
            row.due_at = rules.let_out(uow.now + pause, urgent=row.urgent)
        else:
            further.give_up(row, row.why or "")


def again(uow: UnitOfWork, notice_ids: Iterable[UUID]) -> int:
    """Try the failed deliveries of these messages once more, from the first channel on; returns for how many people."""
    failed = uow.session.scalars(
        select(Delivery).where(Delivery.notice_id.in_(list(notice_ids)), Delivery.state == DeliveryState.FAILED)
    ).all()
    people: dict[tuple[UUID, UUID | None], Delivery] = {}
    for row in failed:
        row.state = DeliveryState.DROPPED
        people[row.notice_id, row.person_id] = row
    contacts = _contacts(uow, people.values())
    channels = {enterprise_id: _to_one(uow, enterprise_id) for enterprise_id in {row.enterprise_id for row in people.values()}}
    for row in people.values():
        usable = _usable(channels[row.enterprise_id], contacts.get(row.person_id) if row.person_id else None)
        if usable:
            _next_delivery(uow, usable[0].id, row)
        elif row.person_id is None:
            _next_delivery(uow, row.channel_id, row)
        else:
            row.state = DeliveryState.FAILED
    uow.after_commit(lambda: enqueue("deliver"))
    return sum(row.state is DeliveryState.DROPPED for row in people.values())


def _batch(uow: UnitOfWork, channel: Channel, rows: list[Delivery], notices: dict[UUID, Notice], base_url: str) -> Batch:
    contacts = _contacts(uow, rows)
    bundles: dict[Any, list[Delivery]] = {}
    unknown = []
    for row in rows:
        if row.person_id and not _address(channel.kind, contacts.get(row.person_id)):
            unknown.append(row.id)
        else:
            bundles.setdefault(row.id if row.urgent or row.person_id is None else row.person_id, []).append(row)
    parcels = []
    for bundle in bundles.values():
        bundle.sort(key=lambda row: row.id)
        told = [notices[row.notice_id] for row in bundle]
        to = _address(channel.kind, contacts.get(bundle[0].person_id)) if bundle[0].person_id else ""
        parcels.append((_parcel(bundle[0].id, to, told, base_url), tuple(row.id for row in bundle)))
    return Batch(channel.id, channel.kind, channel.settings, tuple(parcels), tuple(unknown))


def _parcel(key: UUID, to: str, told: list[Notice], base_url: str) -> Parcel:
    """One message as it is, several as a digest that leads to the inbox."""
    if len(told) == 1:
        return Parcel(key, to, told[0].title, told[0].body, f"{base_url}{told[0].link}" if told[0].link else "")
    listed = "\n".join(f"{at}. {notice.title}" for at, notice in enumerate(told, 1))
    return Parcel(key, to, f"安课：{len(told)} 条消息", listed, f"{base_url}/inbox")


class _Further:
    """What comes after a channel that does not reach: the first that was not tried yet and on which somebody can be reached."""

    def __init__(self, uow: UnitOfWork, channel: Channel, rows: Collection[Delivery]) -> None:
        self.uow = uow
        self.channels = [one for one in _to_one(uow, channel.enterprise_id) if one.id != channel.id]
        self.contacts = _contacts(uow, rows) if self.channels else {}
        self.tried = _tried(uow, rows) if self.channels else set()

    def of(self, row: Delivery) -> Channel | None:
        if row.person_id is None:
            return None
        usable = _usable(self.channels, self.contacts.get(row.person_id))
        return next((one for one in usable if (row.notice_id, row.person_id, one.id) not in self.tried), None)

    def give_up(self, row: Delivery, why: str) -> None:
        """This one is not reached on this channel: the next one gets its turn."""
        row.state, row.claimed_until, row.why = DeliveryState.FAILED, None, why[:200]
        following = self.of(row)
        if following:
            _next_delivery(self.uow, following.id, row)


def _tried(uow: UnitOfWork, rows: Collection[Delivery]) -> set[tuple[UUID, UUID | None, UUID]]:
    """On which channels each of these has been sent to its person: notice, person, channel."""
    asked = select(Delivery.notice_id, Delivery.person_id, Delivery.channel_id).where(
        Delivery.notice_id.in_({row.notice_id for row in rows}), Delivery.person_id.in_({row.person_id for row in rows})
    )
    return {(notice_id, person_id, channel_id) for notice_id, person_id, channel_id in uow.session.execute(asked)}


def _next_delivery(uow: UnitOfWork, channel_id: UUID, row: Delivery) -> None:
    uow.session.add(
        Delivery(
            enterprise_id=row.enterprise_id, notice_id=row.notice_id, channel_id=channel_id, person_id=row.person_id,
            urgent=row.urgent, state=DeliveryState.QUEUED, created_at=uow.now,
            due_at=rules.let_out(uow.now, urgent=row.urgent),
        )
    )  # fmt: skip


def _to_one(uow: UnitOfWork, enterprise_id: UUID) -> list[Channel]:
    """The channels that speak to one person, in the order they are tried."""
    return [channel for channel in queries.channels_in_use(uow, enterprise_id) if not channel.kind.group]


def _usable(channels: Iterable[Channel], contact: Contact | None) -> list[Channel]:
    return [channel for channel in channels if _address(channel.kind, contact)]


def _contacts(uow: UnitOfWork, rows: Iterable[Delivery]) -> dict[UUID, Contact]:
    ids = tuple({row.person_id for row in rows if row.person_id})
    return (uow.ask(ContactsAsked(ids)) or {}) if ids else {}


def _address(kind: ChannelKind, contact: Contact | None) -> str:
    return (getattr(contact, ADDRESS_OF[kind]) or "") if contact and kind in ADDRESS_OF else ""


def settle_asked(uow: UnitOfWork, channel_id: UUID, rows: Sequence[Delivery], told: dict[UUID, tuple[str, str]]) -> None:
    """What the channel said became of messages it had taken. told: person → ("read" | "delivered" | "had" | "failed", and why, a
    key of FAULTS).

    Whoever had the same before has this very message only where it was tried before.
    """
    further = _Further(uow, uow.session.get_one(Channel, channel_id), rows)
    for row in rows:
        row.asked_at = uow.now
        state, why = told.get(row.person_id, ("", "")) if row.person_id else ("", "")
        if state == "had":
            state = "delivered" if row.tries > 1 else "failed"
        if state == "failed":
            further.give_up(row, kept_fault(why))
        elif state:
            row.state = DeliveryState(state)
