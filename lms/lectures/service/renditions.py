"""Painting the pages of materials: what the worker does soon after an upload, and once a minute for what was left behind."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy import or_, select, update

from lms.access.actor import Actor
from lms.core.storage import storage
from lms.core.uow import UnitOfWork, unit_of_work
from lms.core.viewing import CannotShow, NoOffice, Picture, office_program, pictures, to_pdf, words_of
from lms.lectures import rules
from lms.lectures.models import Material, Rendition, RenditionPage, RenditionState

PAINTER = Actor.system("lectures.render")
STALE = timedelta(minutes=20)  # longer than any file may take: its worker is gone
TRIES = 2


def waiting(uow: UnitOfWork, limit: int = 20) -> list[tuple[str, str]]:
    """Hash and media type of files without pictures: new ones, those whose worker went away, and, once LibreOffice is
    there, those that lacked it."""
    left_behind = (
        (Rendition.state == RenditionState.WORKING) & (Rendition.started_at < uow.now - STALE) & (Rendition.tries < TRIES)
    )
    again = or_(left_behind, Rendition.state == RenditionState.NO_OFFICE) if office_program() else left_behind
    rows = uow.session.execute(
        select(Material.sha256, Material.media_type)
        .outerjoin(Rendition, Rendition.source_sha256 == Material.sha256)
        .where(Material.media_type.in_(rules.PAGED), or_(Rendition.id.is_(None), again))
        .distinct()
        .limit(limit)
    )
    return [(sha256, media_type) for sha256, media_type in rows]


def render_waiting() -> None:
    """Paint what has no pictures yet, one file after the other. Holds no database lock while painting."""
    with unit_of_work(PAINTER, "system", write=False) as uow:
        files = waiting(uow)
    for sha256, media_type in files:
        render(sha256, media_type)


def render(sha256: str, media_type: str) -> None:
    """Paint one file; each page can be looked at as soon as it is there. A second worker passes by."""
    if not _begin(sha256):
        return
    with tempfile.TemporaryDirectory(prefix="anke-pages-") as name:
        folder = Path(name)
        source = folder / f"source{rules.ENDINGS[media_type][0]}"
        try:
            storage().fetch(sha256, source)
            if media_type in (rules.PPTX, rules.DOCX):
                source = to_pdf(source, folder)
            for picture in pictures(source, folder):
                _keep(sha256, picture)
            words = _words(source, folder)
        except NoOffice:
            _end(sha256, RenditionState.NO_OFFICE)
        except (CannotShow, FileNotFoundError, ValueError) as fault:
            _end(sha256, RenditionState.FAILED, fault.why if isinstance(fault, CannotShow) else "damaged")
        else:
            _end(sha256, RenditionState.READY, words=words)


def _words(source: Path, folder: Path) -> str | None:
    """None also where its pages can be painted and its words not be read: it is shown all the same."""
    try:
        return words_of(source, folder)
    except CannotShow:
        return None


def _begin(sha256: str) -> bool:
    with unit_of_work(PAINTER, "system") as uow:
        there = uow.session.scalar(select(Rendition).where(Rendition.source_sha256 == sha256).with_for_update())
        if there is None:
            uow.session.add(Rendition(source_sha256=sha256, state=RenditionState.WORKING, started_at=uow.now))
            return True
        stale = there.state == RenditionState.WORKING and there.started_at < uow.now - STALE and there.tries < TRIES
        if stale or there.state == RenditionState.NO_OFFICE:
            there.tries = there.tries + 1 if stale else there.tries
            there.state, there.started_at = RenditionState.WORKING, uow.now
            return True
        return False


def _keep(sha256: str, picture: Picture) -> None:
    kept = {"sha256": storage().put(picture.path.read_bytes()), "small_sha256": storage().put(picture.small.read_bytes())}
    picture.path.unlink()
    picture.small.unlink()
    with unit_of_work(PAINTER, "system") as uow:
        rendition = uow.session.scalars(select(Rendition).where(Rendition.source_sha256 == sha256)).one()
        rendition.pages = picture.of
        if picture.number <= rendition.pages_ready:
            return  # painted by a worker that went away later
        rendition.pages_ready = picture.number
        uow.session.add(
            RenditionPage(
                rendition_id=rendition.id, number=picture.number, width=picture.width, height=picture.height, **kept
            )
        )  # fmt: skip


def _end(sha256: str, state: RenditionState, fault: str | None = None, words: str | None = None) -> None:
    with unit_of_work(PAINTER, "system") as uow:
        uow.session.execute(
            update(Rendition)
            .where(Rendition.source_sha256 == sha256)
            .values(
                state=state,
                fault=fault,
                words_sha256=words,
                finished_at=uow.now if state != RenditionState.NO_OFFICE else None,
            )
        )
