"""The library as its pages show it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.access.reach import reach
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture, LectureState, LibraryItem, LibraryVersion, Material


@dataclass(frozen=True, slots=True)
class Offered:
    """An item with the number of enterprises that adopted it, whichever version."""

    item: LibraryItem
    firms: int


def library(uow: UnitOfWork) -> list[Offered]:
    """What is within reach and not withdrawn, the latest first."""
    firms = (
        select(func.count(func.distinct(Material.enterprise_id)))
        .join(LibraryVersion, LibraryVersion.id == Material.library_version_id)
        .where(LibraryVersion.item_id == LibraryItem.id)
        .correlate(LibraryItem)
        .scalar_subquery()
    )
    rows = uow.session.execute(
        select(LibraryItem, firms)
        .where(reach(uow, LibraryItem), LibraryItem.withdrawn_at.is_(None))
        .options(joinedload(LibraryItem.jurisdiction))
        .order_by(LibraryItem.id.desc())
    )
    return [Offered(item, number) for item, number in rows]


def lectures_to_come(uow: UnitOfWork) -> list[Lecture]:
    """The lectures of the actor's enterprise whose materials can still change."""
    rows = select(Lecture).where(
        Lecture.enterprise_id == uow.actor.enterprise_id, Lecture.state.in_([LectureState.DRAFT, LectureState.NOTIFIED])
    )
    return list(uow.session.scalars(rows.order_by(Lecture.id)))
