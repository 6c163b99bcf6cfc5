"""When a lecturer really began or ended: the correction, and the word of the second person."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.core import clock
from lms.core.errors import Problem
from lms.core.given import agreed
from lms.core.uow import UnitOfWork
from lms.lectures import queries, service
from lms.lectures.forms import TimeForm
from lms.lectures.models import LecturerStep, Sitting
from lms.lectures.views import bp


@bp.route("/sittings/<uuid:sitting_id>/times", methods=["GET", "POST"])
@may("lecture.change")
def times(uow: UnitOfWork, sitting_id: UUID) -> ResponseReturnValue:
    """The trainer says that the lecturer began or ended at another time than is recorded."""
    sitting = find(uow, Sitting, sitting_id)
    found = queries.proof_of(uow, sitting.id, uow.now)
    ended_at = found.ended_at if sitting.closed_at else None  # while it takes place its end is not corrected
    recorded = clock.local(ended_at or found.started_at or sitting.planned_starts_at)
    form = TimeForm(data={"day": recorded.date(), "step": "end" if ended_at else "start"})
    if form.validate_on_submit():
        try:
            service.propose_time(uow, sitting, LecturerStep(form.step.data), form.at(), form.reason.data)
        except Problem as problem:
            form.hour.errors = [str(problem)]
        else:
            flash(_("已提出更正。讲课人本人、主要负责人或者当天旁听的监管人员确认后才生效。"), "ok")
            return redirect(url_for("archives.lecture", lecture_id=sitting.lecture_id), 303)
    page = render_template("lectures/times.html", lecture=sitting.lecture, sitting=sitting, form=form, found=found)
    return page, 422 if form.errors else 200


@bp.route("/sittings/<uuid:sitting_id>/times/second", methods=["POST"])
@may("lecture.time.confirm")
def second_times(uow: UnitOfWork, sitting_id: UUID) -> ResponseReturnValue:
    """The second person agrees that it was another time, or does not."""
    sitting = find(uow, Sitting, sitting_id)
    if agreed():
        service.confirm_time(uow, sitting)
        flash(_("已更正：时长、学时和到课情况都按新的时间重新算了，原来的记录还在。"), "ok")
    else:
        service.drop_time(uow, sitting)
        flash(_("没有更正，照原来的记录。"), "ok")
    return redirect(url_for("archives.lecture", lecture_id=sitting.lecture_id), 303)
