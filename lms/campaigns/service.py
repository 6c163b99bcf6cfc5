"""Draft a campaign, change the draft, launch it, amend what was launched."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import aliased

from lms.access.actor import Actor
from lms.access.models import Role
from lms.campaigns import queries, rules
from lms.campaigns.events import CampaignLaunched, DutiesChanged
from lms.campaigns.models import Campaign, CampaignState, CampaignVersion, Duty
from lms.campaigns.rules import Plan
from lms.campaigns.words import FIELDS, lines_of_change
from lms.core.db import new_id
from lms.core.errors import Conflict, Invalid
from lms.core.uow import UnitOfWork
from lms.notices.queries import readers
from lms.notices.rules import quiet
from lms.notices.service import tell_firms
from lms.registry.models import Enterprise, Jurisdiction, charge_of

AMENDED = "campaign.amended"
AT_ONCE = 5_000  # parameters of one statement
HELD: dict[str, Any] = {"key_share": True, "of": Campaign}  # against changes; what refers to it can still be written


class AsksNobody(Invalid):
    code = "campaign-asks-nobody"
    sentence = _l("所选行业里没有在营企业，没有可以下达的对象。请先导入企业，或改选行业。")


class DeadlinePassed(Invalid):
    code = "campaign-deadline-passed"
    sentence = _l("截止日期 %(due)s 已经过去，企业一接到就是逾期。请先修改截止日期，再启动。")


class ChangedMeanwhile(Conflict):
    code = "campaign-changed-meanwhile"
    sentence = _l("您填写期间，%(name)s 已经改过这个专项活动。请对照下面的不同，再保存一次。")


class ChangedUnseen(Conflict):
    code = "campaign-changed-unseen"
    sentence = _l("%(name)s 刚刚改过这个草稿，还没有启动。请看过现在的内容，再启动。")


class Looser(Invalid):
    """A lower bureau may ask more than the one above it, never less."""

    code = "campaign-looser"
    sentence = _l("不能比上级的要求低：%(terms)s。请改到不低于上级要求。")


class IndustriesTakenOut(Invalid):
    code = "campaign-industries-taken-out"
    sentence = _l("已经下达的行业不能去掉：%(names)s。确实不需要做的企业，请批准免除。")


class ReasonMissing(Invalid):
    code = "campaign-reason-missing"
    sentence = _l("已经启动的专项活动，修改要写明原因，企业会看到。")


def draft(uow: UnitOfWork, jurisdiction: Jurisdiction, plan: Plan, above: Campaign | None = None) -> Campaign:
    """A campaign that asks nobody yet: it can be looked at and changed until it is launched.

    above: the launched campaign of a bureau above that it tightens. Raises Looser.
    """
    _check(plan, above)
    actor: Actor = uow.actor
    campaign = Campaign(
        jurisdiction_id=jurisdiction.id,
        above_id=above.id if above else None,
        state=CampaignState.DRAFT,
        created_by=actor.name,
        created_at=uow.now,
        **_values(plan),
    )
    uow.session.add(campaign)
    uow.session.flush()
    return campaign


def change(uow: UnitOfWork, campaign: Campaign, plan: Plan, revision: int, reason: str = "") -> None:
    """Change a draft, or amend a launched campaign: then the rules get a new version, and the enterprises are told.

    revision: the one that was looked at. Raises ChangedMeanwhile, Looser, ReasonMissing, IndustriesTakenOut.
    """
    _hold(uow, campaign)
    if campaign.revision != revision:
        raise ChangedMeanwhile(name=campaign.changed_by)
    _check(plan, campaign.above)
    if campaign.state is CampaignState.DRAFT:
        _write(uow, campaign, plan)
    else:
        _amend(uow, campaign, replace(plan, starts_on=campaign.starts_on), reason.strip())


def launch(uow: UnitOfWork, campaign: Campaign, revision: int | None = None) -> int:
    """Ask every enterprise in business that the campaign is for; returns how many it asks now.

    revision: the one that was looked at; None where nobody looked. Launching again changes nothing.
    Raises AsksNobody, DeadlinePassed, Looser, ChangedUnseen. Says CampaignLaunched, once.
    """
    _hold(uow, campaign)
    if campaign.state is CampaignState.DRAFT:
        if revision is not None and campaign.revision != revision:
            raise ChangedUnseen(name=campaign.changed_by)
        if campaign.due_on < uow.today:
            raise DeadlinePassed(due=campaign.due_on)
        _check(campaign.plan, campaign.above)
        wanted = queries.targets(campaign.jurisdiction, campaign.industries, uow.today)
        enterprise_ids = uow.session.scalars(select(Enterprise.id).where(wanted).order_by(Enterprise.id)).all()
        if not enterprise_ids:
            raise AsksNobody
        campaign.state, campaign.launched_at = CampaignState.LAUNCHED, uow.now
        campaign.revision += 1
        _keep_version(uow, campaign, "")
        uow.session.flush()
        common = {"campaign_id": campaign.id, "due_on": campaign.due_on, "created_at": uow.now}
        duties = [{"id": new_id(), "enterprise_id": enterprise_id, **common} for enterprise_id in enterprise_ids]
        uow.session.execute(insert(Duty), duties)
        uow.say(CampaignLaunched(campaign.id, at=uow.now))
    return queries.duty_counts(uow, [campaign.id]).get(campaign.id, 0)


def _hold(uow: UnitOfWork, campaign: Campaign) -> None:
    """Of two officers at once the second waits here, then finds all that the first one did; what it tightens stays as it is
    meanwhile. Of the campaigns alone: with them came their bureaus, and PostgreSQL locks nothing that need not be there.
    """
    if campaign.above:  # first: who changes that one has it before those below
        uow.session.refresh(campaign.above, with_for_update={"read": True, "of": Campaign})
    uow.session.refresh(campaign, with_for_update=HELD)


def ask_newcomers(uow: UnitOfWork, enterprise_ids: tuple[UUID, ...]) -> int:
    """Ask those of these enterprises that have come under a running campaign since its launch, each by its own date; how many.

    Where every listener ran, asking again asks nobody. Says DutiesChanged.
    """
    # Drafts as well: one that is being launched, or amended, at this moment is waited for, and one that will be waits for us.
    open_ones = select(Campaign).where(Campaign.due_on >= uow.today).order_by(Campaign.id).with_for_update(read=True, of=Campaign)
    found = uow.session.scalars(open_ones.execution_options(populate_existing=True)).all()
    return sum(_ask_more(uow, one, enterprise_ids) for one in found if one.state is CampaignState.LAUNCHED)


def carry(uow: UnitOfWork, enterprise_ids: tuple[UUID, ...]) -> None:
    """Mark what these enterprises are asked by a bureau that is not responsible for them any more, and unmark what is."""
    place, asking = aliased(Jurisdiction), aliased(Jurisdiction)
    for start in range(0, len(enterprise_ids), AT_ONCE):
        rows = uow.session.execute(
            select(Duty, charge_of(place), asking.path)
            .join(Enterprise, Enterprise.id == Duty.enterprise_id)
            .join(place, place.id == Enterprise.jurisdiction_id)
            .join(Campaign, Campaign.id == Duty.campaign_id)
            .join(asking, asking.id == Campaign.jurisdiction_id)
            .where(Duty.enterprise_id.in_(enterprise_ids[start : start + AT_ONCE]))
        )
        for duty, charge, path in rows:
            duty.carried = not charge.startswith(path)
    uow.session.flush()


def _ask_more(uow: UnitOfWork, campaign: Campaign, among: tuple[UUID, ...] | None = None) -> int:
    asked = select(Duty.enterprise_id).where(Duty.campaign_id == campaign.id)
    targets = queries.targets(campaign.jurisdiction, campaign.industries, uow.today)
    wanted = select(Enterprise.id).where(targets, Enterprise.id.not_in(asked))
    newcomers = uow.session.scalars(wanted.order_by(Enterprise.id)).all()
    if among is not None:
        known = set(among)
        newcomers = [enterprise_id for enterprise_id in newcomers if enterprise_id in known]
    if newcomers:
        due_on = rules.late_due(campaign.due_on, campaign.late_days, uow.today)
        common = {"campaign_id": campaign.id, "due_on": due_on, "created_at": uow.now}
        uow.session.execute(insert(Duty), [{"id": new_id(), "enterprise_id": one, **common} for one in newcomers])
        uow.say(DutiesChanged(campaign.id, tuple(newcomers), at=uow.now))
    return len(newcomers)


def _ask_again(uow: UnitOfWork, campaign: Campaign) -> None:
    """What had lapsed is due as a newcomer's would be; of an enterprise that is out of business again it waits until it opens."""
    due_on = rules.late_due(campaign.due_on, campaign.late_days, uow.today)
    lapsed = update(Duty).where(Duty.campaign_id == campaign.id, Duty.lapsed_on.is_not(None))
    uow.session.execute(lapsed.values(lapsed_on=None, due_on=due_on))
    uow.forget(Duty)


