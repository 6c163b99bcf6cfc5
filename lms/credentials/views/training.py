"""Training from elsewhere and old paper: entered by one person, checked by another."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find, may_at_all
from lms.access.service import hands_of
from lms.core.downloads import handed_out
from lms.core.errors import Problem
from lms.core.exports import exported, file_asked, page_asked
from lms.core.given import words_given
from lms.core.uow import UnitOfWork
from lms.credentials import queries, service
from lms.credentials.forms import TrainingForm
from lms.credentials.listings import trainings_listing
from lms.credentials.models import EnteredTraining, TrainingKind
from lms.registry.models import Enterprise, Person

bp = Blueprint("trainings", __name__)


@bp.route("/enterprises/<uuid:enterprise_id>/trainings")
@may("training.read")
def index(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    enterprise = find(uow, Enterprise, enterprise_id)
    page = queries.trainings_page(uow, enterprise.id, page_asked())
    if kind := file_asked():
        return exported(kind, trainings_listing(uow.now, enterprise, page.rows))
    return render_template(
        "credentials/trainings.html",
        enterprise=enterprise,
        page=page,
        may_check=may_at_all(uow.actor, "training.check"),
        own_hands=hands_of(uow),
    )


@bp.route("/people/<uuid:person_id>/trainings/new", methods=["GET", "POST"])
@may("training.enter")
def enter(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    person = find(uow, Person, person_id)
    form = TrainingForm()
    if form.validate_on_submit():
        try:
            entered = service.Entered(
                TrainingKind(form.kind.data), form.title.data or "", form.organizer.data or "", form.starts_on.data,
                form.ends_on.data, form.hours.data, form.level.data or "",
            )  # fmt: skip
            service.enter_training(uow, person, entered, form.scan.data.filename or "", form.scan.data.stream)
        except service.NotAScan as problem:
            form.scan.errors = [str(problem)]
        except Problem as problem:
            form.hours.errors = [str(problem)]
        else:
            flash(_("已登记。另一位审核后才计学时。"), "ok")
            return redirect(url_for(".index", enterprise_id=person.enterprise_id), 303)
    return render_template("credentials/training_new.html", person=person, form=form), 422 if form.errors else 200


@bp.route("/trainings/<uuid:training_id>/scan")
@may("training.read")
def scan(uow: UnitOfWork, training_id: UUID) -> ResponseReturnValue:
    """The very bytes that were handed in, as a download."""
    found = find(uow, EnteredTraining, training_id)
    return handed_out(found.sha256, found.media_type, found.size, download_name=found.file_name)


@bp.route("/trainings/<uuid:training_id>/check", methods=["POST"])
@may("training.check")
def check(uow: UnitOfWork, training_id: UUID) -> ResponseReturnValue:
    """Accept it, refuse it, or void what was accepted; a refusal and a void say why."""
    found = find(uow, EnteredTraining, training_id)
    do = request.form.get("do")
    if do == "accept":
        service.accept_training(uow, found)
        flash(_("审核通过，学时已记入。"), "ok")
    elif reason := words_given("reason", _("请写明原因。")):
        if do == "void":
            service.void_training(uow, found, reason)
            flash(_("已作废，学时已冲销。"), "ok")
        else:
            service.refuse_training(uow, found, reason)
            flash(_("已退回，不计学时。"), "ok")
    return redirect(url_for(".index", enterprise_id=found.enterprise_id), 303)
