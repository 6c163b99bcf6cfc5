"""Two people sign a bulletin under the same content; the second one publishes it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select

from lms.access.actor import Actor
from lms.access.service import hands_of
from lms.compliance.bulletins import calling, queries, service
from lms.compliance.bulletins.models import Bulletin, BulletinSignature, BulletinState
from lms.compliance.bulletins.rules import Frozen
from lms.core.clock import moment
from lms.core.errors import Conflict
from lms.core.jobs import enqueue
from lms.core.uow import UnitOfWork
from lms.notices.models import Notice
from lms.notices.queries import officers_of
from lms.notices.service import take_out, tell
from lms.registry.models import Jurisdiction, charge_of

SIGNERS = 2


class StillReplying(Conflict):
    code = "bulletin-still-replying"
    sentence = _l("还在征求被点名企业的意见，%(day)s 之后才能签发；都答复了可以提前。")


class SignedAlready(Conflict):
    code = "bulletin-signed-already"
    sentence = _l("您已经签过，还差另一位签发。")


class NeedsUser(Conflict):
    code = "bulletin-needs-user"
    sentence = _l("只有用账号登录的人可以签发。")


def sign(uow: UnitOfWork, bulletin: Bulletin, frozen: Frozen) -> bool:
    """Sign the bulletin as it stands; whether that was the second signature, which publishes it.

    Signatures under what was changed since do not count. Raises NotNow, StillReplying, StillToCall, SignedAlready, NeedsUser.
    """
    service.lock(uow, bulletin, BulletinState.REPLYING)
    actor: Actor = uow.actor
    if actor.user_id is None:
        raise NeedsUser
    mentions = calling.everybody(uow, bulletin)
    if waiting := calling.to_call(mentions):
        raise calling.StillToCall(n=len(waiting))
    if service.waits_for(uow, bulletin, mentions):
        raise StillReplying(day=service.waits_until(bulletin, mentions) or uow.today)
    content = queries.content_digest(queries.setting_of(uow, bulletin, frozen))
    signed = {f"user:{one.user_id}" for one in queries.signatures_of(uow, bulletin) if one.content_sha256 == content}
    if signed & hands_of(uow):
        raise SignedAlready
    uow.session.add(
        BulletinSignature(
            bulletin_id=bulletin.id, user_id=actor.user_id, name=actor.name, content_sha256=content, signed_at=uow.now
        )
    )
    bulletin.changed_at = uow.now
    if len(signed) + 1 < SIGNERS:
        uow.session.flush()
        take_out(uow, bulletin.id, (service.SIGNED,), actor.user_id)
        _ask_second(uow, bulletin)
        return False
    _publish(uow, bulletin)
    return True


def _ask_second(uow: UnitOfWork, bulletin: Bulletin) -> None:
    """Tell the other officers of the bureau and of the one above it that one signature is missing; once, until they sign.

    A signature that ceases to count asks for the same thing again: whom it was said to has it in the inbox.
    """
    places = [bulletin.jurisdiction_id, *([bulletin.jurisdiction.parent_id] if bulletin.jurisdiction.parent_id else [])]
    told = uow.session.scalars(select(Notice.user_id).where(Notice.about_id == bulletin.id, Notice.kind == service.SIGNED))
    hands = hands_of(uow)
    others = {one for one in officers_of(uow, *places) if f"user:{one}" not in hands} - set(told)
    tell(
        uow, None, (), user_ids=sorted(others), kind=service.SIGNED, about_id=bulletin.id,
        title=f"等您签发：{bulletin.issuer}通报"[:120],
        body=f"{bulletin.campaign.title}，{uow.actor.name}已签，还差一位。",
        link=f"/bulletins/{bulletin.id}",
    )  # fmt: skip


def _publish(uow: UnitOfWork, bulletin: Bulletin) -> None:
    before = queries.previous_of(uow, bulletin)
    if before:
        bulletin.year, bulletin.number = before.year, before.number
    else:
        # Of two bulletins of one bureau signed at once the second waits here and gets the next number.
        uow.session.get_one(Jurisdiction, bulletin.jurisdiction_id, with_for_update={"key_share": True})
        bulletin.year = uow.today.year
        last = select(func.max(Bulletin.number)).where(
            Bulletin.jurisdiction_id == bulletin.jurisdiction_id, Bulletin.year == bulletin.year
        )
        bulletin.number = (uow.session.scalar(last) or 0) + 1
    bulletin.state, bulletin.published_at = BulletinState.PUBLISHED, uow.now
    take_out(uow, bulletin.id, (service.SIGNED,))
    mentions = queries.mentions_of(uow, bulletin)
    for one in mentions:
        if one.struck and one.decided_at and one.decided_at < bulletin.created_at:
            one.final_at = uow.now  # left out of the version before already, and told then
    named = {one.enterprise_id for one in mentions}
    for one in queries.mentions_of(uow, before) if before else ():
        if one.enterprise_id in named:
            one.final_at = one.final_at or uow.now  # the version that holds tells it now
        elif not one.struck:
            one.final_at = None  # what it was told last is no longer so
    uow.session.flush()
    _send_round(uow, bulletin)
    uow.after_commit(lambda: enqueue("tell_named_firms"))
    uow.after_commit(lambda: enqueue("print_bulletins"))


def _send_round(uow: UnitOfWork, bulletin: Bulletin) -> None:
    """Send what is out to the officers of its area and of all places in it, but for whoever has just signed it."""
    area = bulletin.area
    there = or_(
        Jurisdiction.path.startswith(area.path, autoescape=True), charge_of(Jurisdiction).startswith(area.charge, autoescape=True)
    )
    officers = set(officers_of(uow, *uow.session.scalars(select(Jurisdiction.id).where(there))))
    corrected = f"第 {bulletin.version} 版，以这一版为准。更正说明：{bulletin.correction}" if bulletin.correction else ""
    head, issue = "更正" if corrected else "已发布", f"{bulletin.area.name} {bulletin.year} 年第 {bulletin.number} 期"
    tell(
        uow, None, (), user_ids=sorted(officers - {uow.actor.user_id}), kind=queries.SENT, about_id=bulletin.id,
        title=f"{head}：{bulletin.issuer}通报：{bulletin.campaign.title}"[:120],
        body=f"{issue}，数据截至 {moment(bulletin.as_of)}。{corrected}" if bulletin.as_of else issue,
        link=f"/bulletins/{bulletin.id}",
    )  # fmt: skip
