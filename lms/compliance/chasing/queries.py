"""What was done about an enterprise that is behind, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import joinedload

from lms.access.reach import find, may_at_all, reach
from lms.campaigns.models import Campaign, Duty
from lms.compliance.chasing import rules
from lms.compliance.chasing.rules import Came, Outcome, Refusal, Step
from lms.compliance.models import Chase, ChaseEscalation, ChaseWay, Deferral, DeferralKind, DeferralState, Standing, StandingState
from lms.compliance.queries import Marked
from lms.core.clock import end_of, local_date
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.notices.models import ChannelKind, DeliveryState
from lms.notices.queries import Fate, fates_of, sent_on
from lms.notices.rules import quiet, wakes_at
from lms.registry.models import Enterprise, Jurisdiction

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


def lines_of(uow: UnitOfWork, campaign: Campaign, enterprise_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """How those of these enterprises that are within reach themselves stand in a campaign today: what is acted on.

    What an enterprise did before it came to another district stays to be read in the old one, which acts on it no more.
    """
    rows = uow.session.scalars(_today(uow, campaign, enterprise_ids).where(_reached(uow)))
    return {line.enterprise_id: line for line in rows}


def gone_elsewhere(uow: UnitOfWork, campaign: Campaign, enterprise_ids: Collection[UUID]) -> list[str]:
    """Those of these enterprises, by name, that are read and no more acted on."""
    rows = uow.session.scalars(_today(uow, campaign, enterprise_ids).where(~_reached(uow)))
    return sorted(line.enterprise.name for line in rows)


def firms_elsewhere(uow: UnitOfWork, lines: ColumnElement[bool]) -> set[UUID]:
    """Enterprises of some lines that are within reach no more: of their chases only one's own are known."""
    return set(uow.session.scalars(select(Standing.enterprise_id).where(lines, ~_reached(uow))))


def line_of(uow: UnitOfWork, campaign: Campaign, enterprise_id: UUID) -> Standing:
    """The same of one enterprise. Raises NotFound."""
    found = lines_of(uow, campaign, [enterprise_id]).get(enterprise_id)
    if found is None:
        raise NotFound
    return found


def line_read(uow: UnitOfWork, campaign: Campaign, enterprise_id: UUID) -> tuple[Standing, bool]:
    """How an enterprise stands in a campaign today, as far as that is to be read, and whether it is acted on. Raises NotFound."""
    found = uow.session.execute(_today(uow, campaign, [enterprise_id]).add_columns(_reached(uow))).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def _today(uow: UnitOfWork, campaign: Campaign, enterprise_ids: Collection[UUID]) -> Select[Standing]:
    mine = (Standing.campaign_id == campaign.id, Standing.enterprise_id.in_(enterprise_ids), Standing.until_on.is_(None))
    return select(Standing).where(*mine, reach(uow, Standing)).options(joinedload(Standing.enterprise))


def _reached(uow: UnitOfWork) -> ColumnElement[bool]:
    """Whether the enterprise of a line is within reach, wherever it was when the line began."""
    return Standing.enterprise_id.in_(select(Enterprise.id).where(reach(uow, Enterprise)))


def lines_until(uow: UnitOfWork, campaign: Campaign, enterprise_id: UUID, day: date) -> tuple[list[Standing], bool]:
    """How an enterprise stood on a day and before, the latest first, and whether it is acted on today. Raises NotFound where it
    was not asked yet.
    """
    whose = (Standing.campaign_id == campaign.id, Standing.enterprise_id == enterprise_id, Standing.since_on <= day)
    wanted = select(Standing, _reached(uow)).where(*whose, reach(uow, Standing)).options(joinedload(Standing.enterprise))
    found = uow.session.execute(wanted.order_by(Standing.since_on.desc())).all()
    if not found:
        raise NotFound
    return [line for line, _reach in found], found[0][1]


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