def _amend(uow: UnitOfWork, campaign: Campaign, plan: Plan, reason: str) -> None:
    """Dates that were granted to single enterprises, or given to those that came late, stay where they are later."""
    old = campaign.plan
    gone = [industry for industry in old.industries if industry not in plan.industries]
    if gone:
        raise IndustriesTakenOut(names="、".join(gone))
    if not rules.changes(old, plan):
        return
    if not reason:
        raise ReasonMissing
    campaign.version += 1
    _write(uow, campaign, plan)
    _keep_version(uow, campaign, reason)
    uow.session.flush()
    if plan.due_on != old.due_on:
        came_late = Duty.campaign_id == campaign.id, Duty.due_on == old.due_on, Duty.created_at > campaign.launched_at
        late = uow.session.scalars(select(Duty).where(*came_late)).all()
        uow.session.execute(
            update(Duty)
            .where(Duty.campaign_id == campaign.id, or_(Duty.due_on == old.due_on, Duty.due_on < plan.due_on))
            .values(due_on=plan.due_on)
        )
        uow.forget(Duty)
        for duty in late:
            duty.due_on = queries.due_after(campaign, duty, old.due_on, old.due_on, old.late_days)
        uow.session.flush()
    if plan.due_on >= uow.today:
        _ask_again(uow, campaign)
        _ask_more(uow, campaign)
    before, after = (queries.at_the_same_time(uow, one.starts_on, one.due_on) for one in (old, plan))
    uow.say(DutiesChanged(campaign.id, None, at=uow.now))
    # In these its lectures count from now on, or no longer: for the firms that both ask.
    for other, firms in queries.asked_by_both(uow, campaign.id, (before ^ after) - {campaign.id}):
        uow.say(DutiesChanged(other, firms, at=uow.now))
    _tell(uow, campaign, old, reason)
    lower = select(Campaign).where(Campaign.above_id == campaign.id).order_by(Campaign.id).with_for_update(**HELD)
    for below in uow.session.scalars(lower.execution_options(populate_existing=True)).all():
        _follow(uow, below, campaign)


