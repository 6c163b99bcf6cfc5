"""Observations as their pages show them, and how they are spread over officers and streets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, cast, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from lms.access.models import Membership, Role, User
from lms.access.reach import reached
from lms.attendance.models import AttendanceEvent, Mark, counts
from lms.core import clock
from lms.core.errors import NotFound
from lms.core.paging import Page, paged
from lms.core.uow import UnitOfWork
from lms.lectures.models import HELD, Attendee, Lecture, Photo
from lms.registry.models import Jurisdiction
from lms.registry.queries import firms_on, places_on, reach_on
from lms.registry.queries.trees import street_of
from lms.supervision.models import Observation, ObservationReply


class Numbers(NamedTuple):
    """What the product counted itself, beside the facts to tick. minutes: None while the lecture goes on."""

    here: int
    expected: int
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Seen:
    """An observation with the earlier ones it replaces, what the firm said, and its photos that stand."""

    observation: Observation
    earlier: tuple[Observation, ...]
    replies: tuple[ObservationReply, ...]
    photos: tuple[Photo, ...]


class Officer(NamedTuple):
    """Who sat in this year, or might have."""

    user_id: UUID
    name: str
    observations: int
    firms: int
    unannounced: int


class Street(NamedTuple):
    """held: lectures of its firms this year. observed: of them, those an officer sat in."""

    id: UUID
    name: str
    held: int
    observed: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Lectures held this year: of a street, all of them or those somebody sat in; those one officer sat in."""

    street_id: UUID | None = None
    observed: bool = False
    officer_id: UUID | None = None


class SatIn(NamedTuple):
    """A lecture with the officers who sat in. within: it can be opened today."""

    lecture: Lecture
    officers: tuple[str, ...]
    within: bool


def own_observation(uow: UnitOfWork, lecture_id: UUID) -> Observation | None:
    """The latest of whoever acts."""
    own = (Observation.lecture_id == lecture_id, Observation.user_id == uow.actor.user_id)
    return uow.session.scalar(select(Observation).where(*own).order_by(Observation.submitted_at.desc()).limit(1))


def observations_of(uow: UnitOfWork, lecture_id: UUID) -> list[Seen]:
    """The observations of a lecture, each officer's latest with the ones before. Three queries."""
    wanted = select(Observation).where(Observation.lecture_id == lecture_id).order_by(Observation.submitted_at.desc())
    rows = list(uow.session.scalars(wanted))
    if not rows:
        return []
    replaced = {row.replaces_id for row in rows}
    replies: dict[UUID, list[ObservationReply]] = defaultdict(list)
    said = select(ObservationReply).where(ObservationReply.observation_id.in_([row.id for row in rows]))
    for one in uow.session.scalars(said.order_by(ObservationReply.said_at)):
        replies[one.observation_id].append(one)
    photos = {str(row.id): row for row in uow.session.scalars(select(Photo).where(Photo.lecture_id == lecture_id))}
    found = []
    for row in rows:
        if row.id in replaced:
            continue
        earlier = tuple(one for one in rows if one.user_id == row.user_id and one is not row)
        of_all = [one for each in (*reversed(earlier), row) for one in replies[each.id]]
        shots = [photos[each] for each in row.photo_ids if each in photos and not photos[each].withdrawn_at]
        found.append(Seen(row, earlier, tuple(of_all), tuple(shots)))
    return found


def last_observations(uow: UnitOfWork, enterprise_id: UUID, number: int) -> list[Observation]:
    """The latest of an enterprise, each with its lecture; what was replaced is left out."""
    wanted = select(Observation).where(Observation.enterprise_id == enterprise_id, *_current(uow.today))
    wanted = wanted.order_by(Observation.submitted_at.desc()).limit(number)
    return list(uow.session.scalars(wanted.options(joinedload(Observation.lecture))))


def numbers_of(uow: UnitOfWork, lecture: Lecture) -> Numbers:
    """Who was asked and came, of those on the list."""
    listed = (Attendee.lecture_id == lecture.id, ~Attendee.is_extra, Attendee.excused_reason.is_(None))
    expected = uow.session.scalar(select(func.count(Attendee.id)).where(*listed)) or 0
    came = select(AttendanceEvent.person_id).where(
        AttendanceEvent.lecture_id == lecture.id, AttendanceEvent.mark == Mark.IN, counts()
    )
    here = uow.session.scalar(select(func.count(Attendee.id)).where(*listed, Attendee.person_id.in_(came))) or 0
    return Numbers(here, expected, lecture.sitting.minutes)


def officers(uow: UnitOfWork, day: date) -> list[Officer]:
    """Who had sat in how often by the end of a day in its year within reach, by account, the most first; what was replaced by
    then counts once.

    The officers of the patch who sat in nowhere stand at the end: they are those a chief looks for.
    """
    number = func.count(Observation.id)
    rows = uow.session.execute(
        select(
            Observation.user_id,
            func.max(Observation.officer),
            number,
            func.count(Observation.enterprise_id.distinct()),
            func.count(Observation.id).filter(~Observation.announced),
        )
        .where(reach_on(uow, Observation, day), *_current(day), Observation.lecture_id.in_(_of_year(day)))
        .group_by(Observation.user_id)
        .order_by(number.desc(), func.max(Observation.officer), Observation.user_id)
    )
    found = [Officer(*row) for row in rows]
    places = select(Jurisdiction.id).where(places_on(uow, day))
    others = (
        select(User.id, User.name)
        .join(Membership)
        .where(Membership.role == Role.OFFICER, Membership.runs_on(day), Membership.jurisdiction_id.in_(places))
        .where(User.id.not_in([one.user_id for one in found]))
        .distinct()
        .order_by(User.name, User.id)
    )
    return found + [Officer(ident, name, 0, 0, 0) for ident, name in uow.session.execute(others)]


