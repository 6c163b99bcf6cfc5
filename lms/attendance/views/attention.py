"""What the trainer should look at: flags, each looked at with one tap."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.attendance import queries, service
from lms.attendance.views import bp
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture


@bp.route("/lectures/<uuid:lecture_id>/attention")
@may("attendance.read")
def attention(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """Flags and re-checks as a fragment, for the page that shows them while the lecture runs."""
    shown = queries.attention(uow, find(uow, Lecture, lecture_id))
    return render_template("attendance/_attention.html", attention=shown)


@bp.route("/lectures/<uuid:lecture_id>/flags", methods=["POST"])
@may("attendance.enter")
def resolve_flag(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    lecture = find(uow, Lecture, lecture_id)
    if request.form.get("do") == "missed":
        flash(_("已记下：您核实过这 %(n)s 条。", n=service.resolve_missed(uow, lecture, request.form.get("department"))), "ok")
    else:
        service.resolve(uow, lecture, request.form.get("kind", ""), request.form.get("subject", ""))
        flash(_("已记下：您核实过这一条。"), "ok")
    return redirect(url_for("archives.lecture", lecture_id=lecture.id, _anchor="attention"), 303)
