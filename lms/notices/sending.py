"""The worker's part: send what is due, and ask what became of what was sent."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import or_, select

from lms.access.actor import Actor
from lms.core.db import new_id
from lms.core.jobs import job, sweep
from lms.core.settings import settings
from lms.core.uow import UnitOfWork, unit_of_work
from lms.notices.channels import ADAPTERS, Net, Outcome, Parcel, Result, dingtalk
from lms.notices.channels.fields import FIELDS
from lms.notices.channels.parcels import FAULTS
from lms.notices.events import ContactsAsked
from lms.notices.models import Channel, ChannelKind, Delivery, DeliveryState
from lms.notices.service import outbox

POSTMAN = Actor.system("notices.deliver")
ASK_AFTER, ASK_EVERY, ASK_UNTIL = timedelta(seconds=30), timedelta(minutes=30), timedelta(hours=24)
MOST_TASKS = 20
CHANNELS_AT_ONCE, PATIENCE = 8, 20  # PATIENCE: seconds of one batch
TRIAL_TITLE, TRIAL_BODY = "安课测试消息", "收到这条消息，说明这个通知渠道已经接通。"
log = logging.getLogger(__name__)


@sweep
def deliver() -> None:
    """Send everything that is due, each channel beside the others: one that answers slowly holds nobody else's up.

    Several workers may do so at once: what one has claimed, the others leave alone.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    slow: set[UUID] = set()

    def empty(channel_id: UUID) -> bool:
        """Batch after batch of one channel; a slow one goes on at the next sweep. Whether there was anything."""
        busy = False
        with app.app_context():
            while channel_id not in slow:
                began = time.monotonic()
                if not _next_batch(channel_id):
                    return busy
                busy = True
                if time.monotonic() - began > PATIENCE:
                    slow.add(channel_id)
        return busy

    busy = True
    while busy:
        with unit_of_work(POSTMAN, "system", write=False) as uow:
            channel_ids = [one for one in outbox.channels_with_work(uow) if one not in slow]
        with ThreadPoolExecutor(CHANNELS_AT_ONCE) as pool:
            busy = sum(pool.map(empty, channel_ids)) > 0


def _next_batch(channel_id: UUID) -> bool:
    """Claim, send and mark once; whether there was anything."""
    with unit_of_work(POSTMAN, "system") as uow:
        batch = outbox.claim(uow, channel_id, settings().base_url)
    if batch is None:
        return False
    outcomes = send(batch)
    with unit_of_work(POSTMAN, "system") as uow:
        outbox.mark(uow, batch, outcomes)
    log.info(
        "delivered",
        extra={
            "channel": batch.kind.value,
            "parcels": len(outcomes),
            "sent": sum(outcome.result is Result.SENT for outcome in outcomes),
        },
    )
    return True


def send(batch: outbox.Batch) -> list[Outcome]:
    """Hand the parcels of a batch to their channel, with no transaction open."""
    parcels = [parcel for parcel, _ids in batch.parcels]
    if not parcels:
        return []
    net = network()
    try:
        outcomes = ADAPTERS[batch.kind](batch.settings, parcels, net)
    except Exception:  # a fault of ours must not lose the others' messages; it is tried again, and the trace is in the log
        log.exception("channel_fault", extra={"channel": batch.kind.value})
        return [Outcome(Result.AGAIN, "ours")] * len(parcels)
    finally:
        net.close()
    return [_discreet(outcome, parcel.to, batch) for outcome, parcel in zip(outcomes, parcels, strict=True)]


def _discreet(outcome: Outcome, to: str, batch: outbox.Batch) -> Outcome:
    """An outcome without the address and the secrets that the other side may have said back: its words are kept in the clear."""
    secret = [batch.settings.get(field.name, "") for field in FIELDS[batch.kind] if field.secret]
    words = {to, *secret, *(word for each in secret for word in each.split())}  # "Authorization: Bearer …" is three
    why, said = outcome.why, outcome.said
    for word in sorted((word for word in words if len(word) > 5), key=len, reverse=True):
        why, said = why if why in FAULTS else why.replace(word, "…"), said.replace(word, "…")
    return replace(outcome, why=why, said=said)


def network() -> Net:
    """The way out of this installation."""
    return Net(allow_private=settings().private_gateways)


@job
def try_channel(channel_id: str) -> None:
    """Send the trial message that somebody asked for on the page of a channel, and say there how it went."""
    with unit_of_work(POSTMAN, "system", write=False) as uow:
        channel = uow.session.get(Channel, UUID(channel_id))
    if channel is None or channel.trial_to is None:
        return
    parcel = Parcel(new_id(), channel.trial_to, TRIAL_TITLE, TRIAL_BODY)
    (outcome,) = send(outbox.Batch(channel.id, channel.kind, channel.settings, ((parcel, ()),), ()))
    with unit_of_work(POSTMAN, "system") as uow:
        channel = uow.session.get_one(Channel, channel.id)
        channel.tried_at, channel.trial_fault, channel.trial_to = uow.now, outcome.kept[:200], None


@sweep
def ask_what_became() -> None:
    """钉钉 only says later whom a work notice reached: asked after half a minute, then every half hour for a day."""
    with unit_of_work(POSTMAN, "system", write=False) as uow:
        tasks = _tasks(uow)
    for channel_id, reference in tasks:
        with unit_of_work(POSTMAN, "system", write=False) as uow:
            settings = uow.session.get_one(Channel, channel_id).settings
        net = network()
        told = dingtalk.results(settings, reference, net)
        net.close()
        with unit_of_work(POSTMAN, "system") as uow:
            rows = uow.session.scalars(
                select(Delivery).where(Delivery.channel_id == channel_id, Delivery.reference == reference)
            ).all()
            contacts = uow.ask(ContactsAsked(tuple({row.person_id for row in rows if row.person_id}))) or {}
            by_person = {
                person_id: told[contact.dingtalk_id] for person_id, contact in contacts.items() if contact.dingtalk_id in told
            }
            outbox.settle_asked(uow, channel_id, rows, by_person)


def _tasks(uow: UnitOfWork) -> list[tuple[UUID, str]]:
    wanted = (
        select(Delivery.channel_id, Delivery.reference)
        .join(Channel, Channel.id == Delivery.channel_id)
        .where(
            Channel.kind == ChannelKind.DINGTALK_APP,
            Delivery.state.in_([DeliveryState.SENT, DeliveryState.DELIVERED]),
            Delivery.reference.is_not(None),
            Delivery.sent_at > uow.now - ASK_UNTIL,
            Delivery.sent_at < uow.now - ASK_AFTER,
            or_(Delivery.asked_at.is_(None), Delivery.asked_at < uow.now - ASK_EVERY),
        )
        .distinct()
        .limit(MOST_TASKS)
    )
    return [(channel_id, reference) for channel_id, reference in uow.session.execute(wanted) if reference]
