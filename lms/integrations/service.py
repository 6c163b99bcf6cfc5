"""Addresses that are told: set up, tried, stopped and sent on; and the outbox of what goes there.

A worker claims the oldest message of an address in one transaction, sends with none open, and marks in another. Killed before
it sends: the claim runs out. Killed between sending and marking: it goes again, under the same webhook-id. An address gets one
message at a time, so that they arrive in order.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, delete, func, select, update

from lms.core.db import db
from lms.core.errors import Conflict, NotFound
from lms.core.jobs import enqueue
from lms.core.uow import UnitOfWork
from lms.integrations import rules
from lms.integrations.models import Speaks, Webhook, WebhookMessage
from lms.integrations.xapi import rules as xapi
from lms.registry.holding import hold_firm

_webhook = db.metadata.tables[Webhook.__tablename__]
MOST = 5  # of an enterprise
KEY_BYTES = 32
CLAIM = timedelta(minutes=1)  # longer than a request may take
KEPT = timedelta(days=30)
# Asked by every hand-in of a hall, and most enterprises have none: put together once.
_WEBHOOKS = select(_webhook.c.id, _webhook.c.kinds).where(_webhook.c.enterprise_id == bindparam("of"))


class TooManyWebhooks(Conflict):
    code = "too-many-webhooks"
    sentence = _l("最多设 %(n)s 个推送地址。请先删掉不用的。")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as a worker takes it on. secrets: the one of now first. fact_id: of a statement."""

    id: UUID
    url: str
    secrets: tuple[str, ...]
    body: str
    fact_id: UUID | None


def set_up(uow: UnitOfWork, enterprise_id: UUID, name: str, url: str, kinds: Sequence[str]) -> tuple[Webhook, str]:
    """A new address and the secret its messages are signed with, to be shown once. Raises TooManyWebhooks."""
    secret = rules.secret_of(secrets.token_bytes(KEY_BYTES))
    return _add(uow, enterprise_id, name, url, secret, kinds, Speaks.EVENTS), secret


def set_up_store(uow: UnitOfWork, enterprise_id: UUID, name: str, url: str, secret: str) -> Webhook:
    """A learning record store. url, secret: as of xapi.rules. Raises TooManyWebhooks."""
    return _add(uow, enterprise_id, name, url, secret, xapi.KINDS, Speaks.XAPI)


def _add(uow: UnitOfWork, enterprise_id: UUID, name: str, url: str, secret: str, kinds: Sequence[str], speaks: Speaks) -> Webhook:
    hold_firm(uow, enterprise_id)
    there = uow.session.scalar(
        select(func.count(Webhook.id)).where(Webhook.enterprise_id == enterprise_id, Webhook.speaks == speaks)
    )
    if (there or 0) >= MOST:
        raise TooManyWebhooks(n=MOST)
    webhook = Webhook(
        enterprise_id=enterprise_id, name=name, sealed_url=url, sealed_secret=secret, kinds=list(kinds), created_at=uow.now,
        created_by=uow.actor.name, speaks=speaks,
    )  # fmt: skip
    uow.session.add(webhook)
    uow.session.flush()
    return webhook


def rotate(uow: UnitOfWork, webhook: Webhook) -> str:
    """A new secret, to be shown once. The one of now signs beside it for a day, so that a receiver can change over meanwhile."""
    webhook.sealed_earlier_secret, webhook.earlier_until = webhook.sealed_secret, uow.now + rules.OVERLAP
    webhook.sealed_secret = rules.secret_of(secrets.token_bytes(KEY_BYTES))
    return webhook.sealed_secret


def change_key(uow: UnitOfWork, store: Webhook, secret: str) -> None:
    """The store has another key for us; what waits goes on with it."""
    store.sealed_secret = secret
    send_on(uow, store)


def addresses(uow: UnitOfWork, enterprise_id: UUID, kind: str) -> list[UUID]:
    """Which addresses of an enterprise are told of this kind."""
    return [webhook_id for webhook_id, kinds in uow.once(_webhooks, enterprise_id) if kind in kinds]


def _webhooks(uow: UnitOfWork, enterprise_id: UUID) -> Sequence[Any]:
    return uow.execute(_WEBHOOKS, {"of": enterprise_id}).all()


def remove(uow: UnitOfWork, webhook: Webhook) -> None:
    """Tell this address nothing more; what it was told is forgotten with it."""
    uow.session.execute(delete(WebhookMessage).where(WebhookMessage.webhook_id == webhook.id))
    uow.session.delete(webhook)


def put_out(uow: UnitOfWork, enterprise_id: UUID, kind: str, at: datetime, data: Mapping[str, Any]) -> None:
    """Tell every address of the enterprise that asked for this kind; sent once the facts are safe."""
    for webhook_id in addresses(uow, enterprise_id, kind):
        _queue(uow, enterprise_id, webhook_id, kind, rules.body_of(kind, at, {"enterprise_id": enterprise_id, **data}))


def try_out(uow: UnitOfWork, webhook: Webhook) -> None:
    """Send a message that says nothing but that it arrived."""
    body = rules.body_of(rules.TRIAL, uow.now, {"enterprise_id": webhook.enterprise_id})
    _queue(uow, webhook.enterprise_id, webhook.id, rules.TRIAL, body)


def send_on(uow: UnitOfWork, webhook: Webhook) -> None:
    """Try an address that was stopped once more, now, with everything that waits, the oldest first."""
    webhook.stopped_at = None
    waiting = update(WebhookMessage).where(WebhookMessage.webhook_id == webhook.id, WebhookMessage.sent_at.is_(None))
    uow.session.execute(waiting.values(tries=0, due_at=uow.now, claimed_until=None))
    uow.after_commit(lambda: enqueue("send_webhooks"))


