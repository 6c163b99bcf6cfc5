"""Bulletins as their pages show them, and as they are printed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from lms.access.reach import find, reach
from lms.compliance.bulletins.models import Bulletin, BulletinMention, BulletinPlace, BulletinSignature, BulletinState
from lms.compliance.bulletins.rules import Frozen, Mention, Setting, first_words, frozen_from
from lms.core.clock import local_date
from lms.core.errors import NotFound
from lms.core.paging import Page, paged
from lms.core.settings import settings
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.ledger.rules import canonical
from lms.notices.models import Notice
from lms.registry.models import Enterprise, Jurisdiction

OUT = "bulletin.published"  # the kind of message that tells an enterprise of it
SENT = "bulletin.sent"  # and the one that sends it to the officers of its area


@dataclass(frozen=True, slots=True)
class Replies:
    """How the right of reply stands. told: firms that were told; nobody: of them those without anybody who could be told."""

    named: int
    untold: int
    nobody: int
    replied: int
    agreed: int


def own(uow: UnitOfWork, bulletin_id: UUID) -> Bulletin:
    """A bulletin of a bureau the actor speaks for: who may only read it finds nothing to change. Raises NotFound."""
    found = find(uow, Bulletin, bulletin_id)
    mine = select(Jurisdiction.id).where(Jurisdiction.id == found.jurisdiction_id, reach(uow, Jurisdiction))
    if uow.session.scalar(mine) is None:
        raise NotFound
    return found


def page(uow: UnitOfWork, number: int | None) -> Page[Bulletin]:
    """Bulletins within reach, the latest first; void ones are left out. number None: all of them. Raises TooLong."""
    seen = (reach(uow, Bulletin), Bulletin.state != BulletinState.VOID)
    total = uow.session.scalar(select(func.count(Bulletin.id)).where(*seen)) or 0
    wanted = select(Bulletin).where(*seen).options(joinedload(Bulletin.campaign), joinedload(Bulletin.area))
    ordered = wanted.order_by(Bulletin.created_at.desc(), Bulletin.id.desc())
    return paged(total, number, lambda limit, offset: uow.session.scalars(ordered.limit(limit).offset(offset)))


def frozen_of(bulletin: Bulletin) -> Frozen:
    """The data of a bulletin. Raises NotFound while there are none, ValueError when they are not what they were."""
    if bulletin.data_sha256 is None:
        raise NotFound
    return _read(bulletin.data_sha256)


@lru_cache(maxsize=2)  # an editor opens the same one again and again; a city's takes 20 MB
def _read(sha256: str) -> Frozen:
    return frozen_from(storage().get(sha256).decode())


def mentions_of(uow: UnitOfWork, bulletin: Bulletin) -> list[BulletinMention]:
    """Who is named, those who replied first, then by name."""
    rows = uow.session.scalars(
        select(BulletinMention)
        .where(BulletinMention.bulletin_id == bulletin.id)
        .join(Enterprise, Enterprise.id == BulletinMention.enterprise_id)
        .options(joinedload(BulletinMention.enterprise))
        .order_by(BulletinMention.reply.is_(None), BulletinMention.replied_at.is_(None), Enterprise.name, BulletinMention.id)
    )
    return list(rows)


def mention_of(uow: UnitOfWork, bulletin: Bulletin, enterprise_id: UUID) -> BulletinMention:
    """One enterprise in a bulletin, within reach. Raises NotFound."""
    found = uow.session.scalar(
        select(BulletinMention).where(
            BulletinMention.bulletin_id == bulletin.id,
            BulletinMention.enterprise_id == enterprise_id,
            reach(uow, BulletinMention),
        )
    )
    if found is None:
        raise NotFound
    return found


def named_in(uow: UnitOfWork, bulletin: Bulletin, enterprise_id: UUID | None) -> BulletinMention | None:
    """One enterprise in a bulletin; None where it is not in it."""
    of = (BulletinMention.bulletin_id == bulletin.id, BulletinMention.enterprise_id == enterprise_id)
    return uow.session.scalar(select(BulletinMention).where(*of))


def places_of(uow: UnitOfWork, bulletin: Bulletin) -> list[BulletinPlace]:
    """The places it named when it was sent, by name."""
    rows = select(BulletinPlace).where(BulletinPlace.bulletin_id == bulletin.id)
    return list(uow.session.scalars(rows.order_by(BulletinPlace.name, BulletinPlace.id)))


def places_named_in(uow: UnitOfWork, bulletin: Bulletin) -> list[BulletinPlace]:
    """Of these, those that its words name now."""
    text = "\n".join(bulletin.words.values())
    return [one for one in places_of(uow, bulletin) if one.name in text]


def replies(mentions: Sequence[BulletinMention]) -> Replies:
    """How many were named, told, reached nobody, and answered."""
    return Replies(
        named=len(mentions),
        untold=sum(one.told is None for one in mentions),
        nobody=sum(one.told == 0 for one in mentions),
        replied=sum(one.reply is not None for one in mentions),
        agreed=sum(one.agreed and one.reply is None for one in mentions),
    )


def opened(uow: UnitOfWork, bulletin: Bulletin) -> tuple[int, int]:
    """How many enterprises were sent what was published, and at how many of them somebody has read that."""
    read = case((Notice.read_at.is_not(None), Notice.enterprise_id))
    sent = select(func.count(Notice.enterprise_id.distinct()), func.count(read.distinct()))
    told, seen = uow.session.execute(sent.where(Notice.about_id == bulletin.id, Notice.kind == OUT)).one()
    return told, seen


def sent_round(uow: UnitOfWork, bulletin: Bulletin) -> tuple[int, int]:
    """To how many officers of its area it was sent, and how many of them have read that."""
    wanted = select(
        func.count(Notice.user_id.distinct()), func.count(case((Notice.read_at.is_not(None), Notice.user_id)).distinct())
    )
    told, seen = uow.session.execute(wanted.where(Notice.about_id == bulletin.id, Notice.kind == SENT)).one()
    return told, seen


def signatures_of(uow: UnitOfWork, bulletin: Bulletin) -> list[BulletinSignature]:
    """Every signature, also under what was changed since, the first one first."""
    wanted = select(BulletinSignature).where(BulletinSignature.bulletin_id == bulletin.id)
    return list(uow.session.scalars(wanted.order_by(BulletinSignature.signed_at, BulletinSignature.id)))


def published(uow: UnitOfWork, bulletin_id: UUID) -> Bulletin | None:
    """A bulletin that is out, whoever asks for it."""
    found = uow.session.get(Bulletin, bulletin_id)
    return found if found and found.state is BulletinState.PUBLISHED else None


def signers_of(uow: UnitOfWork, bulletin: Bulletin) -> list[tuple[str, date]]:
    """Who signed what was published, and when: the last signature stands under that."""
    rows = signatures_of(uow, bulletin)
    return [(one.name, local_date(one.signed_at)) for one in rows if one.content_sha256 == rows[-1].content_sha256]


def setting_of(uow: UnitOfWork, bulletin: Bulletin, frozen: Frozen) -> Setting:
    """What people decided about a bulletin, as it is printed now. What came in after it was published is not in it."""
    out = bulletin.published_at

    def in_time(one: BulletinMention) -> bool:
        return out is None or one.replied_at is None or one.replied_at <= out

    said = {
        str(one.enterprise_id): Mention(
            told_on=local_date(one.called_at or one.told_at) if one.told_at else None,
            reached=bool(one.told) or one.called_at is not None,
            agreed=one.agreed and in_time(one),
            reply=one.reply or "" if in_time(one) else "",
            answer=one.answer or "",
            struck=one.struck or "",
        )
        for one in mentions_of(uow, bulletin)
    }
    places = {
        one.name: Mention(
            told_on=local_date(one.called_at or one.told_at), reached=one.told > 0 or one.called_at is not None,
            agreed=one.agreed, reply=one.reply or "",
        )
        for one in places_named_in(uow, bulletin)
    }  # fmt: skip
    setting = Setting(
        words=first_words(frozen) | bulletin.words,
        lists=tuple(bulletin.lists),
        praised=tuple(bulletin.praised),
        mentions=said,
        places=places,
        number=f"{bulletin.year} 年第 {bulletin.number} 期" if bulletin.number else "",
        version=bulletin.version,
        correction=bulletin.correction or "",
        published_on=local_date(out) if out else None,
        data_sha256=bulletin.data_sha256 or "",
        address=f"{settings().base_url}/bulletins/{bulletin.id}/check",
    )
    content = content_digest(setting)
    signers = [(one.name, local_date(one.signed_at)) for one in signatures_of(uow, bulletin) if one.content_sha256 == content]
    return replace(setting, signers=tuple(signers))


def content_digest(setting: Setting) -> str:
    """SHA-256 of all that people decided and of the data: what a signature stands under. The number comes with the second one."""
    said = {
        firm: {"agreed": one.agreed, "reply": one.reply, "answer": one.answer, "struck": one.struck}
        for firm, one in (setting.mentions or {}).items()
    }
    heard = {name: {"agreed": one.agreed, "reply": one.reply} for name, one in (setting.places or {}).items()}
    return hashlib.sha256(
        canonical(
            ({"places": heard} if heard else {})
            | {
                "data": setting.data_sha256, "words": dict(setting.words), "lists": list(setting.lists),
                "praised": list(setting.praised), "mentions": said, "version": setting.version, "correction": setting.correction,
            }
        ).encode()
    ).hexdigest()  # fmt: skip


def previous_of(uow: UnitOfWork, bulletin: Bulletin) -> Bulletin | None:
    """The version that this one corrects; None for a first one."""
    return uow.session.get(Bulletin, bulletin.replaces_id) if bulletin.replaces_id else None


def latest_of(uow: UnitOfWork, bulletin: Bulletin) -> Bulletin:
    """The last version of its issue that is out; itself where none came after it."""
    found = uow.session.scalar(
        select(Bulletin)
        .where(
            Bulletin.jurisdiction_id == bulletin.jurisdiction_id, Bulletin.year == bulletin.year,
            Bulletin.number == bulletin.number, Bulletin.version > bulletin.version, Bulletin.state == BulletinState.PUBLISHED,
        )
        .order_by(Bulletin.version.desc())
        .limit(1)
    )  # fmt: skip
    return found or bulletin


def next_of(uow: UnitOfWork, bulletin: Bulletin) -> Bulletin | None:
    """The version that replaces it, if one is out or being written; within reach."""
    return uow.session.scalar(
        select(Bulletin).where(Bulletin.replaces_id == bulletin.id, Bulletin.state != BulletinState.VOID, reach(uow, Bulletin))
    )
