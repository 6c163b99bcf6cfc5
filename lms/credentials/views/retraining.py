"""Who is to be taught anew because something changed, and the permits that some work needs."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find, may_at_all
from lms.core.errors import Problem
from lms.core.exports import exported, page_asked, table_asked
from lms.core.given import words_given
from lms.core.uow import UnitOfWork
from lms.credentials.listings import demands_listing, permits_listing
from lms.credentials.models import Authority, TrainingDemand, WorkPermit
from lms.credentials.queries.retraining import demands_page, permits_of
from lms.credentials.retraining_forms import NoveltyForm, PermitForm
from lms.credentials.service import retraining as service
from lms.registry.models import Enterprise, Person
from lms.registry.queries import departments_on

bp = Blueprint("retraining", __name__)
PERMITS = "permits"  # the second list of the page


@bp.route("/enterprises/<uuid:enterprise_id>/retraining")
@may("training.read")
def index(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    found = find(uow, Enterprise, enterprise_id)
    match table_asked(PERMITS):
        case kind, "":
            return exported(kind, demands_listing(uow.now, found, demands_page(uow, found.id, None).rows))
        case kind, _permits:
            return exported(kind, permits_listing(uow.now, uow.today, found, permits_of(uow, found.id)))
    return _page(uow, found, _novelty(uow, found))


@bp.route("/enterprises/<uuid:enterprise_id>/retraining/new", methods=["POST"])
@may("training.enter")
def introduce(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    """Something new is used from a day on: those who use it are asked to be taught."""
    found = find(uow, Enterprise, enterprise_id)
    form = _novelty(uow, found)
    if not form.validate_on_submit():
        return _page(uow, found, form), 422
    departments = [UUID(form.department.data)] if form.department.data else None
    number = service.introduce(uow, found, form.what.data or "", form.on.data, departments)
    flash(_("已列入 %(n)s 人。登记培训并审核后自动销掉。", n=number), "ok")
    return redirect(url_for(".index", enterprise_id=found.id), 303)


@bp.route("/training-demands/<uuid:demand_id>", methods=["POST"])
@may("training.enter")
def waive(uow: UnitOfWork, demand_id: UUID) -> ResponseReturnValue:
    """It does not apply to this person, with the reason."""
    found = find(uow, TrainingDemand, demand_id)
    if reason := words_given("reason", _("请写明原因。")):
        service.waive(uow, found, reason)
        flash(_("已标为不适用，原因会一直保留。"), "ok")
    return redirect(url_for(".index", enterprise_id=found.enterprise_id), 303)


@bp.route("/people/<uuid:person_id>/permits/new", methods=["GET", "POST"])
@may("training.enter")
def permit(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    person = find(uow, Person, person_id)
    form = PermitForm()
    if form.validate_on_submit():
        try:
            service.enter_permit(
                uow, person, Authority(form.authority.data), form.work.data or "", form.card_no.data or "", form.issued_on.data,
                form.review_due_on.data, form.ends_on.data,
            )  # fmt: skip
        except Problem as problem:
            form.issued_on.errors = [str(problem)]
        else:
            flash(_("已登记。复审前 60、30、7 天会提醒本人和培训管理员。"), "ok")
            return redirect(url_for(".index", enterprise_id=person.enterprise_id, _anchor="permits"), 303)
    return render_template("credentials/permit_new.html", person=person, form=form), 422 if form.errors else 200


@bp.route("/permits/<uuid:permit_id>", methods=["POST"])
@may("training.enter")
def end_permit(uow: UnitOfWork, permit_id: UUID) -> ResponseReturnValue:
    """It is not good any more, with the reason."""
    found = find(uow, WorkPermit, permit_id)
    if reason := words_given("reason", _("请写明原因。")):
        service.end_permit(uow, found, reason)
        flash(_("已注销，原来的一条还在。"), "ok")
    return redirect(url_for(".index", enterprise_id=found.enterprise_id, _anchor="permits"), 303)


def _novelty(uow: UnitOfWork, enterprise: Enterprise) -> NoveltyForm:
    form = NoveltyForm()
    rows = departments_on(uow, enterprise.id, uow.today)
    form.department.choices = [("", _("全体人员")), *((str(row.id), row.name) for row, _number in rows)]
    return form


def _page(uow: UnitOfWork, enterprise: Enterprise, form: NoveltyForm) -> str:
    own = uow.actor.enterprise_id == enterprise.id
    return render_template(
        "credentials/retraining.html",
        enterprise=enterprise,
        form=form,
        page=demands_page(uow, enterprise.id, page_asked(PERMITS)),
        url_of=lambda number: url_for(".index", enterprise_id=enterprise.id, page=number),
        permits=permits_of(uow, enterprise.id),
        today=uow.today,
        may_enter=own and may_at_all(uow.actor, "training.enter"),
    )
