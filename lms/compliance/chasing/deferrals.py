"""An enterprise asks for another date or to be exempt; the bureau that asks it says yes, with an end, or no. It may also grant
either of its own accord.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import Role
from lms.campaigns.models import Campaign, Duty
from lms.campaigns.queries import deadline_at, due_after
from lms.compliance import service as standings
from lms.compliance.chasing import queries, rules
from lms.compliance.chasing.rules import DeferralFault
from lms.compliance.models import Deferral, DeferralKind, DeferralState, Standing, StandingState
from lms.core.errors import Conflict, Invalid
from lms.core.uow import UnitOfWork
from lms.notices.rules import quiet
from lms.notices.service import tell, tell_staff
from lms.registry.queries.trees import first_with_officers

KIND = "campaign.deferral"
WHAT = {DeferralKind.EXTENSION: "改期", DeferralKind.EXEMPTION: "免除"}


class AskedAlready(Conflict):
    code = "deferral-asked-already"
    sentence = _l("已经有一个申请在等答复，答复之后才能再申请。")


class AnswerFirst(Conflict):
    code = "deferral-answer-first"
    sentence = _l("企业已经申请了，正等您答复，请在那里答复。")


class NothingToDefer(Conflict):
    code = "nothing-to-defer"
    sentence = _l("这个专项活动已经完成，不用再申请。")


class DecidedAlready(Conflict):
    code = "deferral-decided-already"
    sentence = _l("这个申请已经答复过了，请刷新后看结果。")


class NothingToWithdraw(Conflict):
    code = "deferral-nothing-to-withdraw"
    sentence = _l("这个申请现在没有在生效的同意，不用撤回。")


class WrongDay(Invalid):
    code = "deferral-wrong-day"


SENTENCES = {
    DeferralFault.PAST: _l("日期要在今天之后"),
    DeferralFault.NO_LATER: _l("改期要晚于现在的截止日期。那天以前讲的不用改期，直接安排讲课就行"),
}


def ask(uow: UnitOfWork, campaign: Campaign, line: Standing, kind: DeferralKind, until_on: date, reason: str) -> Deferral:
    """Ask who answers for it; its officers are told, or those of the first bureau above that has any. Raises WrongDay,
    AskedAlready, NothingToDefer.
    """
    _hold(uow, line)
    _check(uow, kind, until_on, line.due_on)
    if queries.asking(uow, campaign.id, [line.enterprise_id]):
        raise AskedAlready
    actor: Actor = uow.actor
    asked = Deferral(
        enterprise_id=line.enterprise_id, campaign_id=campaign.id, kind=kind, until_on=until_on, reason=reason,
        due_before=line.due_on, state=DeferralState.OPEN, asked_by=actor.name, asked_at=uow.now,
    )  # fmt: skip
    uow.session.add(asked)
    uow.session.flush()
    _bureau, officers = first_with_officers(uow, queries.answers_for(uow, campaign, line.enterprise_id))
    tell(
        uow, None, (), user_ids=officers, title=f"{line.enterprise.name}申请{WHAT[kind]}：{campaign.title}",
        body=f"到 {until_on}。理由：{reason}", **_about(asked),
    )  # fmt: skip
    return asked


def grant(uow: UnitOfWork, asked: Deferral, until_on: date, answer: str = "") -> None:
    """Say yes until a day: the due date moves, or the enterprise is not counted until then. Raises WrongDay, DecidedAlready."""
    duty = _open(uow, asked)
    _check(uow, asked.kind, until_on, duty.due_on)
    _decide(uow, asked, DeferralState.GRANTED, answer)
    _allow(uow, asked, duty, until_on)
    _tell_firm(uow, asked, f"同意{WHAT[asked.kind]}到 {until_on}", answer)


def give(uow: UnitOfWork, campaign: Campaign, line: Standing, kind: DeferralKind, until_on: date, reason: str) -> Deferral:
    """What grant() does for an enterprise that did not ask, with the officer's reason: it may have no account. Raises WrongDay,
    AnswerFirst, NothingToDefer.
    """
    _hold(uow, line)
    if queries.asking(uow, campaign.id, [line.enterprise_id]):
        raise AnswerFirst
    given = Deferral(
        enterprise_id=line.enterprise_id, campaign_id=campaign.id, kind=kind, until_on=until_on, reason=reason, asked_by="",
        asked_at=uow.now,
    )  # fmt: skip
    duty = _duty(uow, given)
    _check(uow, kind, until_on, duty.due_on)
    given.due_before = duty.due_on
    _decide(uow, given, DeferralState.GRANTED, "")
    uow.session.add(given)
    _allow(uow, given, duty, until_on)
    _tell_firm(uow, given, f"{WHAT[kind]}到 {until_on}", f"{given.decided_by}批准{WHAT[kind]}到 {until_on}。理由：{reason}")
    return given


def _hold(uow: UnitOfWork, line: Standing) -> None:
    """Of two who ask or give at once the second waits here, then finds what the first one did. Raises NothingToDefer."""
    uow.session.refresh(line, ["state", "due_on"], with_for_update=True)
    if line.state is StandingState.COMPLETED:
        raise NothingToDefer


def refuse(uow: UnitOfWork, asked: Deferral, answer: str) -> None:
    """Say no, with the reason. Raises DecidedAlready."""
    _open(uow, asked)
    _decide(uow, asked, DeferralState.REFUSED, answer)
    uow.session.flush()
    _tell_firm(uow, asked, f"没有同意{WHAT[asked.kind]}", answer)


def withdraw(uow: UnitOfWork, granted: Deferral, reason: str) -> Deferral:
    """What was granted by mistake ends today, with the reason: the enterprise is counted again, or its date is the one it had.
    Returns the line that says so.

    Days that have passed stay as they were. Raises NothingToWithdraw.
    """
    duty = _duty(uow, granted)
    known = queries.deferrals_of(uow, granted.campaign_id, granted.enterprise_id)
    if granted not in queries.in_force(known, duty.due_on, uow.today):
        raise NothingToWithdraw
    actor: Actor = uow.actor
    withdrawn = Deferral(
        enterprise_id=granted.enterprise_id, campaign_id=granted.campaign_id, kind=granted.kind, reason=reason,
        until_on=granted.granted_until, due_before=duty.due_on, state=DeferralState.WITHDRAWN, asked_by=actor.name,
        asked_at=uow.now, decided_by=actor.name, decided_at=uow.now,
    )  # fmt: skip
    uow.session.add(withdrawn)
    if granted.kind is DeferralKind.EXTENSION:
        campaign = uow.session.get_one(Campaign, granted.campaign_id)
        then = deadline_at(uow, campaign, granted.asked_at)
        duty.due_on = due_after(campaign, duty, granted.due_before, then, campaign.late_days)
    standings.settle(uow, granted.campaign_id, [granted.enterprise_id])
    _tell_firm(uow, withdrawn, f"撤回了对{WHAT[granted.kind]}的同意", f"现在的截止日期是 {duty.due_on}。原因：{reason}")
    return withdrawn


def _open(uow: UnitOfWork, asked: Deferral) -> Duty:
    """The duty a request is about. Two officers at once: the second finds it decided."""
    uow.session.refresh(asked, ["state"], with_for_update=True)
    if asked.state is not DeferralState.OPEN:
        raise DecidedAlready
    return _duty(uow, asked)


def _duty(uow: UnitOfWork, asked: Deferral) -> Duty:
    """Held from here on: of two officers at once the second finds what the first one did."""
    wanted = select(Duty).where(Duty.enterprise_id == asked.enterprise_id, Duty.campaign_id == asked.campaign_id)
    held = wanted.with_for_update(key_share=True).execution_options(populate_existing=True)
    return uow.session.scalars(held).one()


def _allow(uow: UnitOfWork, granted: Deferral, duty: Duty, until_on: date) -> None:
    """The date moves, or the enterprise is not counted until then."""
    granted.granted_until = until_on
    if granted.kind is DeferralKind.EXTENSION:
        duty.due_on = until_on
    uow.session.flush()
    standings.settle(uow, granted.campaign_id, [granted.enterprise_id])


def _check(uow: UnitOfWork, kind: DeferralKind, until_on: date, due_on: date) -> None:
    fault = rules.deferral_fault(kind, until_on, uow.today, due_on)
    if fault:
        raise WrongDay(SENTENCES[fault])


def _decide(uow: UnitOfWork, asked: Deferral, state: DeferralState, answer: str) -> None:
    actor: Actor = uow.actor
    asked.state, asked.answer, asked.decided_by, asked.decided_at = state, answer or None, actor.name, uow.now


def _tell_firm(uow: UnitOfWork, asked: Deferral, said: str, answer: str) -> None:
    campaign = uow.session.get_one(Campaign, asked.campaign_id)
    tell_staff(
        uow, asked.enterprise_id, Role.TRAINER, Role.HEAD, title=f"{said}：{campaign.title}", body=answer or f"{said}。",
        urgent=not quiet(uow.now), **_about(asked),
    )  # fmt: skip


def _about(asked: Deferral) -> dict[str, Any]:
    link = f"/campaigns/{asked.campaign_id}/enterprises/{asked.enterprise_id}"
    return {"kind": KIND, "about_id": asked.id, "link": link}
