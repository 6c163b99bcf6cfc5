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
from lms.core.errors import Conflict
from lms.core.jobs import enqueue
from lms.core.uow import UnitOfWork
from lms.integrations import rules
from lms.integrations.models import Webhook, WebhookMessage

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
    """One message as a worker takes it on."""

    id: UUID
    url: str
    secret: str
    body: str


def set_up(uow: UnitOfWork, enterprise_id: UUID, name: str, url: str, kinds: Sequence[str]) -> tuple[Webhook, str]:
    """A new address and the secret its messages are signed with, to be shown once. Raises TooManyWebhooks."""
    there = uow.session.scalar(select(func.count(Webhook.id)).where(Webhook.enterprise_id == enterprise_id))
    if (there or 0) >= MOST:
        raise TooManyWebhooks(n=MOST)
    secret = rules.secret_of(secrets.token_bytes(KEY_BYTES))
    webhook = Webhook(
        enterprise_id=enterprise_id, name=name, sealed_url=url, sealed_secret=secret, kinds=list(kinds), created_at=uow.now,
        created_by=uow.actor.name,
    )  # fmt: skip
    uow.session.add(webhook)
    uow.session.flush()
    return webhook, secret


def remove(uow: UnitOfWork, webhook: Webhook) -> None:
    """Tell this address nothing more; what it was told is forgotten with it."""
    uow.session.execute(delete(WebhookMessage).where(WebhookMessage.webhook_id == webhook.id))
    uow.session.delete(webhook)


def put_out(uow: UnitOfWork, enterprise_id: UUID, kind: str, at: datetime, data: Mapping[str, Any]) -> None:
    """Tell every address of the enterprise that asked for this kind; sent once the facts are safe."""
    for webhook_id, kinds in uow.execute(_WEBHOOKS, {"of": enterprise_id}).all():
        if kind in kinds:
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


def replay(uow: UnitOfWork, message: WebhookMessage) -> None:
    """Send a message again, under the id it had."""
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
    return Outgoing(message.id, webhook.sealed_url, webhook.sealed_secret, message.body)


def mark(uow: UnitOfWork, message_id: UUID, status: int | None, why: str) -> bool:
    """Write down what came of a try; whether it was taken. status: None when nobody answered, why then says it in words."""
    message = uow.session.get(WebhookMessage, message_id)
    if message is None:
        return False  # its address was removed meanwhile
    message.claimed_until, message.status, message.why = None, status, why[:200] or None
    if status is not None and rules.taken(status):
        message.sent_at = uow.now
        return True
    pause = None if status == rules.GONE else rules.pause_after(message.tries)
    if pause is None:
        uow.session.get_one(Webhook, message.webhook_id).stopped_at = uow.now
    else:
        message.due_at = uow.now + pause
    return False


def forget_old(uow: UnitOfWork) -> None:
    """Forget what is older than KEPT, sent or not."""
    uow.session.execute(delete(WebhookMessage).where(WebhookMessage.created_at < uow.now - KEPT))


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
    return dict(uow.session.execute(rows.group_by(WebhookMessage.webhook_id)).tuples().all())


def _queue(uow: UnitOfWork, enterprise_id: UUID, webhook_id: UUID, kind: str, body: str) -> None:
    uow.session.add(
        WebhookMessage(
            enterprise_id=enterprise_id, webhook_id=webhook_id, kind=kind, body=body, created_at=uow.now, due_at=uow.now
        )
    )
    uow.after_commit(lambda: enqueue("send_webhooks"))
