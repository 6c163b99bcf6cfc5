"""The worker's part: send codes to phones while they are good, and forget them the day after."""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlalchemy import delete, select

from lms.access.actor import Actor
from lms.core.jobs import sweep
from lms.core.uow import unit_of_work
from lms.notices.channels import ADAPTERS, Parcel
from lms.notices.models import Channel, ChannelKind
from lms.notices.sending import network
from lms.sign_in.models import PhoneCode
from lms.sign_in.workers import CODE_LIVES

SENDER = Actor.system("sign-in.codes")
KEPT = timedelta(days=1)
log = logging.getLogger(__name__)


@sweep
def send_phone_codes() -> None:
    """Each is marked before it is sent: killed in between, it is asked for again, and nobody gets two for one."""
    with unit_of_work(SENDER, "system") as uow:
        uow.session.execute(delete(PhoneCode).where(PhoneCode.created_at < uow.now - KEPT))
        waiting = select(PhoneCode).where(PhoneCode.sent_at.is_(None), PhoneCode.created_at > uow.now - CODE_LIVES)
        rows = uow.session.scalars(waiting.with_for_update(skip_locked=True)).all()
        channels = select(Channel).where(Channel.kind == ChannelKind.SMS, Channel.enabled)
        ways = {one.enterprise_id: one.settings for one in uow.session.scalars(channels)} if rows else {}
        for row in rows:
            row.sent_at = uow.now
    if not rows:
        return
    net = network()
    for row in rows:
        words = f"验证码 {row.sealed_code}，5 分钟内有效，用来登录安课。不要告诉任何人。"
        parcel = Parcel(row.id, row.sealed_phone, "", words)
        outcomes = ADAPTERS[ChannelKind.SMS](ways[row.enterprise_id], [parcel], net) if row.enterprise_id in ways else []
        log.info("phone code", extra={"code_id": row.id.hex, "result": outcomes[0].result.value if outcomes else "no gateway"})
    net.close()
