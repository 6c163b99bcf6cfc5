"""What a bulletin's page does not wait for: gathering its data, telling who is named, printing what was published."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select

from lms.access.actor import Actor
from lms.compliance.bulletins import printing, queries, service
from lms.compliance.bulletins.gathering import gather
from lms.compliance.bulletins.models import Bulletin, BulletinMention, BulletinState
from lms.compliance.bulletins.rules import paper, to_text
from lms.core.jobs import sweep
from lms.core.storage import storage
from lms.core.uow import UnitOfWork, unit_of_work

CLERK = Actor.system("compliance.bulletins")
AT_ONCE = 100
LATELY = timedelta(days=1)  # nobody is told of what was voided long ago
log = logging.getLogger(__name__)


@sweep
def gather_bulletins() -> None:
    """Read without keeping anybody from writing, keep the text by its hash, then say so in a short transaction."""
    for bulletin_id in _in_state(BulletinState.GATHERING):
        try:
            with unit_of_work(CLERK, "system", write=False) as uow:
                frozen = gather(uow, uow.session.get_one(Bulletin, bulletin_id))
            sha256 = storage().put(to_text(frozen).encode())
        except Exception:  # whoever waits is told, and may press again; the others are not kept
            log.exception("bulletin_not_gathered", extra={"bulletin": str(bulletin_id)})
            with unit_of_work(CLERK, "system") as uow:
                service.froze(uow, bulletin_id, None, None, "取数没有成功，请再取一次。")
        else:
            with unit_of_work(CLERK, "system") as uow:
                service.froze(uow, bulletin_id, frozen, sha256)


@sweep
def tell_named_firms() -> None:
    """Some at a time, each time in a transaction: a bulletin of a city names thousands."""
    while True:
        with unit_of_work(CLERK, "system") as uow:
            waiting = _waiting(uow)
            if not waiting:
                return
            service.tell_named(uow, uow.session.get_one(Bulletin, waiting[0].bulletin_id), waiting)


@sweep
def print_bulletins() -> None:
    """Print what was published, once, so that a later version of the product does not print it otherwise."""
    with unit_of_work(CLERK, "system", write=False) as uow:
        unprinted = select(Bulletin.id).where(Bulletin.state == BulletinState.PUBLISHED, Bulletin.files.is_(None))
        waiting = uow.session.scalars(unprinted.order_by(Bulletin.id)).all()
    for bulletin_id in waiting:
        try:
            _print(bulletin_id)
        except Exception:  # it is tried again; the others are not kept
            log.exception("bulletin_not_printed", extra={"bulletin": str(bulletin_id)})


def _print(bulletin_id: UUID) -> None:
    with unit_of_work(CLERK, "system", write=False) as uow:
        bulletin = uow.session.get_one(Bulletin, bulletin_id)
        frozen = queries.frozen_of(bulletin)
        printed = paper(frozen, queries.setting_of(uow, bulletin, frozen))
    files = {kind: storage().put(make(printed)) for kind, make in printing.KINDS.items()}
    with unit_of_work(CLERK, "system") as uow:
        bulletin = uow.session.get_one(Bulletin, bulletin_id, with_for_update=True)
        bulletin.files = bulletin.files or files


def _in_state(state: BulletinState) -> list[UUID]:
    with unit_of_work(CLERK, "system", write=False) as uow:
        return list(uow.session.scalars(select(Bulletin.id).where(Bulletin.state == state).order_by(Bulletin.id)))


def _waiting(uow: UnitOfWork) -> list[BulletinMention]:
    """Mentions of one bulletin that are to be told of, that it is out, or that it will not be; passed over while somebody else
    is at them.
    """
    due = or_(
        (Bulletin.state == BulletinState.REPLYING) & BulletinMention.told.is_(None),
        (Bulletin.state == BulletinState.PUBLISHED) & BulletinMention.final_at.is_(None),
        and_(
            Bulletin.state == BulletinState.VOID,
            Bulletin.changed_at > uow.now - LATELY,
            BulletinMention.final_at.is_(None),
            BulletinMention.told > 0,
            BulletinMention.told_at >= Bulletin.sent_at,
        ),
    )
    first = uow.session.scalar(select(Bulletin.id).join(BulletinMention).where(due).order_by(Bulletin.id).limit(1))
    if first is None:
        return []
    wanted = select(BulletinMention).join(Bulletin).where(due, Bulletin.id == first)
    rows = wanted.order_by(BulletinMention.id).limit(AT_ONCE).with_for_update(of=BulletinMention, skip_locked=True)
    return list(uow.session.scalars(rows))
