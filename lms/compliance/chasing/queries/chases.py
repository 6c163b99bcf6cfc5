"""What was done about an enterprise that is behind, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import joinedload

from lms.access.reach import may_at_all, reach
from lms.campaigns.models import Campaign
from lms.compliance.chasing import rules
from lms.compliance.chasing.queries.deferrals import asking
from lms.compliance.chasing.rules import Came, Outcome, Refusal, Step
from lms.compliance.models import Chase, ChaseEscalation, ChaseWay, Deferral, DeferralState, Standing, StandingState
from lms.compliance.queries import Marked
from lms.core.clock import end_of, local_date
from lms.core.uow import UnitOfWork
from lms.notices.models import ChannelKind, DeliveryState
from lms.notices.queries import Fate, fates_of, sent_on
from lms.notices.rules import quiet, wakes_at

ORDER = list(StandingState)  # from not started to completed


@dataclass(frozen=True, slots=True)
class Told:
    """A chase, what became of its message, in all and on each channel, and what came of it; fate None for a call or a visit.

    leaves_at: until when its message waits for the morning; None where it waits no more.
    """

    chase: Chase
    fate: Fate | None
    sent: dict[ChannelKind, dict[DeliveryState, int]]
    came: Came
    leaves_at: datetime | None


def history(uow: UnitOfWork, campaign_id: UUID, enterprise_ids: Collection[UUID]) -> dict[UUID, list[Told]]:
    """What was done about these enterprises, the latest first; enterprises that were never chased are left out. Five queries."""
    whose = Chase.enterprise_id.in_(enterprise_ids)
    rows = uow.session.scalars(
        select(Chase)
        .where(Chase.campaign_id == campaign_id, whose, reach(uow, Chase))
        .order_by(Chase.chased_at.desc(), Chase.id.desc())
    ).all()
    ids = [row.id for row in rows]
    fates, sent = fates_of(uow, ids), sent_on(uow, ids)
    chases: defaultdict[UUID, list[Chase]] = defaultdict(list)
    for row in rows:
        chases[row.enterprise_id].append(row)
    events = _events(uow, campaign_id, whose)
    found: dict[UUID, list[Told]] = {}
    for firm, those in chases.items():
        came = rules.came_of(uow.today, [local_date(row.chased_at) for row in reversed(those)], events.get(firm, ()))
        found[firm] = [
            Told(row, fates.get(row.id), sent.get(row.id, {}), what, _waits(row, uow.now))
            for row, what in zip(those, reversed(came), strict=True)
        ]
    return found


def _waits(chase: Chase, now: datetime) -> datetime | None:
    if chase.way is not ChaseWay.MESSAGE or chase.channel == rules.INBOX or not quiet(chase.chased_at):
        return None
    leaves_at = wakes_at(chase.chased_at)
    return leaves_at if leaves_at > now else None


class Last(NamedTuple):
    """How often an enterprise was chased, when and how the last time, and what came of that."""

    number: int
    at: datetime
    way: ChaseWay
    channel: str | None
    came: Came


def last_chases(uow: UnitOfWork, campaign_id: UUID, day: date) -> dict[UUID, Last]:
    """Of every enterprise within reach that was chased by the end of a day, as it was known then. Three queries, however many."""
    end = end_of(day)
    chased: defaultdict[UUID, list[datetime]] = defaultdict(list)
    ways: dict[UUID, tuple[ChaseWay, str | None]] = {}
    wanted = select(Chase.enterprise_id, Chase.chased_at, Chase.way, Chase.channel).where(
        Chase.campaign_id == campaign_id, Chase.chased_at < end, reach(uow, Chase)
    )
    for firm, at, way, channel in uow.session.execute(wanted.order_by(Chase.chased_at, Chase.id)):
        chased[firm].append(at)
        ways[firm] = way, channel
    events = _events(uow, campaign_id, true()) if chased else {}
    found = {}
    for firm, times in chased.items():
        then = [(on, what) for on, what in events.get(firm, ()) if on <= day]
        came = rules.came_of(day, [local_date(at) for at in times], then)[-1]
        found[firm] = Last(len(times), times[-1], *ways[firm], came)
    return found


def _events(uow: UnitOfWork, campaign_id: UUID, whose: ColumnElement[bool]) -> dict[UUID, list[tuple[date, Outcome]]]:
    """What enterprises that were chased did, by day: a standing that got better, and what they asked for. whose: their chases."""
    firms = select(Chase.enterprise_id).where(Chase.campaign_id == campaign_id, whose)
    events: defaultdict[UUID, list[tuple[date, Outcome]]] = defaultdict(list)
    known: dict[UUID, StandingState] = {}
    for firm, since_on, state in uow.session.execute(
        select(Standing.enterprise_id, Standing.since_on, Standing.state)
        .where(Standing.campaign_id == campaign_id, Standing.enterprise_id.in_(firms))
        .order_by(Standing.since_on)
    ):
        if ORDER.index(state) > ORDER.index(known.get(firm, StandingState.NOT_STARTED)):
            events[firm].append((since_on, Outcome(state)))
        known[firm] = state
    for firm, kind, asked_at in uow.session.execute(
        select(Deferral.enterprise_id, Deferral.kind, Deferral.asked_at).where(
            Deferral.campaign_id == campaign_id,
            Deferral.enterprise_id.in_(firms),
            Deferral.state != DeferralState.WITHDRAWN,
            Deferral.asked_by != "",
        )
    ):
        events[firm].append((local_date(asked_at), Outcome(kind)))
    return events


def steps(uow: UnitOfWork, campaign: Campaign, lines: Sequence[Standing], day: date, marked: Marked) -> dict[UUID, Step]:
    """The next step about each of some lines of a day, by its id; none where nothing is to be done, or the enterprise has come
    to another district. marked: what is so of them. One query, however many lines.
    """
    firms = [line.enterprise_id for line in lines]
    chases = day == uow.today and may_at_all(uow.actor, "campaign.chase")
    waiting = asking(uow, campaign.id, firms) if chases else set()
    found = {}
    for line in lines:
        why = not_now(line, day, line.enterprise_id in waiting)
        if line.id in marked.unanswered:
            found[line.id] = Step.SIGNALS
        elif chases and why is Refusal.ASKED:
            found[line.id] = Step.ASKED
        elif chases and why is None:
            found[line.id] = Step.CHASE
        elif line.lecture_id:
            found[line.id] = Step.LECTURE
    return {line_id: step for line_id, step in found.items() if line_id in marked.within}


def not_now(line: Standing, today: date, waits: bool) -> Refusal | None:
    """Why nobody waits for this enterprise. waits: whether it waits for an answer itself."""
    if line.state is StandingState.COMPLETED:
        return Refusal.DONE
    if line.is_stopped:
        return Refusal.LAPSED if line.has_lapsed(today) else Refusal.STOPPED
    if line.is_exempt(today):
        return Refusal.EXEMPT
    return Refusal.ASKED if waits else None


def refused(uow: UnitOfWork, campaign: Campaign, lines: Mapping[UUID, Standing], told: Container[UUID]) -> dict[UUID, Refusal]:
    """Which of these enterprises would not be chased now, each with why. told: those that somebody has an account of."""
    here, anywhere = _sent_lately(uow, campaign.id, lines)
    waiting = asking(uow, campaign.id, lines)
    found = {}
    for firm, line in lines.items():
        why = not_now(line, uow.today, firm in waiting) or rules.may_chase(uow.now, here[firm], anywhere[firm])
        if why or firm not in told:
            found[firm] = why or Refusal.NOBODY
    return found


def _sent_lately(
    uow: UnitOfWork, campaign_id: UUID, enterprise_ids: Collection[UUID]
) -> tuple[defaultdict[UUID, list[datetime]], defaultdict[UUID, list[datetime]]]:
    """When these enterprises were sent messages during the week: about this campaign, and about any."""
    here: defaultdict[UUID, list[datetime]] = defaultdict(list)
    anywhere: defaultdict[UUID, list[datetime]] = defaultdict(list)
    for firm, campaign, at in uow.session.execute(
        select(Chase.enterprise_id, Chase.campaign_id, Chase.chased_at).where(
            Chase.enterprise_id.in_(enterprise_ids), Chase.way == ChaseWay.MESSAGE, Chase.chased_at > uow.now - rules.WEEK
        )
    ):
        anywhere[firm].append(at)
        if campaign == campaign_id:
            here[firm].append(at)
    return here, anywhere


def escalations_of(uow: UnitOfWork, campaign_id: UUID, enterprise_id: UUID) -> list[ChaseEscalation]:
    """When an enterprise was named to the next level in a campaign, the latest first."""
    mine = (ChaseEscalation.campaign_id == campaign_id, ChaseEscalation.enterprise_id == enterprise_id)
    wanted = select(ChaseEscalation).where(*mine, reach(uow, ChaseEscalation)).options(joinedload(ChaseEscalation.to))
    return list(uow.session.scalars(wanted.order_by(ChaseEscalation.escalated_at.desc())))
