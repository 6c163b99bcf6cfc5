"""Enterprises and places a bulletin names whom no message reaches are called: without a note of the call it is not signed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.actor import Actor
from lms.compliance.bulletins import queries
from lms.compliance.bulletins.models import Bulletin, BulletinMention, BulletinPlace
from lms.core.errors import Conflict, Invalid
from lms.core.uow import UnitOfWork

CALLED_AT_ONCE = 100
Named = BulletinMention | BulletinPlace


class StillToCall(Conflict):
    code = "bulletin-still-to-call"
    sentence = _l("还有 %(n)s 家没有账号、通知不到。请打电话告知，在下面记一句结果，再签发。")


class NobodyToCall(Invalid):
    code = "bulletin-nobody-to-call"
    sentence = _l("请勾选打过电话的企业；收到通知的不用打。")


class NoteMissing(Invalid):
    code = "bulletin-call-note-missing"
    sentence = _l("请写一句：跟谁说的，对方怎么说")


def everybody(uow: UnitOfWork, bulletin: Bulletin) -> list[Named]:
    """Whom a bulletin names: enterprises, and the places that stand in its words."""
    return [*queries.mentions_of(uow, bulletin), *queries.places_named_in(uow, bulletin)]


def to_call(mentions: Sequence[Named]) -> list[Named]:
    """Those nobody could be told in the product, nor by a call that was noted; who is not named after all need not be."""
    return [one for one in mentions if one.told == 0 and one.called_at is None and one.struck is None]


def note_call(uow: UnitOfWork, mentions: Sequence[Named], enterprise_ids: Collection[UUID], text: str) -> int:
    """Keep that these were called and what came of it; how many. Raises NobodyToCall, NoteMissing."""
    actor: Actor = uow.actor
    wanted = set(enterprise_ids)
    called = [one for one in to_call(mentions) if one.key in wanted]
    if not called:
        raise NobodyToCall
    if not text.strip():
        raise NoteMissing
    for one in called:
        one.called_note, one.called_by, one.called_at = text, actor.name, uow.now
    uow.session.flush()
    return len(called)
