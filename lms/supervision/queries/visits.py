"""Who means to sit in, whose comments are owed, and which lectures come next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from lms.access.reach import reach
from lms.core import clock
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.lectures.models import HELD, Lecture, LectureState, Sitting
from lms.registry.models import Enterprise, Jurisdiction, charge_of
from lms.registry.queries import rows_picked
from lms.supervision.models import Observation, ObservationDraw, ObservationVisit

AHEAD = timedelta(days=14)


class Owed(NamedTuple):
    """A visit to a lecture that is over, of which its officer has written nothing. is_own: of whoever looks."""

    visit: ObservationVisit
    lecture: Lecture
    is_own: bool


class ToCome(NamedTuple):
    lecture: Lecture
    starts_at: datetime
    visits: tuple[ObservationVisit, ...]


def own_visit(uow: UnitOfWork, lecture_id: UUID) -> ObservationVisit | None:
    """The officer's own visit to a lecture; None when they did not sit in."""
    own = (ObservationVisit.lecture_id == lecture_id, ObservationVisit.user_id == uow.actor.user_id)
    return uow.session.scalar(select(ObservationVisit).where(*own))


def beside(uow: UnitOfWork, lecture_id: UUID) -> list[str]:
    """The other officers who mean to sit in, by name."""
    others = [one for one in visits_of(uow, lecture_id, of_bureau=True) if one.user_id != uow.actor.user_id]
    return [one.officer for one in others]


def owed(uow: UnitOfWork, *, own: bool = False) -> list[Owed]:
    """Comments that are owed within reach, the latest lecture first; own: by whoever acts."""
    written = select(Observation.id).where(
        Observation.lecture_id == ObservationVisit.lecture_id, Observation.user_id == ObservationVisit.user_id
    )
    wanted = (
        select(ObservationVisit, Lecture)
        .join(Lecture, Lecture.id == ObservationVisit.lecture_id)
        .where(
            reach(uow, ObservationVisit), Lecture.state.in_(HELD), ObservationVisit.missed_at.is_(None), ~written.exists()
        )
        .options(joinedload(Lecture.enterprise))
        .order_by(Lecture.closed_at.desc(), ObservationVisit.id)
    )  # fmt: skip
    if own:
        wanted = wanted.where(ObservationVisit.user_id == uow.actor.user_id)
    rows = uow.session.execute(wanted).all()
    return [Owed(visit, lecture, visit.user_id == uow.actor.user_id) for visit, lecture in rows]


def visits_of(uow: UnitOfWork, lecture_id: UUID, *, of_bureau: bool) -> list[ObservationVisit]:
    """Who means to sit in; to the firm only those who announced it. Of what nothing came is left out."""
    wanted = select(ObservationVisit).where(ObservationVisit.lecture_id == lecture_id, ObservationVisit.missed_at.is_(None))
    if not of_bureau:
        wanted = wanted.where(ObservationVisit.announced)
    return list(uow.session.scalars(wanted.order_by(ObservationVisit.planned_at)))


def owed_then(uow: UnitOfWork, enterprise_ids: Select[UUID], first: date, last: date) -> list[tuple[ObservationVisit, Lecture]]:
    """The comments that were owed at the end of a span of days, of lectures of these enterprises closed in it. A query."""
    end = clock.end_of(last)
    came = select(Observation.id).where(
        Observation.lecture_id == ObservationVisit.lecture_id, Observation.user_id == ObservationVisit.user_id,
        Observation.submitted_at < end,
    )  # fmt: skip
    rows = uow.session.execute(
        select(ObservationVisit, Lecture)
        .join(Lecture, Lecture.id == ObservationVisit.lecture_id)
        .where(
            ObservationVisit.enterprise_id.in_(enterprise_ids), ObservationVisit.planned_at < end, ~came.exists(),
            Lecture.closed_at >= clock.at(first), Lecture.closed_at < end,
            or_(Lecture.voided_at.is_(None), Lecture.voided_at >= end),
            or_(ObservationVisit.missed_at.is_(None), ObservationVisit.missed_at >= end),
        )
        .order_by(ObservationVisit.id)
    )  # fmt: skip
    return [(visit, lecture) for visit, lecture in rows]


def coming(uow: UnitOfWork, number: int | None) -> Page[ToCome]:
    """Lectures of the next fourteen days within reach, the soonest first, with whoever means to sit in; number None: all of them.

    A lecture of several sittings stands once, at its first that is to come. Raises TooLong.
    """
    starts_at = func.min(Sitting.planned_starts_at)
    soon = (
        select(Lecture.id, starts_at.label("starts_at"))
        .join(Sitting, Sitting.lecture_id == Lecture.id)
        .where(reach(uow, Lecture), _soon(uow))
        .group_by(Lecture.id)
        .subquery()
    )
    total = uow.session.scalar(select(func.count()).select_from(soon)) or 0
    wanted = (
        select(Lecture, soon.c.starts_at)
        .join(soon, soon.c.id == Lecture.id)
        .options(joinedload(Lecture.enterprise))
        .order_by(soon.c.starts_at, Lecture.id)
    )
    return paged(
        total, number, lambda limit, offset: _to_come(uow, uow.session.execute(wanted.limit(limit).offset(offset)).all())
    )


def _to_come(uow: UnitOfWork, rows: Sequence[Any]) -> list[ToCome]:
    visits: dict[UUID, list[ObservationVisit]] = defaultdict(list)
    wanted = select(ObservationVisit).where(ObservationVisit.lecture_id.in_([row[0].id for row in rows]))
    for visit in uow.session.scalars(wanted):
        visits[visit.lecture_id].append(visit)
    return [ToCome(lecture, starts_at, tuple(visits[lecture.id])) for lecture, starts_at in rows]


def to_come(uow: UnitOfWork, jurisdiction: Jurisdiction) -> list[UUID]:
    """Ids of the lectures of the next fourteen days that a jurisdiction answers for, in a fixed order."""
    rows = uow.session.scalars(
        select(Lecture.id)
        .join(Enterprise, Enterprise.id == Lecture.enterprise_id)
        .join(Jurisdiction, Jurisdiction.id == Enterprise.jurisdiction_id)
        .join(Sitting, Sitting.lecture_id == Lecture.id)
        .where(charge_of(Jurisdiction).startswith(jurisdiction.path, autoescape=True), _soon(uow))
        .distinct()
    )
    return sorted(rows)


def _soon(uow: UnitOfWork) -> ColumnElement[bool]:
    running = Lecture.state == LectureState.OPEN
    ahead = Sitting.planned_starts_at.between(uow.now, uow.now + AHEAD)
    return or_(running, and_(Lecture.state == LectureState.NOTIFIED, ahead))


def picked_lectures(uow: UnitOfWork, draw: ObservationDraw) -> Sequence[Lecture]:
    """The lectures a draw picked, in the order in which they were picked; those within reach."""
    return rows_picked(uow, draw, Lecture, joinedload(Lecture.enterprise))
