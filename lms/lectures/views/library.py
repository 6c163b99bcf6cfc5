"""The material library: a bureau publishes, a firm adopts into a lecture."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find, may_at_all
from lms.core.downloads import handed_out
from lms.core.errors import NotFound
from lms.core.exports import exported, file_asked
from lms.core.given import id_given
from lms.core.uow import UnitOfWork
from lms.lectures import queries, service
from lms.lectures.library_forms import ItemForm, VersionForm
from lms.lectures.listings import library_listing
from lms.lectures.models import Lecture, LibraryItem, LibraryVersion, Material
from lms.lectures.views import bp
from lms.lectures.views.files import received, sealed
from lms.lectures.views.uploads import token_of


@bp.route("/library")
@may("library.read")
def library(uow: UnitOfWork) -> ResponseReturnValue:
    firm, offered = uow.actor.holds(Role.TRAINER, Role.HEAD), queries.library(uow)
    uses = may_at_all(uow.actor, "lecture.change")
    if kind := file_asked():
        return exported(kind, library_listing(uow.now, offered, firm=firm))
    return render_template(
        "lectures/library.html",
        offered=offered,
        lectures=queries.lectures_to_come(uow) if uses else [],
        firm=firm,
        uses=uses,
        may_publish=may_at_all(uow.actor, "library.change"),
        own=uow.actor.jurisdiction_id,
    )


@bp.route("/library/new", methods=["GET", "POST"])
@may("library.change")
def publish(uow: UnitOfWork) -> ResponseReturnValue:
    return _publish(uow, ItemForm(), None)


@bp.route("/library/<uuid:library_id>/new-version", methods=["GET", "POST"])
@may("library.change")
def publish_version(uow: UnitOfWork, library_id: UUID) -> ResponseReturnValue:
    return _publish(uow, VersionForm(), service.own_item(uow, find(uow, LibraryItem, library_id)))


@bp.route("/library/<uuid:library_id>/withdraw", methods=["POST"])
@may("library.change")
def withdraw_item(uow: UnitOfWork, library_id: UUID) -> ResponseReturnValue:
    service.withdraw_item(uow, find(uow, LibraryItem, library_id))
    flash(_("已下架，不再提供给企业；已经用上的不受影响。"), "ok")
    return redirect(url_for(".library"), 303)


@bp.route("/library/versions/<uuid:version_id>")
@may("library.read")
def library_file(uow: UnitOfWork, version_id: UUID) -> ResponseReturnValue:
    found = find(uow, LibraryVersion, version_id)
    return handed_out(found.sha256, found.media_type, found.size, download_name=found.file_name)


@bp.route("/library/versions/<uuid:version_id>/adopt", methods=["POST"])
@may("lecture.change")
def adopt(uow: UnitOfWork, version_id: UUID) -> ResponseReturnValue:
    version = find(uow, LibraryVersion, version_id)
    lecture = find(uow, Lecture, id_given("lecture_id"))
    service.adopt(uow, lecture, version)
    flash(_("已用到「%(title)s」。可以再加上本单位的案例。", title=lecture.title), "ok")
    return redirect(url_for("archives.lecture", lecture_id=lecture.id), 303)


@bp.route("/materials/<uuid:material_id>/renew", methods=["POST"])
@may("lecture.change")
def renew(uow: UnitOfWork, material_id: UUID) -> ResponseReturnValue:
    """The newest version of an adopted material in its place."""
    found = find(uow, Material, material_id)
    service.renew(uow, found)
    flash(_("已换成新版。"), "ok")
    return redirect(url_for("archives.lecture", lecture_id=found.lecture_id), 303)


def _publish(uow: UnitOfWork, form: VersionForm, item: LibraryItem | None) -> ResponseReturnValue:
    scope = uow.actor.jurisdiction_id
    if scope is None:
        raise NotFound
    files, faults = received(scope) if request.method == "POST" else ([], [])
    if request.method == "POST" and not files and not faults:
        faults = [_("请选一个文件")]
    if form.validate_on_submit() and not faults:
        note = form.note.data or None
        if item is None:
            service.publish_item(uow, form.title.data, files[0], note)
        else:
            service.publish_version(uow, item, files[0], note)
        flash(_("已发布，辖区内的企业都能用。"), "ok")
        return redirect(url_for(".library"), 303)
    if faults:
        form.materials.errors = faults
    page = render_template(
        "lectures/publish.html",
        form=form,
        item=item,
        kept=[(file, sealed(scope, file)) for file in files],
        uploads=service.uploads_of(uow),
        token_of=token_of,
    )
    return page, 422 if form.errors or faults else 200
