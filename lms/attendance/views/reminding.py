"""The button that calls those who have not come."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.attendance.service.reminding import Called, call_missing
from lms.attendance.views import bp
from lms.core.errors import Problem
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture

NAMED = 8  # in the sentence that says who was called; the rest are a number


@bp.route("/lectures/<uuid:lecture_id>/remind", methods=["POST"])
@may("lecture.change")
def remind(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    lecture = find(uow, Lecture, lecture_id)
    try:
        called = call_missing(uow, lecture)
    except Problem as problem:  # said on the page one is on, not instead of it
        flash(str(problem), "warn")
    else:
        flash(_told(called), "ok")
    return redirect(url_for("archives.lecture", lecture_id=lecture.id), 303)


def _told(called: Called) -> str:
    named = _("、").join(called.names[:NAMED]) + (_("等") if len(called.names) > NAMED else "")
    said = _("已提醒 %(n)s 人：%(names)s。是否送达，见“通知”。", n=len(called.names), names=named)
    if called.often:
        said += _("另有 %(n)s 人已经提醒过 3 次，没有再提醒，请打电话。", n=called.often)
    return said
