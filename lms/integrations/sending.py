"""The worker's part: send what is due to other systems, and forget what is old."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID

from flask import current_app

from lms.access.actor import Actor
from lms.core.jobs import sweep
from lms.core.uow import unit_of_work
from lms.integrations import rules, service
from lms.integrations.xapi import rules as xapi
from lms.notices.channels import Net
from lms.notices.channels.parcels import Request, Unreachable
from lms.notices.sending import network

SENDER = Actor.system("integrations.send")
AT_ONCE, PATIENCE = 8, 20  # PATIENCE: seconds for one address, then the others have their turn
log = logging.getLogger(__name__)


@sweep
def send_webhooks() -> None:
    """Send what is due, each address beside the others: one that answers slowly holds nobody else's up."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with unit_of_work(SENDER, "system", write=False) as uow:
        webhook_ids = service.with_work(uow)

    def empty(webhook_id: UUID) -> None:
        with app.app_context():
            net, ends = network(), time.monotonic() + PATIENCE
            while time.monotonic() < ends and _next(webhook_id, net):
                pass
            net.close()

    if webhook_ids:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(empty, webhook_ids))


@sweep
def forget_webhook_messages() -> None:
    """Drop messages that are too old to be sent again."""
    with unit_of_work(SENDER, "system") as uow:
        service.forget_old(uow)


def _next(webhook_id: UUID, net: Net) -> bool:
    """Claim, send and mark once; whether it is worth going on with this address."""
    with unit_of_work(SENDER, "system") as uow:
        message, now = service.claim(uow, webhook_id), uow.now
    if message is None:
        return False
    status, why, wait = None, "", None
    try:
        answer = net.ask(_request(message, now))
        status, wait = answer.status, answer.headers.get("retry-after")
    except Unreachable as fault:
        why = fault.kept
    with unit_of_work(SENDER, "system") as uow:
        taken = service.mark(uow, message.id, status, why, wait)
    log.info("webhook", extra={"message_id": message.id.hex, "status": status, "taken": taken})
    return taken


def _request(message: service.Outgoing, now: datetime) -> Request:
    content = message.body.encode()
    if message.fact_id is not None:
        return Request("PUT", xapi.address_of(message.url, message.fact_id), xapi.headers_of(message.secrets[0]), content)
    return Request("POST", message.url, rules.headers_of(message.id, message.body, message.secrets, now), content)
