"""Materials read on a phone, page by page and without a download; who opened which page is written down."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from lms.access.door import may
from lms.access.reach import find
from lms.core.downloads import WEBP, handed_out
from lms.core.errors import NotFound
from lms.core.exports import exported, file_asked
from lms.core.uow import UnitOfWork
from lms.lectures import queries, rules, service
from lms.lectures.listings import readings_listing
from lms.lectures.models import Lecture, Material
from lms.lectures.views import bp


@bp.route("/materials/<uuid:material_id>/view")
@may("material.read", write=True)  # whoever opens a film is noted; a page is noted when it is sent
def view(uow: UnitOfWork, material_id: UUID) -> ResponseReturnValue:
    found = find(uow, Material, material_id)
    if found.media_type == rules.MP4:
        service.note_opened(uow, found, 1)
    return render_template("lectures/view.html", material=found, **_shown(uow, found))


@bp.route("/materials/<uuid:material_id>/view/pages")
@may("material.read")
def view_pages(uow: UnitOfWork, material_id: UUID) -> ResponseReturnValue:
    """The pages alone, for a page that waits for them."""
    found = find(uow, Material, material_id)
    return render_template("lectures/_pages.html", material=found, **_shown(uow, found))


@bp.route("/materials/<uuid:material_id>/pages/<int:number>")
@may("material.read", write=True)  # the page is sent to somebody: that is the receipt
def page(uow: UnitOfWork, material_id: UUID, number: int) -> ResponseReturnValue:
    found = find(uow, Material, material_id)
    picture = queries.picture_of(uow, found, number)
    if picture is None:
        raise NotFound
    service.note_opened(uow, found, number)
    return handed_out(picture.sha256, WEBP)


@bp.route("/materials/<uuid:material_id>/small")
@may("material.read")
def small(uow: UnitOfWork, material_id: UUID) -> ResponseReturnValue:
    """The first page as a thumbnail."""
    picture = queries.picture_of(uow, find(uow, Material, material_id), 1)
    if picture is None:
        raise NotFound
    return handed_out(picture.small_sha256, WEBP)


@bp.route("/materials/<uuid:material_id>/film")
@may("material.read")
def film(uow: UnitOfWork, material_id: UUID) -> ResponseReturnValue:
    """A film for the browser's own player, which asks for it piece by piece."""
    found = find(uow, Material, material_id)
    if found.media_type != rules.MP4:
        raise NotFound
    return handed_out(found.sha256, rules.MP4, found.size)


@bp.route("/lectures/<uuid:lecture_id>/readings")
@may("reading.read")
def readings(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """Who opened how much of each material, and when."""
    found = find(uow, Lecture, lecture_id)
    files = queries.readings_of(uow, found.id)
    if kind := file_asked():
        return exported(kind, readings_listing(uow.now, found, files))
    return render_template("lectures/readings.html", lecture=found, files=files)


def _shown(uow: UnitOfWork, found: Material) -> dict[str, object]:
    pages = queries.pictures_of(uow, found)
    return {
        "pages": pages,
        "rendition": found.rendition,
        "waits": found.media_type in rules.PAGED and (found.rendition is None or found.rendition.state == "working"),
        "is_film": found.media_type == rules.MP4,
        "back": url_for("archives.lecture", lecture_id=found.lecture_id),
    }
