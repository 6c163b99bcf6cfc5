"""The worker's part: send codes to phones while they are good, and forget them the day after."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, and_, delete, select

from lms.access.actor import Actor
from lms.core.jobs import sweep
from lms.core.uow import UnitOfWork, unit_of_work
from lms.notices.channels import Parcel
from lms.notices.models import Channel, ChannelKind
from lms.notices.sending import send
from lms.notices.service.outbox import Batch
from lms.sign_in.models import PhoneCode
from lms.sign_in.workers import CODE_LIVES

SENDER = Actor.system("sign-in.codes")
KEPT = timedelta(days=1)
FIRMS_AT_ONCE, PATIENCE = 8, 20  # PATIENCE: seconds for one firm, then its other codes wait for the next sweep
MOST = 8  # codes handed to a gateway together
log = logging.getLogger(__name__)


@sweep
def send_phone_codes() -> None:
    """Send what waits, each firm beside the others: a gateway that answers slowly holds up nobody else's codes."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with unit_of_work(SENDER, "system") as uow:
        uow.session.execute(delete(PhoneCode).where(PhoneCode.created_at < uow.now - KEPT))
        firms = uow.session.scalars(select(PhoneCode.enterprise_id).where(_waits(uow)).distinct()).all()

    def empty(enterprise_id: UUID) -> None:
        with app.app_context():
            ends = time.monotonic() + PATIENCE
            try:
                while time.monotonic() < ends and _send_some(enterprise_id):
                    pass
            except Exception:  # of one firm; the others' codes are on their way, and the trace is in the log
                log.exception("phone_code_fault", extra={"enterprise_id": enterprise_id.hex})

    if firms:
        with ThreadPoolExecutor(FIRMS_AT_ONCE) as pool:
            list(pool.map(empty, firms))


def _send_some(enterprise_id: UUID) -> bool:
    """Some codes of a firm; whether there were any. Each is marked before it is sent: killed in between, it is asked for again,
    and nobody gets two for one.
    """
    with unit_of_work(SENDER, "system") as uow:
        waiting = select(PhoneCode).where(_waits(uow), PhoneCode.enterprise_id == enterprise_id)
        some = waiting.order_by(PhoneCode.created_at).limit(MOST).with_for_update(skip_locked=True)
        rows = uow.session.scalars(some).all()
        own = select(Channel).where(Channel.enterprise_id == enterprise_id, Channel.kind == ChannelKind.SMS, Channel.enabled)
        channel = uow.session.scalar(own)
        for row in rows:
            row.sent_at = uow.now
    parcels = tuple((Parcel(row.id, row.sealed_phone, "", _words(row)), ()) for row in rows)
    if channel is not None and parcels:
        outcomes = [one.result.value for one in send(Batch(channel.id, channel.kind, channel.settings, parcels, ()))]
    else:
        outcomes = ["no gateway"] * len(parcels)
    for row, outcome in zip(rows, outcomes, strict=True):
        log.info("phone code", extra={"code_id": row.id.hex, "result": outcome})
    return bool(rows)


def _words(row: PhoneCode) -> str:
    return f"验证码 {row.sealed_code}，5 分钟内有效，用来登录安课。不要告诉任何人。"


def _waits(uow: UnitOfWork) -> ColumnElement[bool]:
    return and_(PhoneCode.sent_at.is_(None), PhoneCode.created_at > uow.now - CODE_LIVES)
