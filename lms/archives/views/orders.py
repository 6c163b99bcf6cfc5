"""Archives are asked for here, and fetched when they are made: nobody waits for one."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from lms.access.door import may
from lms.access.reach import find
from lms.archives import service
from lms.archives.models import ArchiveOrder, Format
from lms.archives.views import bp
from lms.core import clock
from lms.core.downloads import handed_out
from lms.core.errors import NotFound
from lms.core.paging import Page, paged
from lms.core.sheets import MEDIA_TYPE
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.registry.models import Enterprise, Person

MEDIA = {Format.PDF: "application/pdf", Format.XLSX: MEDIA_TYPE, Format.ZIP: "application/zip"}


@bp.route("/enterprises/<uuid:enterprise_id>/archives", methods=["GET", "POST"])
@may("enterprise.read")
def orders(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    """The archives of an enterprise, its lectures and its people that were asked for; another one is asked for here."""
    found = find(uow, Enterprise, enterprise_id)
    if request.method == "POST":
        return _ordered(uow, found)
    return render_template("archives/orders.html", **_listed(uow, found))


@bp.route("/enterprises/<uuid:enterprise_id>/archives/list")
@may("enterprise.read")
def order_list(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    """The fragment that follows those that are being made."""
    return render_template("archives/_orders.html", **_listed(uow, find(uow, Enterprise, enterprise_id)))


@bp.route("/lectures/<uuid:lecture_id>/archive", methods=["POST"])
@may("lecture.list")
def order_lecture(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    return _ordered(uow, find(uow, Lecture, lecture_id))


@bp.route("/people/<uuid:person_id>/archive", methods=["POST"])
@may("enterprise.read")
def order_person(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    return _ordered(uow, find(uow, Person, person_id))


@bp.route("/archive-orders/<uuid:order_id>")
@may("enterprise.read")
def order_file(uow: UnitOfWork, order_id: UUID) -> ResponseReturnValue:
    """The file, or the rest of it where a download broke off."""
    asked = find(uow, ArchiveOrder, order_id)
    if asked.sha256 is None or asked.made_at is None:
        raise NotFound
    name = f"{asked.title}-{clock.local_date(asked.made_at):%Y%m%d}.{asked.format.value}".replace("/", "、")
    return handed_out(asked.sha256, MEDIA[asked.format], asked.size, download_name=name)


def _ordered(uow: UnitOfWork, subject: Enterprise | Lecture | Person) -> ResponseReturnValue:
    try:
        wanted = Format(request.form.get("format", ""))
    except ValueError:
        raise NotFound from None
    asked = service.order(uow, subject, wanted)
    flash(_("正在做，做好了在这里下载。可以先去做别的。"), "ok")
    return redirect(url_for(".orders", enterprise_id=asked.enterprise_id), 303)


def _listed(uow: UnitOfWork, found: Enterprise) -> dict[str, object]:
    own = select(ArchiveOrder).where(ArchiveOrder.enterprise_id == found.id)
    total = uow.session.scalar(select(func.count()).select_from(own.subquery())) or 0
    newest = own.order_by(ArchiveOrder.asked_at.desc(), ArchiveOrder.id.desc())
    page: Page[ArchiveOrder] = paged(
        total,
        request.args.get("page", 1, int),
        lambda limit, offset: uow.session.scalars(newest.limit(limit).offset(offset)).all(),
    )

    return {
        "enterprise": found,
        "page": page,
        "kept": service.KEPT,
        "making": any(one.making for one in page.rows),
    }
