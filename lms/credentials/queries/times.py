"""Who was in several lectures at the same time: what was decided first counts, of the later ones the rest."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from lms.attendance.models import Presence
from lms.core.uow import UnitOfWork
from lms.credentials.models import Completion
from lms.credentials.queries.deciding import by_lecture
from lms.credentials.rules import Span, shared_minutes
from lms.lectures.models import Lecture, Sitting


def shared_with_others(
    uow: UnitOfWork, lecture: Lecture, person_ids: Collection[UUID]
) -> dict[UUID, tuple[int, tuple[str, ...]]]:
    """Person → minutes that count in lectures decided before, and their titles; who shares none is left out."""
    own = {
        row.person_id: _span(row)
        for row in uow.session.execute(_spans().where(Presence.lecture_id == lecture.id, Presence.person_id.in_(person_ids)))
    }
    if not own:
        return {}
    here = aliased(Completion)
    before = (
        _spans()
        .join(Completion, (Completion.lecture_id == Presence.lecture_id) & (Completion.person_id == Presence.person_id))
        .outerjoin(here, (here.lecture_id == lecture.id) & (here.person_id == Presence.person_id))
        .where(Completion.completed, Presence.lecture_id != lecture.id, Presence.person_id.in_(own))
        .where(here.id.is_(None) | (Completion.id < here.id))
        .where(Sitting.started_at < max(span.ends for span in own.values()))
        .where(Sitting.ended_at > min(span.begins for span in own.values()))
    )
    others: dict[UUID, list[Span]] = {}
    for row in uow.session.execute(before):
        others.setdefault(row.person_id, []).append(_span(row))
    found = {person_id: shared_minutes(own[person_id], spans) for person_id, spans in others.items()}
    return {person_id: (minutes, titles) for person_id, (minutes, titles) in found.items() if minutes}


def later_at_the_same_time(uow: UnitOfWork, lecture: Lecture, person_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Lecture → those of these people who were there at the same time as here and of whom it was decided later."""
    times = [(sitting.started_at, sitting.ended_at) for sitting in lecture.sittings if sitting.started_at and sitting.ended_at]
    if not times or not person_ids:
        return {}
    here = aliased(Completion)
    rows = uow.session.execute(
        select(Completion.lecture_id, Completion.person_id)
        .join(here, (here.lecture_id == lecture.id) & (here.person_id == Completion.person_id) & (here.id < Completion.id))
        .join(Presence, (Presence.lecture_id == Completion.lecture_id) & (Presence.person_id == Completion.person_id))
        .join(Sitting, Sitting.id == Presence.sitting_id)
        .where(Completion.person_id.in_(person_ids), Completion.lecture_id != lecture.id)
        .where(Sitting.started_at < max(ends for _begins, ends in times))
        .where(Sitting.ended_at > min(begins for begins, _ends in times))
    )
    return by_lecture(rows)


def _spans() -> Any:
    """When people were in a lecture: from their first mark to their last, within the sitting that counts for them."""
    return (
        select(
            Presence.person_id, Lecture.title, Presence.first_in_at, Presence.last_out_at, Sitting.started_at, Sitting.ended_at
        )
        .join(Sitting, Sitting.id == Presence.sitting_id)
        .join(Lecture, Lecture.id == Presence.lecture_id)
        .where(Sitting.started_at.is_not(None), Sitting.ended_at.is_not(None))
    )


def _span(row: Any) -> Span:
    begins = max(row.first_in_at or row.started_at, row.started_at)
    return Span(begins, max(begins, min(row.last_out_at or row.ended_at, row.ended_at)), row.title)
