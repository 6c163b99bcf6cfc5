"""An enterprise goes to another district: asked by the one it leaves, taken by the one it comes to."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.reach import reach
from lms.core.errors import Conflict, Invalid
from lms.core.uow import UnitOfWork
from lms.notices.service import tell
from lms.registry.events import EnterprisesChanged
from lms.registry.models import Enterprise, EnterpriseTransfer, Jurisdiction, TransferState
from lms.registry.queries import trees
from lms.registry.service.jurisdictions import Ended
from lms.registry.service.past import keep

KIND = "enterprise.transfer"


class AlreadyThere(Invalid):
    code = "transfer-already-there"
    sentence = _l("企业现在就在「%(name)s」，请选别的辖区。")


class AlreadyUnderWay(Conflict):
    code = "transfer-under-way"
    sentence = _l("这家企业已经在转到「%(name)s」，等对方接收。")


class TransferDecided(Conflict):
    code = "transfer-decided"
    sentence = _l("这次转出已经有人答复过了，请刷新后看结果。")


def ask(uow: UnitOfWork, enterprise: Enterprise, to: Jurisdiction, reason: str) -> EnterpriseTransfer:
    """Hand an enterprise over to another jurisdiction; whoever supervises both needs nobody's leave.

    Raises AlreadyThere, AlreadyUnderWay, Ended.
    """
    _hold_open(uow, to)
    # Two officers at once: the second waits here, then finds what the first one asked.
    uow.session.refresh(enterprise, with_for_update={"key_share": True})
    if to.id == enterprise.jurisdiction_id:
        raise AlreadyThere(name=to.name)
    waiting = uow.session.scalar(
        select(EnterpriseTransfer).where(
            EnterpriseTransfer.enterprise_id == enterprise.id, EnterpriseTransfer.state == TransferState.OPEN
        )
    )
    if waiting:
        raise AlreadyUnderWay(name=waiting.to.name)
    actor: Actor = uow.actor
    asked = EnterpriseTransfer(
        enterprise_id=enterprise.id, from_id=enterprise.jurisdiction_id, to_id=to.id, reason=reason, asked_by=actor.name,
        asked_at=uow.now, state=TransferState.OPEN,
    )  # fmt: skip
    uow.session.add(asked)
    uow.session.flush()
    mine = select(Jurisdiction.id).where(Jurisdiction.id == to.id, reach(uow, Jurisdiction))
    if uow.session.scalar(mine) is not None:
        accept(uow, asked)
    else:
        tell(
            uow, None, (), user_ids=trees.officers_over(uow, to), title=f"有企业要转入{to.name}：{enterprise.name}"[:120],
            body=f"{actor.name}转出。理由：{reason}。请接收或退回。", kind=KIND, about_id=asked.id, link="/jurisdictions",
        )  # fmt: skip
    return asked


def accept(uow: UnitOfWork, asked: EnterpriseTransfer) -> None:
    """Take it over from today on, with its open duties. Whoever is in charge stays it where their account covers the new
    place as well; else nobody is yet, and the worklist of the new place names it. Raises Ended of a place that
    was merged into another meanwhile, TransferDecided. Says EnterprisesChanged.
    """
    _hold_open(uow, asked.to)
    _decide(uow, asked, TransferState.ACCEPTED, None)
    enterprise = uow.session.get_one(Enterprise, asked.enterprise_id)
    keep(uow, [enterprise.id])
    left, enterprise.jurisdiction_id = enterprise.jurisdiction, asked.to_id
    both = trees.in_charge_of(uow, left) & trees.in_charge_of(uow, asked.to)  # by account: another place has its own 李强
    if enterprise.officer_name not in {name for _account, name in both}:
        enterprise.officer_name = None
    uow.session.flush()
    uow.session.expire(enterprise, ["jurisdiction"])
    uow.say(EnterprisesChanged((enterprise.id,), at=uow.now))


def refuse(uow: UnitOfWork, asked: EnterpriseTransfer, answer: str) -> None:
    """It stays where it is. Raises TransferDecided."""
    _decide(uow, asked, TransferState.REFUSED, answer)


def _hold_open(uow: UnitOfWork, to: Jurisdiction) -> None:
    """No merger ends it before this is written: it waits here, or has been waited for. Raises Ended."""
    uow.session.refresh(to, with_for_update={"read": True})
    if to.ended_on is not None:
        raise Ended(name=to.name)


def _decide(uow: UnitOfWork, asked: EnterpriseTransfer, state: TransferState, answer: str | None) -> None:
    uow.session.refresh(asked, ["state"], with_for_update=True)
    if asked.state is not TransferState.OPEN:
        raise TransferDecided
    actor: Actor = uow.actor
    asked.state, asked.answer, asked.decided_by, asked.decided_at = state, answer, actor.name, uow.now
    uow.session.flush()