def asking(uow: UnitOfWork, campaign_id: UUID, enterprise_ids: Collection[UUID]) -> set[UUID]:
    """Those of these enterprises that wait for the answer to a request."""
    mine = (Deferral.campaign_id == campaign_id, Deferral.enterprise_id.in_(enterprise_ids))
    return set(uow.session.scalars(select(Deferral.enterprise_id).where(*mine, Deferral.state == DeferralState.OPEN)))


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


def deferrals_of(uow: UnitOfWork, campaign_id: UUID, enterprise_id: UUID) -> list[Deferral]:
    """What an enterprise asked for in a campaign, the latest first."""
    wanted = select(Deferral).where(Deferral.campaign_id == campaign_id, Deferral.enterprise_id == enterprise_id)
    return list(uow.session.scalars(wanted.where(reach(uow, Deferral)).order_by(Deferral.asked_at.desc(), Deferral.id.desc())))


def in_force(known: Sequence[Deferral], due_on: date, today: date) -> list[Deferral]:
    """Of all that an enterprise asked for in a campaign that by which it is exempt, or has another date: of each kind what was
    granted, unless something was decided after it. due_on: its date.
    """
    decided = [row for row in known if row.state in (DeferralState.GRANTED, DeferralState.WITHDRAWN)]
    last = {row.kind: row for row in sorted(decided, key=lambda row: (row.decided_at or row.asked_at, row.id))}
    return [
        row
        for row in last.values()
        if row.state is DeferralState.GRANTED
        and row.granted_until
        and row.granted_until >= today
        and (row.kind is DeferralKind.EXEMPTION or row.granted_until == due_on)
    ]


def escalations_of(uow: UnitOfWork, campaign_id: UUID, enterprise_id: UUID) -> list[ChaseEscalation]:
    """When an enterprise was named to the next level in a campaign, the latest first."""
    mine = (ChaseEscalation.campaign_id == campaign_id, ChaseEscalation.enterprise_id == enterprise_id)
    wanted = select(ChaseEscalation).where(*mine, reach(uow, ChaseEscalation)).options(joinedload(ChaseEscalation.to))
    return list(uow.session.scalars(wanted.order_by(ChaseEscalation.escalated_at.desc())))


def answers_for(uow: UnitOfWork, campaign: Campaign, enterprise_id: UUID) -> Jurisdiction:
    """Who answers what an enterprise asks for in a campaign: the bureau that asks, and of a duty that was carried the one of the
    same level that the enterprise has come to.
    """
    asking, wanted = campaign.jurisdiction, select(Duty.carried)
    if not uow.session.scalar(wanted.where(Duty.campaign_id == campaign.id, Duty.enterprise_id == enterprise_id)):
        return asking
    line = uow.session.get_one(Enterprise, enterprise_id).jurisdiction.charge.strip("/").split("/")
    level = asking.path.strip("/").count("/")
    return uow.session.scalars(select(Jurisdiction).where(Jurisdiction.code == line[: level + 1][-1])).one()


def loosens(uow: UnitOfWork, campaign: Campaign, enterprise_id: UUID) -> bool:
    """Whether the actor may loosen what a campaign asks of an enterprise: who answers for it may, and those above."""
    bureau = answers_for(uow, campaign, enterprise_id)
    return uow.session.scalar(select(Jurisdiction.id).where(Jurisdiction.id == bureau.id, reach(uow, Jurisdiction))) is not None


def line_to_loosen(uow: UnitOfWork, campaign: Campaign, enterprise_id: UUID) -> Standing:
    """How an enterprise stands in a campaign today, where the actor may loosen what that asks of it. Raises NotFound."""
    found = line_of(uow, campaign, enterprise_id)
    if not loosens(uow, campaign, enterprise_id):
        raise NotFound
    return found


def to_decide(uow: UnitOfWork, deferral_id: UUID) -> tuple[Deferral, Campaign]:
    """What an enterprise asked for, and in which campaign, where the actor may decide it. Raises NotFound."""
    asked = find(uow, Deferral, deferral_id)
    campaign = find(uow, Campaign, asked.campaign_id)
    if not loosens(uow, campaign, asked.enterprise_id):
        raise NotFound
    return asked, campaign
