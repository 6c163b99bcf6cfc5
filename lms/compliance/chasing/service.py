"""Chase enterprises by a message to all of them at once, and write down a call or a visit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.models import Role
from lms.campaigns.models import Campaign
from lms.compliance.chasing import queries, rules
from lms.compliance.chasing.rules import Case, Refusal, Wording
from lms.compliance.models import Chase, ChaseWay, StandingState
from lms.core.db import new_id
from lms.core.errors import Invalid, NotFound
from lms.core.uow import UnitOfWork
from lms.notices.channels import ADDRESS_OF
from lms.notices.models import ChannelKind
from lms.notices.queries import reachable_on, readers
from lms.notices.rules import quiet
from lms.notices.service import tell
from lms.registry.models import Enterprise, Jurisdiction

KIND = "campaign.chase"


class NoSuchChannel(Invalid):
    code = "chase-no-such-channel"
    sentence = _l("没有“%(channel)s”这种渠道，请重新选。")


@dataclass(frozen=True, slots=True)
class Chased:
    """What came of it, by the names of enterprises. at_once: whether it left now and not with the next morning."""

    sent: tuple[str, ...]
    refused: dict[Refusal, tuple[str, ...]]
    at_once: bool


def chase(
    uow: UnitOfWork, campaign: Campaign, enterprise_ids: Collection[UUID], wording: Wording, more: str = "", channel: str = ""
) -> Chased:
    """Tell trainers and heads of these enterprises that the bureau waits for them; who may not be chased is named.

    channel: a ChannelKind that is tried first, rules.INBOX for the inbox alone, empty for the channels as each enterprise has
    ordered them. An enterprise that cannot be told on the chosen one is named and not chased. During the quiet hours it leaves in
    the morning. Raises NoSuchChannel, and NotFound when none of them is within reach.
    """
    if channel not in ("", rules.INBOX, *ADDRESS_OF):
        raise NoSuchChannel(channel=channel)
    # Of two officers pressing at once the second sees what the first one sent.
    firms = uow.session.scalars(
        select(Enterprise).where(Enterprise.id.in_(enterprise_ids)).order_by(Enterprise.id).with_for_update(key_share=True)
    ).all()
    lines = queries.lines_of(uow, campaign, enterprise_ids)
    firms = [firm for firm in firms if firm.id in lines]
    if not firms:
        raise NotFound
    staff = readers(uow, list(lines), Role.TRAINER, Role.HEAD)
    not_now = queries.refused(uow, campaign, lines, staff)
    by = ChannelKind(channel) if channel in ADDRESS_OF else None
    on_it = reachable_on(uow, channel, staff) if channel not in ("", rules.INBOX) else staff.keys()
    bureau = _bureau(uow, campaign)
    at_once = not quiet(uow.now)
    sent: list[str] = []
    refused: defaultdict[Refusal, list[str]] = defaultdict(list)
    for firm in firms:
        if why := not_now.get(firm.id):
            refused[why].append(firm.name)
            continue
        line, told = lines[firm.id], staff[firm.id]
        if firm.id not in on_it:
            refused[Refusal.CHANNEL].append(firm.name)
            continue
        case = Case(
            campaign=campaign.title, bureau=bureau, due_on=line.due_on, head_lectures=campaign.head_lectures,
            min_minutes=campaign.min_minutes, deputy_counts=campaign.deputy_counts,
            lectured=line.state is StandingState.LECTURED, note=line.note,
        )  # fmt: skip
        words = rules.words(case, wording, uow.today, more)
        chase_id = new_id()
        number = tell(
            uow, firm.id, told.person_ids, user_ids=told.user_ids, title=words.title, body=words.body, kind=KIND,
            urgent=at_once, about_id=chase_id, link=f"/campaigns/{campaign.id}/enterprises/{firm.id}", by=by,
            inbox_only=channel == rules.INBOX,
        )  # fmt: skip
        _write(uow, campaign, firm.id, ChaseWay.MESSAGE, words.body, chase_id, number, channel or None)
        sent.append(firm.name)
    if elsewhere := queries.gone_elsewhere(uow, campaign, enterprise_ids):
        refused[Refusal.ELSEWHERE] = elsewhere
    uow.session.flush()
    return Chased(tuple(sent), {why: tuple(names) for why, names in refused.items()}, at_once)


def write_down(uow: UnitOfWork, campaign: Campaign, enterprise_id: UUID, way: ChaseWay, text: str) -> None:
    """Keep what came of a call or a visit."""
    _write(uow, campaign, enterprise_id, way, text, new_id(), 0)
    uow.session.flush()


def _write(
    uow: UnitOfWork, campaign: Campaign, enterprise_id: UUID, way: ChaseWay, text: str, chase_id: UUID, told: int,
    channel: str | None = None,
) -> None:  # fmt: skip
    actor: Actor = uow.actor
    uow.session.add(
        Chase(
            id=chase_id, enterprise_id=enterprise_id, campaign_id=campaign.id, way=way, text=text, told=told,
            channel=channel, jurisdiction_id=_speaks_for(uow), chased_by=actor.name, chased_at=uow.now,
        )
    )  # fmt: skip


def _bureau(uow: UnitOfWork, campaign: Campaign) -> str:
    """The bureau the officer speaks for."""
    return uow.session.get_one(Jurisdiction, _speaks_for(uow) or campaign.jurisdiction_id).bureau


def _speaks_for(uow: UnitOfWork) -> UUID | None:
    actor: Actor = uow.actor
    held = actor.held_as(Role.OFFICER)
    return held.jurisdiction_id if held else None