def skip(uow: UnitOfWork, message: WebhookMessage) -> None:
    """Give up the oldest message of an address, which was tried and not taken, and go on with those behind it; it may be sent
    again later. Raises NotFound when there is another before it, or it was not tried.
    """
    webhook = uow.session.get_one(Webhook, message.webhook_id, with_for_update=True, populate_existing=True)
    if stuck_of(uow, webhook) is not message:
        raise NotFound
    message.sent_at, message.claimed_until = uow.now, None
    uow.session.flush()
    send_on(uow, webhook)


def stuck_of(uow: UnitOfWork, webhook: Webhook) -> WebhookMessage | None:
    """The message that all others of an address wait for, when it was tried and not taken."""
    waiting = select(WebhookMessage).where(WebhookMessage.webhook_id == webhook.id, WebhookMessage.sent_at.is_(None))
    oldest = uow.session.scalar(waiting.order_by(WebhookMessage.id).limit(1))
    return oldest if oldest and oldest.tries else None


def given_up(message: WebhookMessage) -> bool:
    """Whether somebody skipped it."""
    return message.sent_at is not None and not _taken(message, message.status)


def _taken(message: WebhookMessage, status: int | None) -> bool:
    return status is not None and (xapi.taken(status) if message.fact_id else rules.taken(status))


def replay(uow: UnitOfWork, message: WebhookMessage) -> None:
    """Send a message again, under the id it had. Raises NotFound when nothing is left of it."""
    if not message.body:
        raise NotFound
    message.sent_at, message.claimed_until, message.tries, message.due_at = None, None, 0, uow.now
    uow.after_commit(lambda: enqueue("send_webhooks"))


def with_work(uow: UnitOfWork) -> list[UUID]:
    """Addresses for which something is due."""
    due = select(WebhookMessage.webhook_id).where(WebhookMessage.sent_at.is_(None), WebhookMessage.due_at <= uow.now)
    running = select(Webhook.id).where(Webhook.stopped_at.is_(None), Webhook.id.in_(due))
    return list(uow.session.scalars(running))


def claim(uow: UnitOfWork, webhook_id: UUID) -> Outgoing | None:
    """Take on the oldest waiting message of an address; None when it is not due, or another worker is at it."""
    own = select(Webhook).where(Webhook.id == webhook_id, Webhook.stopped_at.is_(None))
    webhook = uow.session.scalar(own.with_for_update(skip_locked=True))
    if webhook is None:
        return None
    waiting = select(WebhookMessage).where(WebhookMessage.webhook_id == webhook_id, WebhookMessage.sent_at.is_(None))
    message = uow.session.scalar(waiting.order_by(WebhookMessage.id).limit(1))
    if message is None or message.due_at > uow.now or (message.claimed_until and message.claimed_until > uow.now):
        return None
    message.claimed_until, message.tries = uow.now + CLAIM, message.tries + 1
    earlier = webhook.sealed_earlier_secret if webhook.earlier_until and webhook.earlier_until > uow.now else None
    secrets_now = (webhook.sealed_secret,) if earlier is None else (webhook.sealed_secret, earlier)
    return Outgoing(message.id, webhook.sealed_url, secrets_now, message.body, message.fact_id)


def mark(uow: UnitOfWork, message_id: UUID, status: int | None, why: str, wait: str | None = None) -> bool:
    """Write down what came of a try; whether it was taken. status: None when nobody answered, why then says it as
    told() reads it. wait: the answer's Retry-After.
    """
    message = uow.session.get(WebhookMessage, message_id)
    if message is None:
        return False  # its address was removed meanwhile
    message.claimed_until, message.status, message.why = None, status, why[:200] or None
    if _taken(message, status):
        message.sent_at = uow.now
        return True
    pause = None if status == rules.GONE else rules.pause_after(message.tries)
    if pause is None:
        uow.session.get_one(Webhook, message.webhook_id).stopped_at = uow.now
    else:
        message.due_at = uow.now + max(pause, rules.told_to_wait(wait, uow.now))
    return False


def forget_old(uow: UnitOfWork) -> None:
    """Forget what is older than KEPT, sent or not; of a statement only what it said, and that once it is sent."""
    old = WebhookMessage.created_at < uow.now - KEPT
    uow.session.execute(delete(WebhookMessage).where(old, WebhookMessage.fact_id.is_(None)))
    said = update(WebhookMessage).where(old, WebhookMessage.fact_id.is_not(None), WebhookMessage.sent_at.is_not(None))
    uow.session.execute(said.where(WebhookMessage.body != "").values(body=""))


def messages_of(uow: UnitOfWork, webhook: Webhook, number: int) -> list[WebhookMessage]:
    """What an address was last told, the newest first."""
    rows = select(WebhookMessage).where(WebhookMessage.webhook_id == webhook.id)
    return list(uow.session.scalars(rows.order_by(WebhookMessage.id.desc()).limit(number)))


def waiting_of(uow: UnitOfWork, webhook_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many messages wait for each address that has some."""
    number = func.count(WebhookMessage.id)
    rows = select(WebhookMessage.webhook_id, number).where(
        WebhookMessage.webhook_id.in_(webhook_ids), WebhookMessage.sent_at.is_(None)
    )
    return dict(uow.session.execute(rows.group_by(WebhookMessage.webhook_id)).all())


def _queue(uow: UnitOfWork, enterprise_id: UUID, webhook_id: UUID, kind: str, body: str) -> None:
    uow.session.add(
        WebhookMessage(
            enterprise_id=enterprise_id, webhook_id=webhook_id, kind=kind, body=body, created_at=uow.now, due_at=uow.now
        )
    )
    uow.after_commit(lambda: enqueue("send_webhooks"))
