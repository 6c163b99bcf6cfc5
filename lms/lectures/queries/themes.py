"""The plan of themes of one enterprise, and what campaigns still ask it to be told about."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.campaigns.models import Campaign
from lms.campaigns.themes import Theme, theme_named
from lms.core import clock
from lms.core.uow import UnitOfWork
from lms.lectures.models import CALLED_OFF, HELD, Lecture, LectureState, ThemeWaiver
from lms.lectures.rules import DONE, LATE, OVERDUE, PLANNED, TO_PLAN, WAIVED, Given, ThemeLine, theme_lines
from lms.registry.models import Enterprise


@dataclass(frozen=True, slots=True)
class ThemePlan:
    """The themes of this year for an enterprise. waivers: what says that one does not apply, by its code."""

    lines: tuple[ThemeLine, ...]
    waivers: dict[str, ThemeWaiver]

    @property
    def missing(self) -> list[ThemeLine]:
        return [line for line in self.lines if line.is_missing]

    @property
    def to_plan(self) -> list[ThemeLine]:
        return [line for line in self.lines if line.state == TO_PLAN]

    @property
    def overdue(self) -> list[ThemeLine]:
        return [line for line in self.lines if line.state == OVERDUE]

    @property
    def planned(self) -> list[ThemeLine]:
        return [line for line in self.lines if line.state == PLANNED]

    @property
    def done(self) -> list[ThemeLine]:
        return [line for line in self.lines if line.state in (DONE, LATE)]

    @property
    def short(self) -> list[ThemeLine]:
        return [line for line in self.done if line.given and line.given.short]

    @property
    def waived(self) -> list[tuple[ThemeLine, ThemeWaiver]]:
        return [(line, self.waivers[line.theme.code]) for line in self.lines if line.state == WAIVED]


def theme_plan(uow: UnitOfWork, enterprise: Enterprise) -> ThemePlan:
    """Four queries. A make-up and a lecture that passes another on are for a few people and cover nothing."""
    lectures = uow.session.scalars(
        select(Lecture)
        .where(
            Lecture.enterprise_id == enterprise.id,
            Lecture.year >= uow.today.year - 1,  # put off over New Year it keeps its number of the old one
            Lecture.state.not_in(CALLED_OFF),
            Lecture.makes_up_for_id.is_(None),
            Lecture.passes_on_id.is_(None),
        )
        .options(joinedload(Lecture.campaign).selectinload(Campaign.versions))
    )
    current = select(ThemeWaiver).where(ThemeWaiver.enterprise_id == enterprise.id, ThemeWaiver.ends_on.is_(None))
    waivers = {row.theme: row for row in uow.session.scalars(current)}
    given = [_given(lecture) for lecture in lectures]
    lines = theme_lines(enterprise.industry, uow.today, clock.local_date(enterprise.created_at), given, waivers)
    return ThemePlan(lines, waivers)


def themes_left(uow: UnitOfWork, campaign: Campaign, enterprise_id: UUID) -> list[Theme]:
    """The themes a campaign asks for that no lecture of an enterprise for it is about yet, planned ones included. One query,
    none where it asks for none.
    """
    asked = [theme for code in campaign.themes if (theme := theme_named(code))]
    if not asked:
        return []
    wanted = select(Lecture.title, Lecture.quiz_plan, Lecture.theme).where(
        Lecture.enterprise_id == enterprise_id, Lecture.campaign_id == campaign.id, Lecture.state.not_in(CALLED_OFF),
        Lecture.makes_up_for_id.is_(None),
    )  # fmt: skip
    lectures = [(title, quiz["topics"] if quiz else (), theme) for title, quiz, theme in uow.session.execute(wanted)]
    return [theme for theme in asked if not any(theme.is_covered_by(*lecture) for lecture in lectures)]


def _given(lecture: Lecture) -> Given:
    sitting = lecture.sitting
    topics = tuple(lecture.quiz_plan["topics"]) if lecture.quiz_plan else ()
    state = "held" if lecture.state in HELD else "draft" if lecture.state == LectureState.DRAFT else "planned"
    day = clock.local_date(sitting.started_at or sitting.planned_starts_at)
    return Given(lecture.id, lecture.title, topics, day, state, lecture.theme, lecture.shortfall)
