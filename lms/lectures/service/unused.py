"""What no row names does not stay in the store: files that came and were not used, pages of materials that were removed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, or_, select

from lms.access.actor import Actor
from lms.core.db import Base
from lms.core.storage import storage
from lms.core.uow import UnitOfWork, unit_of_work
from lms.lectures.models import LibraryVersion, Material, Rendition, RenditionPage

PORTER = Actor.system("lectures.unused")
KEPT = timedelta(days=1)  # a material that was taken off by mistake is put back the same day
MOST_AT_ONCE = 50


def drop_unused(hashes: Iterable[str]) -> None:
    """Delete those of these files that no row of any table names: the same bytes may be somebody else's photo or deck."""
    wanted = set(hashes)
    if not wanted:
        return
    with unit_of_work(PORTER, "system", write=False) as uow:
        free = wanted - _named(uow, wanted)
    for sha256 in free:
        storage().drop(sha256)


def forget_renditions() -> None:
    """Sweep the pages of files that are in no lecture and no library any more."""
    with unit_of_work(PORTER, "system") as uow:
        pictures: set[str] = set()
        for rendition in uow.session.scalars(
            select(Rendition).where(Rendition.finished_at < uow.now - KEPT, ~_in_use()).limit(MOST_AT_ONCE)
        ).all():
            pages = select(RenditionPage).where(RenditionPage.rendition_id == rendition.id)
            for page in uow.session.scalars(pages):
                pictures |= {page.sha256, page.small_sha256}
            pictures.add(rendition.source_sha256)
            uow.session.execute(delete(RenditionPage).where(RenditionPage.rendition_id == rendition.id))
            uow.session.execute(delete(Rendition).where(Rendition.id == rendition.id))
    drop_unused(pictures)


def _in_use() -> ColumnElement[bool]:
    return or_(
        select(Material.id).where(Material.sha256 == Rendition.source_sha256).exists(),
        select(LibraryVersion.id).where(LibraryVersion.sha256 == Rendition.source_sha256).exists(),
    )


def _named(uow: UnitOfWork, wanted: set[str]) -> set[str]:
    """Those of these hashes that any column called …sha256 of any table has."""
    found: set[str] = set()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.name.endswith("sha256"):
                found |= set(uow.session.scalars(select(column).where(column.in_(wanted))))
    return found
