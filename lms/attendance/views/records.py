"""The record of one person in one lecture: every mark, what was corrected by whom, and what is disputed."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find, may_at_all
from lms.attendance import queries, service
from lms.attendance.forms import CorrectForm
from lms.attendance.listings import disputes_listing
from lms.attendance.models import AttendanceEvent, Dispute, HandMark
from lms.attendance.views import bp
from lms.core import clock
from lms.core.errors import NotFound, Problem
from lms.core.exports import exported, file_asked
from lms.core.given import agreed, ids_given, words_given
from lms.core.uow import UnitOfWork
from lms.core.workdays import unarranged
from lms.lectures.models import Lecture, Sitting


@bp.route("/lectures/<uuid:lecture_id>/people/<uuid:person_id>")
@may("attendance.read")
def person_record(uow: UnitOfWork, lecture_id: UUID, person_id: UUID) -> ResponseReturnValue:
    lecture = find(uow, Lecture, lecture_id)
    attendee = queries.attendee_of(uow, lecture.id, person_id)
    if attendee is None:
        raise NotFound
    return render_template(
        "attendance/record.html",
        lecture=lecture,
        attendee=attendee,
        presence=queries.presence_of(uow, lecture.id, person_id),
        lines=queries.lines_of(uow, lecture.id, person_id),
        disputes=queries.own_disputes(uow, lecture.id, person_id),
        leave=queries.leave_of(uow, attendee),
        may_decide=may_at_all(uow.actor, "attendance.confirm"),
        today=uow.today,
        correct_link=lambda event_id: url_for(".correct", event_id=event_id),
        editable=(lecture.state.value == "open" or lecture.is_held) and may_at_all(uow.actor, "attendance.enter"),
    )


@bp.route("/marks/<uuid:event_id>/correct", methods=["GET", "POST"])
@may("attendance.enter")
def correct(uow: UnitOfWork, event_id: UUID) -> ResponseReturnValue:
    event = find(uow, AttendanceEvent, event_id)
    lecture = uow.session.get_one(Lecture, event.lecture_id)
    attendee = queries.attendee_of(uow, lecture.id, event.person_id)
    if attendee is None:
        raise NotFound
    form = CorrectForm(data={"what": "time", "at": clock.local(event.scanned_at).time()})
    if form.validate_on_submit():
        sitting = uow.session.get_one(Sitting, event.sitting_id)
        at = sitting.at(form.at.data) if form.what.data == "time" and form.at.data else None
        try:
            correction = service.strike(uow, lecture, event, reason=form.reason.data, at=at)
        except Problem as problem:
            (form.what if at is None else form.at).errors = [str(problem)]
        else:
            if queries.waits_for_second(uow, correction.replaced_by_id):
                said = _("改过的时间要第二个人确认后才算数：是您本人的，或者超过应到人数十分之一。在那以前，原来的时间仍算数。")
                flash(said, "warn")
            else:
                flash(_("已更正，由您签字。原来的一条划掉保留，到课和学时已重新算好。"), "ok")
            return redirect(url_for(".person_record", lecture_id=lecture.id, person_id=event.person_id), 303)
    page = render_template("attendance/correct.html", lecture=lecture, attendee=attendee, event=event, form=form)
    return page, 422 if form.errors else 200


@bp.route("/lectures/<uuid:lecture_id>/hand-marks", methods=["GET", "POST"])
@may("attendance.confirm")
def hand_marks(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """Whom the trainer entered, for the second person; who has read the list confirms it as they read it."""
    lecture = find(uow, Lecture, lecture_id)
    if request.method == "POST":
        read = set(ids_given(request.form.getlist("mark")))
        flash(_("已确认 %(n)s 条，现在算数。", n=service.confirm_hand_marks(uow, lecture, read)), "ok")
        return redirect(url_for(".hand_marks", lecture_id=lecture.id), 303)
    return render_template(
        "attendance/hand_marks.html",
        lecture=lecture,
        marks=queries.hand_marks_of(uow, lecture.id),
        leave=queries.waiting_leave(uow, lecture.id),
    )


@bp.route("/hand-marks/<uuid:hand_mark_id>", methods=["POST"])
@may("attendance.confirm")
def decide_hand_mark(uow: UnitOfWork, hand_mark_id: UUID) -> ResponseReturnValue:
    mark = find(uow, HandMark, hand_mark_id)
    try:
        if agreed():
            service.confirm_hand_mark(uow, mark)
            flash(_("已确认，这一条现在算数。"), "ok")
        elif reason := words_given("reason", _("请写明为什么不能确认。")):
            service.refuse_hand_mark(uow, mark, reason)
            flash(_("已划掉这一条，原因和您的名字一起留存。"), "ok")
    except Problem as problem:
        uow.rollback()
        flash(str(problem), "warn")
    return redirect(url_for(".hand_marks", lecture_id=mark.lecture_id), 303)


@bp.route("/lectures/<uuid:lecture_id>/dispute", methods=["POST"])
@may("own.dispute")
def dispute(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    lecture = find(uow, Lecture, lecture_id)
    person_id = uow.actor.person_id
    if person_id is None or queries.attendee_of(uow, lecture.id, person_id) is None:
        raise NotFound
    try:
        raised = service.dispute(uow, lecture, person_id, request.form.get("text", "").strip()[:200])
        flash(_("已转给培训管理员，5 个工作日内（最迟 %(day)s）答复您。", day=raised.due_on) + unarranged(raised.due_on), "ok")
    except Problem as problem:
        flash(str(problem), "warn")
    return redirect(url_for("archives.lecture", lecture_id=lecture.id), 303)


@bp.route("/disputes")
@may("attendance.read")
def disputes(uow: UnitOfWork) -> ResponseReturnValue:
    """What nobody has answered yet, the one due first at the top."""
    across = uow.actor.holds(Role.OFFICER)
    rows = queries.waiting_disputes(uow)
    if kind := file_asked():
        return exported(kind, disputes_listing(uow.now, rows, across=across))
    return render_template("attendance/disputes.html", rows=rows, across=across)


@bp.route("/disputes/<uuid:dispute_id>", methods=["POST"])
@may("attendance.enter")
def answer_dispute(uow: UnitOfWork, dispute_id: UUID) -> ResponseReturnValue:
    found = find(uow, Dispute, dispute_id)
    if answer := words_given("answer", _("请写一句答复。")):
        try:
            service.answer_dispute(uow, found, answer)
            flash(_("已答复，本人会收到通知。"), "ok")
        except Problem as problem:
            flash(str(problem), "warn")
    return redirect(url_for(".person_record", lecture_id=found.lecture_id, person_id=found.person_id), 303)
