"""What compliance hears: each fact that may change how an enterprise stands, and what lower floors ask."""

from __future__ import annotations

from uuid import UUID

from lms.campaigns.events import (
    Burden,
    BurdenAsked,
    CampaignLaunched,
    CoverageAsked,
    DutiesChanged,
    NobodyAsked,
    StandingsAsked,
    StandingTold,
    UnfinishedAsked,
)
from lms.campaigns.models import Campaign
from lms.compliance import queries, service
from lms.compliance.burden.queries import of_campaign
from lms.core.uow import UnitOfWork, answers, hears
from lms.credentials.events import CompletionsDecided
from lms.lectures.events import (
    EvidenceChanged,
    FollowUpsAsked,
    LectureCancelled,
    LectureClosed,
    LectureOpened,
    LectureScheduled,
    LectureVoided,
    OfALecture,
)
from lms.registry.events import EnterprisesChanged


@hears(CampaignLaunched)
def make_standings(uow: UnitOfWork, event: CampaignLaunched) -> None:
    service.settle(uow, event.campaign_id)


@hears(DutiesChanged)
def duties_changed(uow: UnitOfWork, event: DutiesChanged) -> None:
    service.settle(uow, event.campaign_id, event.enterprise_ids)


@hears(EnterprisesChanged)
def enterprises_changed(uow: UnitOfWork, event: EnterprisesChanged) -> None:
    """From today on they stand under the street, industry and officer they have now; past days keep theirs.

    Those that are in business again have new dates, see reopen().
    """
    service.reopen(uow, event.enterprise_ids)
    for campaign_id, enterprise_ids in queries.open_lines(uow, event.enterprise_ids).items():
        service.settle(uow, campaign_id, enterprise_ids)


@hears(
    LectureScheduled,
    LectureOpened,
    LectureClosed,
    LectureCancelled,
    LectureVoided,
    EvidenceChanged,
    FollowUpsAsked,
    CompletionsDecided,
)
def lecture_changed(uow: UnitOfWork, event: OfALecture) -> None:
    """In the campaign a lecture is for, and in the others that ask the enterprise at the same time; so for what it passes on."""
    for one in sorted(queries.touched_by(uow, event.lecture_id, event.enterprise_id)):
        service.settle(uow, one, [event.enterprise_id])


@answers(StandingsAsked)
def tell_standings(uow: UnitOfWork, question: StandingsAsked) -> dict[UUID, StandingTold]:
    return queries.standings_told(uow, question.enterprise_id, question.campaign_ids)


@answers(UnfinishedAsked)
def tell_unfinished(uow: UnitOfWork, question: UnfinishedAsked) -> set[UUID]:
    return queries.unfinished(uow, question.enterprise_id)


@answers(BurdenAsked)
def tell_burden(uow: UnitOfWork, question: BurdenAsked) -> Burden:
    return of_campaign(uow, question.campaign_id)


@answers(NobodyAsked)
def tell_nobody(uow: UnitOfWork, question: NobodyAsked) -> int:
    """As long as the list of it is."""
    campaign = uow.session.get_one(Campaign, question.campaign_id)
    return queries.number_of(uow, queries.scope_for(uow, campaign, uow.today), "no_officer")


@answers(CoverageAsked)
def tell_coverage(uow: UnitOfWork, question: CoverageAsked) -> dict[UUID, tuple[int, int]]:
    return queries.coverage(uow, question.campaign_ids)
