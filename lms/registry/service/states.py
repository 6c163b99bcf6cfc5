"""An enterprise stops, is closed, or opens again from a day on, with the reason and who said so."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select, update

from lms.access.actor import Actor
from lms.core.errors import Conflict, Invalid
from lms.core.uow import UnitOfWork
from lms.registry.events import EnterprisesChanged
from lms.registry.models import Enterprise, EnterpriseState, EnterpriseStateChange
from lms.registry.service.past import keep

BY_LIST = "按导入的企业底数"


class SameState(Invalid):
    code = "enterprise-same-state"
    sentence = _l("企业现在就是这个状态，没有要改的。")


class StateWaits(Conflict):
    code = "enterprise-state-waits"
    sentence = _l("已经定了 %(on)s 起改变状态，到那天生效；改主意了请先撤回。")


class NotWaiting(Conflict):
    code = "enterprise-state-applied"
    sentence = _l("这次变更已经生效或撤回，不能再撤回。要改回来请再登记一次。")


def change(uow: UnitOfWork, enterprise: Enterprise, state: EnterpriseState, on: date, reason: str) -> EnterpriseStateChange:
    """Suspend, close or open again. on: the day it was so, or will be; the figures follow from today, or from that day.

    What had been counted before stays as it was. Raises SameState, StateWaits. Says EnterprisesChanged once it holds.
    """
    # Two officers at once: the second waits here, then finds what the first one said.
    uow.session.refresh(enterprise, with_for_update={"key_share": True})
    if enterprise.state is state:
        raise SameState
    waiting = uow.session.scalar(_waiting().where(EnterpriseStateChange.enterprise_id == enterprise.id))
    if waiting:
        raise StateWaits(on=waiting.on)
    made = note(uow, enterprise.id, state, on, reason)
    if on <= uow.today:
        _apply(uow, [made])
    uow.session.flush()
    return made


def take_back(uow: UnitOfWork, made: EnterpriseStateChange) -> None:
    """What has not come into force yet never does; it stays on record. Raises NotWaiting."""
    uow.session.refresh(made, with_for_update=True)
    if made.applied_at is not None or made.withdrawn_at is not None:
        raise NotWaiting
    actor: Actor = uow.actor
    made.withdrawn_at, made.withdrawn_by = uow.now, actor.name
    uow.session.flush()


def note(uow: UnitOfWork, enterprise_id: UUID, state: EnterpriseState, on: date, reason: str) -> EnterpriseStateChange:
    """Keep that a state was decided; whoever calls brings it into force."""
    actor: Actor = uow.actor
    made = EnterpriseStateChange(
        enterprise_id=enterprise_id, state=state, on=on, reason=reason, changed_by=actor.name, changed_at=uow.now
    )
    uow.session.add(made)
    uow.session.flush()
    return made


def overtake(uow: UnitOfWork, enterprise_id: UUID, state: EnterpriseState, on: date, reason: str) -> None:
    """Keep that a state holds by a list or a date; whoever calls has set it. What waited for a day to come is withdrawn."""
    actor: Actor = uow.actor
    for waiting in uow.session.scalars(_waiting().where(EnterpriseStateChange.enterprise_id == enterprise_id).with_for_update()):
        waiting.withdrawn_at, waiting.withdrawn_by = uow.now, actor.name
    note(uow, enterprise_id, state, on, reason).applied_at = uow.now
    _goes_on(uow, enterprise_id, state)


def due(uow: UnitOfWork) -> list[EnterpriseStateChange]:
    """What was decided for a day that has come."""
    return list(uow.session.scalars(_waiting().where(EnterpriseStateChange.on <= uow.today).order_by(EnterpriseStateChange.id)))


def bring_in(uow: UnitOfWork) -> None:
    """Bring what is due into force, but for what is withdrawn at the same moment."""
    waiting = {one.enterprise_id for one in due(uow)}
    if not waiting:
        return
    # The enterprises first, as change() and an import do: then what waits is looked at again.
    uow.session.scalars(
        select(Enterprise.id).where(Enterprise.id.in_(waiting)).order_by(Enterprise.id).with_for_update(key_share=True)
    )
    found = _waiting().where(EnterpriseStateChange.on <= uow.today, EnterpriseStateChange.enterprise_id.in_(waiting))
    found = found.order_by(EnterpriseStateChange.id).with_for_update().execution_options(populate_existing=True)
    _apply(uow, list(uow.session.scalars(found)))


def _waiting() -> Select[EnterpriseStateChange]:
    return select(EnterpriseStateChange).where(
        EnterpriseStateChange.applied_at.is_(None), EnterpriseStateChange.withdrawn_at.is_(None)
    )


def _apply(uow: UnitOfWork, found: list[EnterpriseStateChange]) -> None:
    keep(uow, [one.enterprise_id for one in found])
    for one in found:
        uow.session.get_one(Enterprise, one.enterprise_id).state = one.state
        one.applied_at = uow.now
        _goes_on(uow, one.enterprise_id, one.state)
    uow.session.flush()
    if found:
        uow.say(EnterprisesChanged(tuple(dict.fromkeys(one.enterprise_id for one in found)), at=uow.now))


def _goes_on(uow: UnitOfWork, enterprise_id: UUID, state: EnterpriseState) -> None:
    """A project in business after its last day has none any more; else that day would close it again."""
    if state is EnterpriseState.ACTIVE:
        over = update(Enterprise).where(Enterprise.id == enterprise_id, Enterprise.ends_on < uow.today)
        uow.session.execute(over.values(ends_on=None))
