"""What lectures are about, have to show and were passed on to, as far as a campaign asks for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from lms.campaigns.models import Campaign, CampaignVersion
from lms.campaigns.rules import MATERIAL, PHOTO, QUIZ
from lms.campaigns.themes import theme_named
from lms.core.uow import UnitOfWork
from lms.lectures.models import HELD, Attendee, FollowUp, Lecture, Material, Photo
from lms.lectures.rules import Asked, Audience, count_passed

Shown = Callable[[UUID, int], dict[str, Any]]


def shown_by(uow: UnitOfWork, campaign: Campaign, wanted: Sequence[ColumnElement[bool]]) -> Shown:
    """For a lecture and how many took its quiz: these fields of Facts. wanted: which lectures.

    Asked of the database is only what some version of the campaign asks for, so that others cost nothing.
    """
    versions = uow.session.scalars(select(CampaignVersion).where(CampaignVersion.campaign_id == campaign.id)).all()
    if not any(one.themes or one.evidence or one.cascade for one in versions):
        return lambda _lecture_id, _examined: {}
    themes = _themes(uow, {code for one in versions for code in one.themes}, wanted)
    evidence = evidence_of(uow, {kind for one in versions for kind in one.evidence}, wanted)
    passing = _passing(uow, wanted) if any(one.cascade for one in versions) else {}

    def shown(lecture_id: UUID, examined: int) -> dict[str, Any]:
        kinds = evidence.get(lecture_id, set()) | ({QUIZ} if examined else set())
        content = {"themes": frozenset(themes.get(lecture_id, ())), "evidence": frozenset(kinds)}
        return content | passing.get(lecture_id, {})

    return shown


def _themes(uow: UnitOfWork, codes: set[str], wanted: Sequence[ColumnElement[bool]]) -> dict[UUID, set[str]]:
    """Which of these themes each lecture is about: by the theme it was planned for, its title, or what its quiz asks."""
    if not codes:
        return {}
    asked = [theme for code in codes if (theme := theme_named(code))]
    rows = uow.session.execute(select(Lecture.id, Lecture.title, Lecture.theme, Lecture.quiz_plan).where(*wanted))
    return {
        lecture_id: {theme.code for theme in asked if theme.is_covered_by(title, quiz["topics"] if quiz else (), planned_for)}
        for lecture_id, title, planned_for, quiz in rows
    }


def evidence_of(uow: UnitOfWork, kinds: set[str], wanted: Sequence[ColumnElement[bool]]) -> dict[UUID, set[str]]:
    """Which of these kinds each lecture has files of."""
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    for kind, files in ((MATERIAL, select(Material.lecture_id)), (PHOTO, select(Photo.lecture_id))):
        if kind in kinds:
            if kind == PHOTO:
                files = files.where(Photo.withdrawn_at.is_(None))
            own = files.where(files.selected_columns[0].in_(select(Lecture.id).where(*wanted))).distinct()
            for lecture_id in uow.session.scalars(own):
                found[lecture_id].add(kind)
    return found


def _passing(uow: UnitOfWork, wanted: Sequence[ColumnElement[bool]]) -> dict[UUID, dict[str, int]]:
    """How far each lecture has been passed on, and how many departments there were among those expected."""
    firms = select(Lecture.enterprise_id).where(*wanted)
    asked: defaultdict[UUID, list[Asked]] = defaultdict(list)
    for lecture_id, department_id, parts in uow.session.execute(
        select(FollowUp.lecture_id, FollowUp.department_id, FollowUp.parts).where(
            FollowUp.enterprise_id.in_(firms), FollowUp.withdrawn_at.is_(None)
        )
    ):
        asked[lecture_id].append(Asked.read(department_id, parts))
    given: defaultdict[UUID, list[tuple[UUID, Audience]]] = defaultdict(list)
    for lecture_id, above_id, audience in uow.session.execute(
        select(Lecture.id, Lecture.passes_on_id, Lecture.audience).where(
            Lecture.enterprise_id.in_(firms), Lecture.passes_on_id.is_not(None), Lecture.state.in_(HELD)
        )
    ):
        given[above_id].append((lecture_id, Audience.read(audience)))
    departments = uow.session.execute(
        select(Attendee.lecture_id, func.count(Attendee.department_name.distinct()))
        .join(Lecture, Lecture.id == Attendee.lecture_id)
        .where(*wanted, Attendee.is_extra.is_(False))
        .group_by(Attendee.lecture_id)
    )
    numbers: dict[UUID, dict[str, int]] = {}
    for lecture_id, number in departments:
        passed_on, of = count_passed(lecture_id, asked, given)
        numbers[lecture_id] = {"departments": number, "asked_to_pass_on": of, "passed_on": passed_on}
    return numbers
