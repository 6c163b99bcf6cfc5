"""People of other firms: on their own phone, or entered by the trainer."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may, public
from lms.access.reach import find
from lms.attendance import queries, service
from lms.attendance.forms import VisitorForm
from lms.attendance.models import Mark
from lms.attendance.views import bp
from lms.attendance.views.phone import COOKIE
from lms.core.errors import Problem
from lms.core.uow import UnitOfWork
from lms.lectures.models import Sitting


@bp.route("/checkin/<uuid:scan_id>/visitor", methods=["GET", "POST"])
@public("a visitor is on no roster: name and company are all there is")
def visitor(uow: UnitOfWork, scan_id: UUID) -> ResponseReturnValue:
    form = VisitorForm()
    try:
        scan = service.own_scan(uow, scan_id, request.cookies.get(COOKIE))
        sitting = queries.sitting_with_lecture(uow, scan.sitting_id)
        leaving = scan.mark == Mark.OUT
        if leaving and request.method == "POST":
            service.depart(uow, scan)
            return redirect(url_for(".visitor", scan_id=scan.id), 303)
        if not leaving and form.validate_on_submit():
            service.visit(uow, sitting, form.name.data or "", form.company.data or "", scan)
            return redirect(url_for(".visitor", scan_id=scan.id), 303)
    except Problem as problem:
        return render_template("attendance/refused.html", problem=problem), problem.status
    there = queries.visitor_of_phone(uow, sitting.id, scan.device_id) if leaving else queries.visitor_of_scan(uow, scan)
    page = render_template(
        "attendance/visitor.html", form=form, scan=scan, sitting=sitting, lecture=sitting.lecture, visitor=there, leaving=leaving
    )
    return page, 422 if form.errors else 200


@bp.route("/sittings/<uuid:sitting_id>/visitors", methods=["POST"])
@may("attendance.enter")
def add_visitor(uow: UnitOfWork, sitting_id: UUID) -> ResponseReturnValue:
    sitting, form = find(uow, Sitting, sitting_id), VisitorForm()
    if form.validate_on_submit():
        service.visit(uow, sitting, form.name.data or "", form.company.data or "")
        flash(_("已登记来访：%(name)s。不计入应到和到课率。", name=form.name.data), "ok")
    else:
        flash(_("来访登记要写姓名和单位。"), "warn")
    return redirect(url_for("archives.lecture", lecture_id=sitting.lecture_id, _anchor="receive"), 303)
