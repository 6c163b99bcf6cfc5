"""What a campaign cost the enterprises it asks, each of them by name, and what an enterprise was asked in a month."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select, true, union_all
from sqlalchemy.orm import aliased

from lms.access.models import Role
from lms.access.reach import reach
from lms.campaigns.events import Burden, Week
from lms.campaigns.models import Campaign, CampaignVersion, Duty
from lms.compliance.bulletins.models import Bulletin, BulletinMention
from lms.compliance.burden.models import Effort
from lms.compliance.burden.rules import ORDERS, Asked, Way
from lms.compliance.models import Chase, ChaseWay, Standing
from lms.compliance.rules import LECTURED
from lms.compliance.signals.models import LectureSignal, Said, SignalWord
from lms.compliance.signals.rules import SERIOUS
from lms.compliance.situation.rules import month_of
from lms.core import clock
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.hazards.models import Hazard, HazardStep
from lms.lectures.models import Lecture
from lms.registry.models import Enterprise, Jurisdiction
from lms.supervision.models import Observation

WEEKS = 6
_CALLED = func.coalesce(Jurisdiction.bureau_name, Jurisdiction.name)


class Cost(NamedTuple):
    """What an enterprise spent on a campaign, or all of them together: fields that were filled in, minutes of trainers and of
    heads at forms.
    """

    enterprise: Enterprise | None
    fields: int
    trainer_minutes: int
    head_minutes: int


class Month(NamedTuple):
    """What an enterprise was asked in a month, the latest first, and what it typed and spent on forms, minutes as in `Cost`."""

    things: list[Asked]
    fields: int
    minutes: int

    @property
    def bureaus(self) -> int:
        """How many asked."""
        return len({thing.bureau_id for thing in self.things})


def of_campaign(uow: UnitOfWork, campaign_id: UUID) -> Burden:
    """Everything since the launch, by role, and by week, so that a rise is seen: the last weeks one by one and all before them.
    Of the enterprises within reach, as the rates beside it. Five queries.
    """
    mine = and_(Effort.campaign_id == campaign_id, reach(uow, Effort))
    by_role = {role: (fields, minutes) for role, fields, minutes in uow.session.execute(
        select(Effort.role, _fields(), _minutes()).where(mine).group_by(Effort.role)
    )}  # fmt: skip
    firms = uow.session.scalar(select(func.count(Effort.enterprise_id.distinct())).where(mine)) or 0
    launched_at = uow.session.scalar(select(Campaign.launched_at).where(Campaign.id == campaign_id)) or uow.now
    last = _monday(uow.today)
    first = max(_monday(clock.local_date(launched_at)), last - timedelta(weeks=WEEKS - 1))
    mondays = [first + timedelta(weeks=at) for at in range((last - first).days // 7 + 2)]
    spans = [(None, first), *pairwise(mondays)]
    told = [of.filter(_within(*span)) for span in spans for of in (_fields(), _minutes())]
    sums = [number or 0 for number in uow.session.execute(select(*told).where(mine)).one()]
    weeks = [Week(*span, *of) for span, of in zip(spans, zip(sums[::2], sums[1::2], strict=True), strict=True)]
    listening = uow.session.scalar(
        select(func.coalesce(func.sum(Standing.minutes * Standing.attended), 0)).where(
            Standing.campaign_id == campaign_id, Standing.until_on.is_(None), Standing.state.in_(LECTURED), reach(uow, Standing)
        )
    )
    trainer, head = by_role.get(Role.TRAINER, (0, 0)), by_role.get(Role.HEAD, (0, 0))
    return Burden(
        firms=firms,
        fields=trainer[0] + head[0],
        trainer_minutes=trainer[1],
        head_minutes=head[1],
        listening_hours=round((listening or 0) / 60),
        weeks=tuple(week for week in weeks if week.since or week.fields or week.minutes),
    )


def firms_of(
    uow: UnitOfWork, campaign_id: UUID, since: date | None, until: date | None, number: int | None
) -> tuple[Page[Cost], Cost]:
    """The enterprises behind what a campaign cost from one day on, before another, those it cost most first; and their sum, which
    names none of them. number None: all of them. Raises TooLong.
    """
    mine = and_(Effort.campaign_id == campaign_id, reach(uow, Effort), _within(since, until))
    by_role = [func.coalesce(_minutes().filter(Effort.role == role), 0) for role in (Role.TRAINER, Role.HEAD)]
    firms, *sums = uow.session.execute(
        select(func.count(Effort.enterprise_id.distinct()), func.coalesce(_fields(), 0), *by_role).where(mine)
    ).one()
    wanted = (
        select(Enterprise, _fields(), *by_role)
        .join(Effort, Effort.enterprise_id == Enterprise.id)
        .where(mine)
        .group_by(Enterprise.id)
        .order_by(_minutes().desc(), _fields().desc(), Enterprise.name, Enterprise.id)
    )
    found = paged(
        firms, number, lambda limit, offset: [Cost(*row) for row in uow.session.execute(wanted.limit(limit).offset(offset))]
    )
    return found, Cost(None, *sums)


def of_enterprise(uow: UnitOfWork, enterprise_id: UUID, month: date | None = None) -> Month:
    """All that bureaus asked in the month of a day, None: of today. Two queries."""
    first, last = month_of(month or uow.today)
    since, end = clock.at(first), clock.end_of(last)
    asked = (*_by_campaign(enterprise_id), _replies(uow, enterprise_id), *_signals(enterprise_id))
    asked = (*asked, _observations(enterprise_id), _orders(enterprise_id))
    rows = uow.session.execute(union_all(*(wanted.where(at >= since, at < end) for wanted, at in asked)))
    things = [Asked(at, Way(way), *rest) for at, way, *rest in rows]
    fields, minutes = uow.session.execute(
        select(func.coalesce(_fields(), 0), func.coalesce(_minutes(), 0)).where(
            Effort.enterprise_id == enterprise_id, Effort.spent_at >= since, Effort.spent_at < end
        )
    ).one()
    return Month(sorted(things, key=lambda thing: (thing.at, thing.way, thing.about), reverse=True), fields, minutes)


def _asked(at: Any, way: Way, about: Any) -> tuple[Select[Any], Any]:
    """Things of a kind, without their tables and whose they are; and their instant, by which they are of a month."""
    return select(at, literal(way.value), about, Jurisdiction.id, _CALLED), at


def _by_campaign(enterprise_id: UUID) -> tuple[tuple[Select[Any], Any], ...]:
    """Duties that came, rules that were amended, messages that chased."""
    came, came_at = _asked(Duty.created_at, Way.DUTY, Campaign.title)
    came = (
        came.join_from(Duty, Campaign, Campaign.id == Duty.campaign_id)
        .join(Jurisdiction, Jurisdiction.id == Campaign.jurisdiction_id)
        .where(Duty.enterprise_id == enterprise_id)
    )
    amended, amended_at = _asked(CampaignVersion.set_at, Way.AMENDMENT, Campaign.title)
    amended = (
        amended.join_from(CampaignVersion, Campaign, Campaign.id == CampaignVersion.campaign_id)
        .join(Duty, Duty.campaign_id == Campaign.id)
        .join(Jurisdiction, Jurisdiction.id == Campaign.jurisdiction_id)
        .where(Duty.enterprise_id == enterprise_id, CampaignVersion.version > 1)
        .where(CampaignVersion.set_at >= Duty.created_at)  # what it was told of
    )
    chased, chased_at = _asked(Chase.chased_at, Way.CHASE, Campaign.title)
    chased = (
        chased.join_from(Chase, Campaign, Campaign.id == Chase.campaign_id)
        .join(Jurisdiction, Jurisdiction.id == func.coalesce(Chase.jurisdiction_id, Campaign.jurisdiction_id))
        .where(Chase.enterprise_id == enterprise_id, Chase.way == ChaseWay.MESSAGE)
    )
    return (came, came_at), (amended, amended_at), (chased, chased_at)


def _replies(uow: UnitOfWork, enterprise_id: UUID) -> tuple[Select[Any], Any]:
    """Bulletins that are to name it, once it was told or called; a later version that says the same did not ask again. Another
    bureau's only once it may read it: before, that a firm is to be named is between the two.
    """
    named = aliased(BulletinMention)  # reach looks among mentions of its own
    wanted, at = _asked(case((named.told > 0, named.told_at), else_=named.called_at), Way.REPLY, Campaign.title)
    return (
        wanted.join_from(named, Bulletin, Bulletin.id == named.bulletin_id)
        .join(Campaign, Campaign.id == Bulletin.campaign_id)
        .join(Jurisdiction, Jurisdiction.id == Bulletin.jurisdiction_id)
        .where(named.enterprise_id == enterprise_id, at >= Bulletin.sent_at, reach(uow, Bulletin))
    ), at


def _signals(enterprise_id: UUID) -> tuple[tuple[Select[Any], Any], ...]:
    """Signals it was told of, once while their facts moved a little, and those it was asked about again; by the bureau of the
    campaign, and of a lecture without one by the place that answers for the enterprise.
    """
    raised, raised_at = _asked(LectureSignal.raised_at, Way.SIGNAL, Lecture.title)
    of_line = LectureSignal.lecture_id, LectureSignal.code, LectureSignal.raised_at
    again, again_at = _asked(SignalWord.said_at, Way.SIGNAL, Lecture.title)
    raised = raised.join_from(LectureSignal, Lecture, Lecture.id == LectureSignal.lecture_id).where(
        LectureSignal.enterprise_id == enterprise_id, LectureSignal.level == SERIOUS
    )
    again = again.join_from(SignalWord, Lecture, Lecture.id == SignalWord.lecture_id).where(
        SignalWord.enterprise_id == enterprise_id, SignalWord.said == Said.KEPT_OPEN
    )
    raised, again = (
        wanted.join(Enterprise, Enterprise.id == Lecture.enterprise_id)
        .outerjoin(Campaign, Campaign.id == Lecture.campaign_id)
        .join(Jurisdiction, Jurisdiction.id == func.coalesce(Campaign.jurisdiction_id, Enterprise.jurisdiction_id))
        for wanted in (raised, again)
    )
    return (raised.group_by(*of_line, Lecture.title, Jurisdiction.id, _CALLED), raised_at), (again, again_at)


def _observations(enterprise_id: UUID) -> tuple[Select[Any], Any]:
    """Comments to answer, each once however often it was written anew; by the bureau its officer was of that day."""
    wanted, at = _asked(Observation.submitted_at, Way.OBSERVATION, Lecture.title)
    return (
        wanted.join_from(Observation, Lecture, Lecture.id == Observation.lecture_id)
        .join(Enterprise, Enterprise.id == Observation.enterprise_id)
        .join(Jurisdiction, Jurisdiction.id == func.coalesce(Observation.jurisdiction_id, Enterprise.jurisdiction_id))
        .where(Observation.enterprise_id == enterprise_id, Observation.replaces_id.is_(None))
    ), at


def _orders(enterprise_id: UUID) -> tuple[Select[Any], Any]:
    """Of major hazards: that one was found and is to be put right, and what a bureau decided that the enterprise has to do."""
    wanted, at = _asked(HazardStep.signed_at, Way.HAZARD, Hazard.clause_text)
    return (
        wanted.join_from(HazardStep, Hazard, Hazard.id == HazardStep.hazard_id)
        .join(Jurisdiction, Jurisdiction.id == Hazard.jurisdiction_id)
        .where(HazardStep.enterprise_id == enterprise_id, HazardStep.act.in_(ORDERS))
    ), at


def _fields() -> Any:
    return func.sum(Effort.fields)


def _minutes() -> Any:
    """Each form by itself, less than a minute as one: so that roles, weeks and enterprises come to the same."""
    return func.sum(case((Effort.seconds == 0, 0), (Effort.seconds < 60, 1), else_=(Effort.seconds + 30) // 60))


def _within(since: date | None, until: date | None) -> ColumnElement[bool]:
    return and_(Effort.spent_at >= clock.at(since) if since else true(), Effort.spent_at < clock.at(until) if until else true())


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