def _current(day: date) -> list[ColumnElement[bool]]:
    """Whether it was made, and no other observation had replaced it, by the end of a day."""
    later, end = aliased(Observation), clock.end_of(day)
    replaced = select(later.id).where(later.replaces_id == Observation.id, later.submitted_at < end).exists()
    return [Observation.submitted_at < end, ~replaced]


def handed_in(uow: UnitOfWork, enterprise_ids: Select[UUID], first: date, last: date) -> list[Observation]:
    """What was found at these enterprises in a span of days, as it stood at its end; each with its lecture. A query."""
    wanted = select(Observation).where(
        Observation.enterprise_id.in_(enterprise_ids), Observation.submitted_at >= clock.at(first), *_current(last)
    )
    return list(uow.session.scalars(wanted.options(joinedload(Observation.lecture)).order_by(Observation.id)))


def spread(uow: UnitOfWork, day: date) -> list[Street]:
    """Lectures held by the end of a day in its year within reach by street, with its villages, and how many somebody had sat in;
    least observed first.
    """
    firms = firms_on(uow, day)
    held, observed = func.count(Lecture.id).label("held"), func.count(Lecture.id).filter(_observed(day)).label("observed")
    of_each = select(Lecture.enterprise_id, held, observed).where(*_held(uow, day), reach_on(uow, Lecture, day))
    firms, each = firms_on(uow, day), of_each.group_by(Lecture.enterprise_id).subquery()
    place, every, seen = aliased(Jurisdiction), *(cast(func.sum(one), Integer) for one in (each.c.held, each.c.observed))
    rows = uow.session.execute(
        select(Jurisdiction.id, Jurisdiction.name, every, seen)
        .select_from(each)
        .join(firms, firms.c.id == each.c.enterprise_id)
        .join(place, place.id == firms.c.jurisdiction_id)
        .join(Jurisdiction, Jurisdiction.id == street_of(place))
        .group_by(Jurisdiction.id, Jurisdiction.name)
        .order_by(seen, every.desc(), Jurisdiction.name)
    )
    return [Street(*row) for row in rows]


def held(uow: UnitOfWork, wanted: Wanted, number: int | None, day: date) -> Page[SatIn]:
    """The lectures behind a number of `spread` or of `officers`, the latest first; number None for all. Raises TooLong."""
    met = [reach_on(uow, Lecture, day)]
    if wanted.officer_id:
        met.append(Lecture.year == day.year)
        own = select(Observation.lecture_id).where(Observation.user_id == wanted.officer_id, *_current(day))
        met.append(Lecture.id.in_(own))
    else:
        met += _held(uow, day)
        met += [_observed(day)] if wanted.observed else []
    if wanted.street_id:
        places, firms = select(Jurisdiction.id).where(street_of(Jurisdiction) == wanted.street_id), firms_on(uow, day)
        met.append(Lecture.enterprise_id.in_(select(firms.c.id).where(firms.c.jurisdiction_id.in_(places))))
    total = uow.session.scalar(select(func.count(Lecture.id)).where(*met)) or 0
    found = select(Lecture).where(*met).options(joinedload(Lecture.enterprise)).order_by(Lecture.id.desc())
    return paged(
        total, number, lambda limit, offset: _sat_in(uow, uow.session.scalars(found.limit(limit).offset(offset)).all(), day)
    )


def street_named(uow: UnitOfWork, street_id: UUID, day: date) -> str:
    """What it is called. Raises NotFound of one that did not lie within reach on that day."""
    found = uow.session.scalar(select(Jurisdiction.name).where(Jurisdiction.id == street_id, places_on(uow, day)))
    if found is None:
        raise NotFound
    return found


def _of_year(day: date) -> Select[UUID]:
    return select(Lecture.id).where(Lecture.year == day.year)


def _held(uow: UnitOfWork, day: date) -> list[ColumnElement[bool]]:
    """Lectures of the year of a day that had been held by its end, and not been declared void."""
    if day == uow.today:
        return [Lecture.state.in_(HELD), Lecture.year == day.year]
    end = clock.end_of(day)
    return [Lecture.closed_at < end, or_(Lecture.voided_at.is_(None), Lecture.voided_at >= end), Lecture.year == day.year]


def _observed(day: date) -> ColumnElement[bool]:
    return Lecture.id.in_(select(Observation.lecture_id).where(Observation.submitted_at < clock.end_of(day)))


def _sat_in(uow: UnitOfWork, lectures: Sequence[Lecture], day: date) -> list[SatIn]:
    rows = select(Observation).where(Observation.lecture_id.in_([one.id for one in lectures]), *_current(day))
    officers: dict[UUID, list[str]] = defaultdict(list)
    for row in uow.session.scalars(rows.order_by(Observation.submitted_at)):
        officers[row.lecture_id].append(row.officer)
    within = reached(uow, Lecture, [one.id for one in lectures])
    return [SatIn(one, tuple(officers[one.id]), one.id in within) for one in lectures]
