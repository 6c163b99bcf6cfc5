"""What standings are worked out from: lectures, who was there, who passed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import force_locale
from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select

from lms.attendance.models import Presence, PresenceStatus
from lms.campaigns.models import Campaign, CampaignVersion, Duty, Terms
from lms.campaigns.queries import at_the_same_time
from lms.campaigns.words import SOURCE, evidence_names, theme_names
from lms.compliance.models import Standing, StandingState
from lms.compliance.queries.evidence import shown_by
from lms.compliance.rules import Facts, Rule, Version
from lms.core.clock import local_date
from lms.core.uow import UnitOfWork
from lms.credentials.models import Completion
from lms.lectures.models import HELD, Attendee, Lecture, LecturerMark, LectureState, Sitting
from lms.lectures.rules.cascade import DEEPEST
from lms.registry.models import Jurisdiction
from lms.registry.rules.places import VILLAGE

CAME = (PresenceStatus.PRESENT, PresenceStatus.LATE, PresenceStatus.LEFT_EARLY)
LIVE = (LectureState.NOTIFIED, LectureState.OPEN, *HELD)


def versions_of(uow: UnitOfWork, campaign: Campaign) -> list[Version]:
    """The rules of a launched campaign, the first ones first."""
    rows = uow.session.scalars(
        select(CampaignVersion).where(CampaignVersion.campaign_id == campaign.id).order_by(CampaignVersion.version)
    )
    with force_locale(SOURCE):  # names of what is missing are kept in the note
        return [Version(row.version, local_date(row.set_at), _rule(row)) for row in rows]


def _rule(asked: Terms) -> Rule:
    return Rule(
        asked.head_lectures, asked.min_minutes, asked.min_attendance, asked.pass_mark, asked.deputy_counts,
        _named(asked.themes, theme_names), _named(asked.evidence, evidence_names), asked.cascade,
    )  # fmt: skip


def _named(codes: list[str], names: Callable[[list[str]], list[str]]) -> dict[str, str]:
    return dict(zip(codes, names(codes), strict=True))


def beside(uow: UnitOfWork, campaign: Campaign) -> list[UUID]:
    """The launched campaigns that ask at the same time as this one, itself among them."""
    return sorted(at_the_same_time(uow, campaign.starts_on, campaign.due_on))


def facts_of(
    uow: UnitOfWork, campaign: Campaign, enterprise_ids: Collection[UUID] | None = None
) -> defaultdict[UUID, list[Facts]]:
    """The lectures for a campaign by enterprise; of some enterprises, or (None) of all. Seven queries, however many, and four
    where themes, evidence or passing on are asked for.

    A lecture for another campaign that asks at the same time is one of them when its day is not before this one begins.

    A lecture given in several sittings is as long as the longest of them. A person counts as having come by the decision
    on their completion, and by their presence until that is taken; who missed it and came to the make-up counts as well.
    """
    wanted: list[ColumnElement[bool]] = [Lecture.campaign_id.in_(beside(uow, campaign)), Lecture.state.in_(LIVE)]
    if enterprise_ids is not None:
        wanted.append(Lecture.enterprise_id.in_(enterprise_ids))
    begins, spans = _times(uow, wanted)
    pass_marks = select(CampaignVersion.pass_mark).where(CampaignVersion.campaign_id == campaign.id).distinct()
    marks = uow.session.scalars(pass_marks).all()
    people, deputies = _people(uow, wanted, marks), _deputies(uow, wanted)
    content_of = shown_by(uow, campaign, wanted)
    facts: defaultdict[UUID, list[Facts]] = defaultdict(list)
    told = (Lecture.enterprise_id, Lecture.state, Lecture.lecturer_is_head, Lecture.campaign_id, Lecture.quiz_plan)
    for lecture_id, enterprise_id, state, is_head, campaign_id, quiz in uow.session.execute(
        select(Lecture.id, *told).where(*wanted, Lecture.makes_up_for_id.is_(None)).order_by(Lecture.id)
    ):
        held = state in HELD
        of_lecture = spans[lecture_id]
        own = campaign_id == campaign.id
        if not own and (lecture_id not in begins or local_date(begins[lecture_id]) < campaign.starts_on):
            continue
        expected, attended, examined, passed, completed, *by_mark = people.get(lecture_id, [0] * (5 + 2 * len(marks)))
        facts[enterprise_id].append(
            Facts(
                lecture_id=lecture_id,
                held=held,
                own=own,
                lecturer_is_head=is_head,
                deputy_reason=deputies.get(lecture_id),
                held_on=local_date(min(start for start, _ in of_lecture)) if held and of_lecture else None,
                minutes=max((int((end - start).total_seconds()) // 60 for start, end in of_lecture), default=0) if held else 0,
                expected=expected,
                attended=attended,
                examined=examined,
                passed=passed,
                completed=completed,
                pass_mark=quiz["pass_mark"] if quiz else None,
                with_mark=dict(zip(marks, zip(by_mark[::2], by_mark[1::2], strict=True), strict=True)),
                **content_of(lecture_id, examined),
            )
        )
    return facts


def _times(
    uow: UnitOfWork, wanted: Sequence[ColumnElement[bool]]
) -> tuple[dict[UUID, datetime], defaultdict[UUID, list[tuple[datetime, datetime]]]]:
    """When each lecture was first to begin, and from when to when its sittings were held."""
    spans: defaultdict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    begins: dict[UUID, datetime] = {}
    for lecture_id, started_at, ended_at, planned_at in uow.session.execute(
        select(Sitting.lecture_id, Sitting.started_at, Sitting.ended_at, Sitting.planned_starts_at)
        .join(Lecture, Lecture.id == Sitting.lecture_id)
        .where(*wanted)
    ):
        begins[lecture_id] = min(begins.get(lecture_id, planned_at), planned_at)
        if started_at and ended_at:
            spans[lecture_id].append((started_at, ended_at))
    return begins, spans


def _people(uow: UnitOfWork, wanted: Sequence[ColumnElement[bool]], marks: Sequence[int | None]) -> dict[UUID, list[int]]:
    """Of each lecture how many were expected, attended, were examined, passed and completed; the last two by each mark too."""
    came = or_(Completion.attended, and_(Completion.id.is_(None), Presence.status.in_(CAME)))
    met = [came, Completion.examined, and_(Completion.examined, Completion.passed), Completion.completed]
    for mark in marks:
        met += [and_(one, or_(not_(Completion.examined), Completion.score >= mark)) for one in met[2:4]]
    # A make-up belongs to the lecture it makes up for: each person counts once there, by whichever of them they completed.
    first = func.coalesce(Lecture.makes_up_for_id, Lecture.id)
    each = (
        select(
            first.label("first_id"),
            Attendee.person_id,
            *(func.max(case((one, 1), else_=0)).label(f"met_{at}") for at, one in enumerate(met)),
        )
        .join(Lecture, Lecture.id == Attendee.lecture_id)
        .outerjoin(Presence, and_(Presence.lecture_id == Attendee.lecture_id, Presence.person_id == Attendee.person_id))
        .outerjoin(Completion, and_(Completion.lecture_id == Attendee.lecture_id, Completion.person_id == Attendee.person_id))
        .where(*wanted)
        .group_by(first, Attendee.person_id)
        .subquery()
    )
    counted = uow.session.execute(
        select(Attendee.lecture_id, func.count(Attendee.id), *(func.sum(each.c[f"met_{at}"]) for at in range(len(met))))
        .join(Lecture, Lecture.id == Attendee.lecture_id)
        .join(each, and_(each.c.first_id == Attendee.lecture_id, each.c.person_id == Attendee.person_id))
        .where(*wanted, Attendee.is_extra.is_(False), Attendee.excused_reason.is_(None))
        .group_by(Attendee.lecture_id)
    )
    return {lecture_id: numbers for lecture_id, *numbers in counted}


def _deputies(uow: UnitOfWork, wanted: Sequence[ColumnElement[bool]]) -> dict[UUID, str | None]:
    """Why somebody else spoke instead of the head."""
    reasons = uow.session.execute(
        select(LecturerMark.lecture_id, LecturerMark.reason)
        .join(Lecture, Lecture.id == LecturerMark.lecture_id)
        .where(*wanted, LecturerMark.says_why, LecturerMark.person_id == Lecture.spoken_by_id)
        .order_by(LecturerMark.id)
    )
    return dict(reasons.all())


def streets(uow: UnitOfWork, jurisdiction_ids: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """The code and name of the street (乡级) in which each jurisdiction lies; itself where it is no village."""
    rows = uow.session.execute(
        select(Jurisdiction.id, Jurisdiction.code, Jurisdiction.name, Jurisdiction.level, Jurisdiction.parent_id).where(
            Jurisdiction.id.in_(jurisdiction_ids)
        )
    ).all()
    parents = {
        row.id: (row.code, row.name)
        for row in uow.session.execute(
            select(Jurisdiction.id, Jurisdiction.code, Jurisdiction.name).where(
                Jurisdiction.id.in_({row.parent_id for row in rows if row.level == VILLAGE})
            )
        )
    }
    return {
        row.id: parents.get(row.parent_id, (row.code, row.name)) if row.level == VILLAGE else (row.code, row.name) for row in rows
    }


def touched_by(uow: UnitOfWork, lecture_id: UUID, enterprise_id: UUID) -> set[UUID]:
    """The campaigns in which something about a lecture of an enterprise counts: those that ask it at the same time as the one
    it is for, and as the one that a lecture is for which it passes on.
    """
    campaign_ids: set[UUID] = set()
    above: UUID | None = lecture_id
    for _level in range(DEEPEST + 1):
        if above is None:
            break
        campaign_id, above = uow.session.execute(
            select(Lecture.campaign_id, Lecture.passes_on_id).where(Lecture.id == above)
        ).one()
        campaign_ids |= {campaign_id} if campaign_id else set()
    return {one for campaign_id in campaign_ids for one in asked_beside(uow, campaign_id, enterprise_id)}


def asked_beside(uow: UnitOfWork, campaign_id: UUID, enterprise_id: UUID) -> list[UUID]:
    """The campaigns in which a lecture of an enterprise for one of them counts: those that ask it at the same time."""
    campaign = uow.session.get_one(Campaign, campaign_id)
    asked = select(Duty.campaign_id).where(Duty.enterprise_id == enterprise_id, Duty.campaign_id.in_(beside(uow, campaign)))
    return list(uow.session.scalars(asked.order_by(Duty.campaign_id)))


def unfinished(uow: UnitOfWork, enterprise_id: UUID) -> set[UUID]:
    """The campaigns that an enterprise has not completed today, overdue or not."""
    mine = (Standing.enterprise_id == enterprise_id, Standing.until_on.is_(None), Standing.state != StandingState.COMPLETED)
    return set(uow.session.scalars(select(Standing.campaign_id).where(*mine)))


def open_lines(uow: UnitOfWork, enterprise_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Of these enterprises by campaign those whose line is still open: what is completed and past its date stays as it was."""
    lines: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for campaign_id, enterprise_id in uow.session.execute(
        select(Standing.campaign_id, Standing.enterprise_id)
        .where(Standing.enterprise_id.in_(enterprise_ids), Standing.until_on.is_(None))
        .where(not_(Standing.over_on(uow.today)))
        .order_by(Standing.campaign_id, Standing.enterprise_id)
    ):
        lines[campaign_id].append(enterprise_id)
    return lines
