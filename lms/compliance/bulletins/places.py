"""Places (streets, districts) that the words of a bulletin name: their officers are told and may answer, as enterprises are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import Role
from lms.compliance.bulletins.models import Bulletin, BulletinPlace
from lms.compliance.bulletins.queries import places_of
from lms.compliance.bulletins.rules import Frozen, places_named, sentences
from lms.core.uow import UnitOfWork
from lms.notices.queries import officers_of
from lms.notices.rules import quiet
from lms.notices.service import tell
from lms.registry.models import Jurisdiction

TOLD, LONGEST = "bulletin.place", 1000
KEPT = ("told", "told_at", "called_note", "called_by", "called_at", "agreed", "reply", "replied_by", "replied_at")


def hear(
    uow: UnitOfWork, bulletin: Bulletin, frozen: Frozen, words: Mapping[str, str], before: Sequence[BulletinPlace], by: date
) -> int:
    """Tell the officers of every place that these words name what they say of it; how many places are heard anew.

    before: of the version before; who was named there in the same words is not asked again. by: the last day to answer.
    """
    codes = [code for code, _name in places_named(frozen, words)]
    own = {bulletin.jurisdiction_id, bulletin.area_id}
    asked_before, fresh = {one.jurisdiction_id: one for one in before}, 0
    for place in uow.session.scalars(select(Jurisdiction).where(Jurisdiction.code.in_(codes)).order_by(Jurisdiction.path)):
        if place.id in own:
            continue
        said = sentences(words, place.name)[:LONGEST]
        made = BulletinPlace(bulletin_id=bulletin.id, jurisdiction_id=place.id, name=place.name, said=said, agreed=False)
        uow.session.add(made)
        old = asked_before.get(place.id)
        if old and old.said == said:
            for kept in KEPT:
                setattr(made, kept, getattr(old, kept))
            continue
        fresh += 1
        made.told, made.told_at = 0, uow.now
        uow.session.flush()
        made.told = _tell(uow, bulletin, made, "请核对", f"拟写到{place.name}：{said}请在 {by} 前核对，答复会附在通报里。")
    uow.session.flush()
    return fresh


def take_back(uow: UnitOfWork, bulletin: Bulletin) -> None:
    """Whoever was told what was going to be said hears that nothing is."""
    for one in places_of(uow, bulletin):
        if bulletin.sent_at and one.told_at >= bulletin.sent_at:
            _tell(uow, bulletin, one, "不发了", f"这份通报作废了，没有发布；征求过意见的内容：{one.said}")


def _tell(uow: UnitOfWork, bulletin: Bulletin, place: BulletinPlace, head: str, body: str) -> int:
    title = f"{head}：{bulletin.issuer}通报：{bulletin.campaign.title}"[:120]
    return tell(
        uow, None, (), user_ids=officers_of(uow, place.jurisdiction_id), kind=TOLD, about_id=bulletin.id, title=title, body=body,
        urgent=not quiet(uow.now), link=f"/bulletins/places/{place.id}",
    )  # fmt: skip


def speaks_for(actor: Actor, place: BulletinPlace) -> bool:
    """Whether whoever looks is an officer of this very place: the bureau above reads, and does not answer in its stead."""
    return any(held.role is Role.OFFICER and held.jurisdiction_id == place.jurisdiction_id for held in actor.held)
