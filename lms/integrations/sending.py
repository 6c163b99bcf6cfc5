"""The worker's part: send what is due to other systems, and forget what is old."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from flask import current_app

from lms.access.actor import Actor
from lms.core.jobs import sweep
from lms.core.uow import unit_of_work
from lms.integrations import rules, service
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
    with unit_of_work(SENDER, "system") as uow:
        service.forget_old(uow)


def _next(webhook_id: UUID, net: Net) -> bool:
    """Claim, send and mark once; whether it is worth going on with this address."""
    with unit_of_work(SENDER, "system") as uow:
        message, now = service.claim(uow, webhook_id), uow.now
    if message is None:
        return False
    headers = {"Content-Type": "application/json"} | rules.headers_of(message.id, message.body, message.secret, now)
    status, why = None, ""
    try:
        status = net.ask(Request("POST", message.url, headers, message.body.encode())).status
    except Unreachable as fault:
        why = str(fault)
    with unit_of_work(SENDER, "system") as uow:
        taken = service.mark(uow, message.id, status, why)
    log.info("webhook", extra={"message_id": message.id.hex, "status": status, "taken": taken})
    return taken