def _follow(uow: UnitOfWork, below: Campaign, above: Campaign) -> None:
    """A campaign that tightens another one asks no less than what that asks now."""
    plan = rules.raised(below.plan, above.plan)
    if plan == below.plan:
        return
    if below.state is CampaignState.DRAFT:
        _write(uow, below, plan)
    else:
        _amend(uow, below, plan, f"随上级「{above.title}」第 {above.version} 版更改"[:200])


def _write(uow: UnitOfWork, campaign: Campaign, plan: Plan) -> None:
    actor: Actor = uow.actor
    for name, value in _values(plan).items():
        setattr(campaign, name, value)
    campaign.revision += 1
    campaign.changed_by, campaign.changed_at = actor.name, uow.now


def _keep_version(uow: UnitOfWork, campaign: Campaign, reason: str) -> None:
    actor: Actor = uow.actor
    uow.session.add(
        CampaignVersion(
            campaign_id=campaign.id, version=campaign.version, reason=reason, set_by=actor.name, set_at=uow.now,
            **_values(campaign.plan),
        )
    )  # fmt: skip


def _tell(uow: UnitOfWork, campaign: Campaign, old: Plan, reason: str) -> None:
    asked = uow.session.scalars(select(Duty.enterprise_id).where(Duty.campaign_id == campaign.id)).all()
    body = "；".join(lines_of_change(old, campaign.plan))
    tell_firms(
        uow, readers(uow, asked, Role.TRAINER, Role.HEAD), title=f"要求有更改：{campaign.title}", body=f"{body}。原因：{reason}",
        kind=AMENDED, urgent=not quiet(uow.now), about_id=campaign.id, link=f"/campaigns/{campaign.id}",
    )  # fmt: skip


def _check(plan: Plan, above: Campaign | None) -> None:
    found = rules.looser(plan, above.plan) if above else []
    if found:
        raise Looser(terms="、".join(str(FIELDS[name]) for name in found))


def _values(plan: Plan) -> dict[str, Any]:
    return asdict(plan) | {name: list(getattr(plan, name)) for name in ("industries", *rules.SEVERAL)}
