"""Leave: written down, agreed to by a second person, taken back."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.attendance import queries, service
from lms.attendance.forms import AskLeaveForm, EnterForm, ExcuseForm
from lms.attendance.views import bp
from lms.attendance.views.board import enter_page
from lms.core.errors import Problem
from lms.core.given import agreed, words_given
from lms.core.uow import UnitOfWork
from lms.lectures.models import Attendee


@bp.route("/lectures/<uuid:lecture_id>/excuse/<uuid:person_id>", methods=["POST"])
@may("attendance.enter")
def excuse(uow: UnitOfWork, lecture_id: UUID, person_id: UUID) -> ResponseReturnValue:
    lecture, attendee = queries.listed(uow, lecture_id, person_id)
    form = ExcuseForm()
    if form.validate_on_submit():
        try:
            counts = service.excuse(uow, lecture, attendee, form.told())
        except Problem as problem:
            uow.rollback()
            form.reason.errors = [str(problem)]
        else:
            if counts:
                flash(_("已登记%(name)s请假。", name=attendee.person.name), "ok")
            else:
                flash(
                    _("已登记%(name)s请假，要第二个人确认后才从应到里扣除；在那以前仍算未到。", name=attendee.person.name), "warn"
                )
            return redirect(url_for("archives.lecture", lecture_id=lecture.id), 303)
    return enter_page(lecture, attendee, EnterForm(formdata=None, data={"mark": "in"}), form, 422)


@bp.route("/lectures/<uuid:lecture_id>/excuse/<uuid:person_id>/end", methods=["POST"])
@may("attendance.enter")
def end_leave(uow: UnitOfWork, lecture_id: UUID, person_id: UUID) -> ResponseReturnValue:
    lecture, attendee = queries.listed(uow, lecture_id, person_id)
    if reason := words_given("reason", _("请写明为什么不是请假。")):
        try:
            service.take_back_leave(uow, lecture, attendee, reason)
            flash(_("已取消%(name)s的请假，按应到人员算。", name=attendee.person.name), "ok")
        except Problem as problem:
            uow.rollback()
            flash(str(problem), "warn")
    return _record(attendee)


@bp.route("/lectures/<uuid:lecture_id>/leave/<uuid:person_id>", methods=["POST"])
@may("attendance.confirm")
def decide_leave(uow: UnitOfWork, lecture_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """The second person agrees to a leave that waits, or does not; whoever wrote it down may withdraw it as well."""
    lecture, attendee = queries.listed(uow, lecture_id, person_id)
    try:
        if agreed():
            service.agree_to_leave(uow, lecture, attendee)
            flash(_("已确认，%(name)s算请假。", name=attendee.person.name), "ok")
        elif reason := words_given("reason", _("请写明为什么不能确认。")):
            service.drop_leave(uow, lecture, attendee, reason)
            flash(_("已退回，%(name)s仍算未到。", name=attendee.person.name), "ok")
    except Problem as problem:
        uow.rollback()
        flash(str(problem), "warn")
    return _own(lecture_id) if request.form.get("back") == "lecture" else _record(attendee)


@bp.route("/lectures/<uuid:lecture_id>/own-leave", methods=["POST"])
@may("own.leave")
def ask_leave(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """Somebody expected asks to be on leave; nothing counts until another agrees."""
    lecture, attendee = queries.listed_oneself(uow, lecture_id)
    form = AskLeaveForm()
    if not form.validate_on_submit():
        flash(" ".join(str(error) for errors in form.errors.values() for error in errors), "warn")
        return _own(lecture_id)
    try:
        service.ask_leave(uow, lecture, attendee, form.told())
        flash(_("已交给培训管理员，答复了会通知您。确认以前仍算应到。"), "ok")
    except Problem as problem:
        uow.rollback()
        flash(str(problem), "warn")
    return _own(lecture_id)


@bp.route("/lectures/<uuid:lecture_id>/own-leave/withdraw", methods=["POST"])
@may("own.leave")
def withdraw_leave(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    lecture, attendee = queries.listed_oneself(uow, lecture_id)
    try:
        service.withdraw_leave(uow, lecture, attendee)
        flash(_("已撤回，请按时来听课。"), "ok")
    except Problem as problem:
        uow.rollback()
        flash(str(problem), "warn")
    return _own(lecture_id)


def _own(lecture_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("archives.lecture", lecture_id=lecture_id), 303)


def _record(attendee: Attendee) -> ResponseReturnValue:
    return redirect(url_for(".person_record", lecture_id=attendee.lecture_id, person_id=attendee.person_id), 303)
