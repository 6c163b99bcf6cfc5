"""The button that calls those who have not come."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.attendance.service.reminding import call_missing
from lms.attendance.views import bp
from lms.core.errors import Problem
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture


@bp.route("/lectures/<uuid:lecture_id>/remind", methods=["POST"])
@may("lecture.change")
def remind(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    lecture = find(uow, Lecture, lecture_id)
    try:
        called = call_missing(uow, lecture)
    except Problem as problem:  # said on the page one is on, not instead of it
        flash(str(problem), "warn")
    else:
        flash(_("已提醒 %(n)s 人。", n=called), "ok")
    return redirect(url_for("archives.lecture", lecture_id=lecture.id), 303)
