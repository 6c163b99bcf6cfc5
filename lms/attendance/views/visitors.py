"""People of other firms: on their own phone, or entered by the trainer."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may, public
from lms.access.reach import find
from lms.attendance import queries, service
from lms.attendance.carrying import carried_claim
from lms.attendance.forms import VisitorForm
from lms.attendance.models import Mark
from lms.attendance.views import bp
from lms.attendance.views.phone import remember_refusal
from lms.core.errors import Problem
from lms.core.uow import UnitOfWork
from lms.lectures.models import Sitting


@bp.route("/checkin/visitor", methods=["GET", "POST"])
@public("a visitor is on no roster: name and company are all there is")
def visitor(uow: UnitOfWork) -> ResponseReturnValue:
    form = VisitorForm()
    try:
        claim = carried_claim()
        hall = service.hall_of(uow, claim.sitting_id, must_be_open=False)
        leaving = claim.mark == Mark.OUT
        if leaving and request.method == "POST":
            service.depart(uow, service.keep(uow, hall, claim))
            return redirect(url_for(".visitor"), 303)
        if not leaving and form.validate_on_submit():
            sitting = queries.sitting_with_lecture(uow, hall.id)
            service.visit(uow, sitting, form.name.data or "", form.company.data or "", service.keep(uow, hall, claim))
            return redirect(url_for(".visitor"), 303)
    except Problem as problem:
        remember_refusal(uow, problem)
        return render_template("attendance/refused.html", problem=problem), problem.status
    there = queries.visitor_of_phone(uow, hall.id, claim.device_id) if leaving else queries.visitor_of_scan(uow, claim)
    page = render_template(
        "attendance/visitor.html", form=form, claim=claim, sealed=service.sealed(claim), hall=hall, visitor=there, leaving=leaving
    )
    return page, 422 if form.errors else 200


@bp.route("/sittings/<uuid:sitting_id>/visitors", methods=["POST"])
@may("attendance.enter")
def add_visitor(uow: UnitOfWork, sitting_id: UUID) -> ResponseReturnValue:
    sitting, form = find(uow, Sitting, sitting_id), VisitorForm()
    if form.validate_on_submit():
        try:
            service.visit(uow, sitting, form.name.data or "", form.company.data or "")
            flash(_("已登记来访：%(name)s。不计入应到和到课率。", name=form.name.data), "ok")
        except Problem as problem:
            flash(str(problem), "warn")
    else:
        flash(_("来访登记要写姓名和单位。"), "warn")
    return redirect(url_for("archives.lecture", lecture_id=sitting.lecture_id, _anchor="receive"), 303)
