"""The buttons of a lecture and of its sittings: notify, open check-in, start, close, cancel, void."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.core import clock
from lms.core.errors import Problem
from lms.core.given import agreed
from lms.core.uow import UnitOfWork
from lms.lectures import queries, rules, service
from lms.lectures.events import InsideAsked
from lms.lectures.forms import CancelForm, CloseForm, MoveForm, VoidForm
from lms.lectures.models import Lecture, LectureState, Sitting, Witness
from lms.lectures.rules.length import shortfall
from lms.lectures.views import bp


@bp.route("/lectures/<uuid:lecture_id>/notify", methods=["POST"])
@may("lecture.change")
def notify(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    lecture = find(uow, Lecture, lecture_id)
    service.publish(uow, lecture)
    flash(_("通知已发出。"), "ok")
    return _to(lecture)


@bp.route("/sittings/<uuid:sitting_id>/open", methods=["POST"])
@may("lecture.change")
def open_check_in(uow: UnitOfWork, sitting_id: UUID) -> ResponseReturnValue:
    sitting = find(uow, Sitting, sitting_id)
    service.open_check_in(uow, sitting.lecture, sitting)
    flash(_("签到已开放，应到名单已固定。点“投屏签到码”，把码放到大屏上。"), "ok")
    return _to(sitting.lecture)


@bp.route("/sittings/<uuid:sitting_id>/start", methods=["POST"])
@may("lecture.change")
def start(uow: UnitOfWork, sitting_id: UUID) -> ResponseReturnValue:
    sitting = find(uow, Sitting, sitting_id)
    service.start(uow, sitting.lecture, sitting)
    flash(_("已记下开讲时间。"), "ok")
    return _to(sitting.lecture)


@bp.route("/sittings/<uuid:sitting_id>/close", methods=["GET", "POST"])
@may("lecture.change")
def close(uow: UnitOfWork, sitting_id: UUID) -> ResponseReturnValue:
    sitting = find(uow, Sitting, sitting_id)
    lecture = sitting.lecture
    rules.check_open(lecture.state)
    rules.check_sitting(lecture.state, sitting, "open")
    seen = queries.proof_of(uow, sitting.id, until=sitting.planned_ends_at)
    of_this = sitting.started_at and sitting.planned_ends_at - sitting.started_at <= rules.LONGEST
    began = sitting.started_at if of_this else seen.started_at
    started = clock.local(began or sitting.planned_starts_at)
    offered = rules.end_offered(started, sitting.planned_starts_at, sitting.planned_ends_at, uow.now)
    form = CloseForm(data={"day": started.date(), "started": started.time(), "ended": clock.local(offered).time()})
    if form.validate_on_submit():
        try:
            service.close(
                uow,
                lecture,
                exactly(form.started_at(), began),
                exactly(form.ended_at(), uow.now),
                sitting=sitting,
                check_out_rest=bool(form.check_out_rest.data),
            )
        except Problem as problem:
            form.ended.errors = [str(problem)]
        else:
            if lecture.is_held:
                flash(_("讲课已结束，到课情况已算好。有考核的现在开放答题。"), "ok")
            else:
                flash(_("这一场已结束。其余场次讲完后，到课情况和考核一起定下。"), "ok")
            return _to(lecture)
    missing = queries.missing_evidence(uow, lecture, sitting)
    asked, lasts = lecture.minutes_asked, (offered - started) // timedelta(minutes=1)
    page = render_template(
        "lectures/close.html", lecture=lecture, sitting=sitting, form=form, missing=missing, forgotten=offered < uow.now,
        short=None if sitting.ended_at else shortfall(lasts, sitting.planned_minutes, asked),
        inside=uow.ask(InsideAsked(sitting.id)) or [],
        seen=[
            (words, at, rules.WITNESS_WORDS[witness])
            for words, at, witness in (
                (_("开讲"), seen.started_at, seen.start_witness), (_("讲完"), seen.ended_at, seen.end_witness),
            )
            if at and witness not in (None, Witness.TRAINER)
        ],
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.route("/sittings/<uuid:sitting_id>/move", methods=["GET", "POST"])
@may("lecture.change")
def move(uow: UnitOfWork, sitting_id: UUID) -> ResponseReturnValue:
    """A later sitting at another time or place; before the first is open, the plan itself is changed."""
    sitting = find(uow, Sitting, sitting_id)
    lecture = sitting.lecture
    rules.check_open(lecture.state)
    rules.check_sitting(lecture.state, sitting, "planned")
    starts, ends = clock.local(sitting.planned_starts_at), clock.local(sitting.planned_ends_at)
    form = MoveForm(data={"day": starts.date(), "starts": starts.time(), "ends": ends.time(), "place": sitting.place})
    form.today = uow.today
    clashes: list[rules.Clash] = []
    if form.validate_on_submit():
        slot = rules.Slot(form.starts_at(), form.ends_at(), form.place.data, sitting.name)
        clashes = [] if request.form.get("do") == "anyway" else service.clashes_of_move(uow, sitting, slot)
        if not clashes:
            service.put_off(uow, sitting, slot, form.reason.data)
            flash(_("这一场已改期，还没听的人都会收到。"), "ok")
            return _to(lecture)
    page = render_template("lectures/move.html", lecture=lecture, sitting=sitting, form=form, clashes=clashes)
    return page, 422 if form.errors or clashes else 200


@bp.route("/lectures/<uuid:lecture_id>/finish", methods=["POST"])
@may("lecture.change")
def finish(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    lecture = find(uow, Lecture, lecture_id)
    service.finish(uow, lecture)
    flash(_("讲课已结束，没讲的场次记为“没有举行”。有考核的现在开放答题。"), "ok")
    return _to(lecture)


@bp.route("/lectures/<uuid:lecture_id>/cancel", methods=["GET", "POST"])
@may("lecture.change")
def cancel(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    lecture = find(uow, Lecture, lecture_id)
    rules.check_step(lecture.state, LectureState.CANCELLED)
    form = CancelForm()
    if form.validate_on_submit():
        service.cancel(uow, lecture, form.reason.data)
        flash(_("讲课已取消，已通知的人都会收到。"), "ok")
        return _to(lecture)
    return render_template("lectures/cancel.html", lecture=lecture, form=form), 422 if form.errors else 200


@bp.route("/lectures/<uuid:lecture_id>/void", methods=["GET", "POST"])
@may("lecture.change")
def void(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    lecture = find(uow, Lecture, lecture_id)
    rules.check_step(lecture.state, LectureState.VOIDED)
    form = VoidForm()
    if form.validate_on_submit():
        service.propose_void(uow, lecture, form.reason.data)
        flash(_("已提出作废。另一位培训管理员或主要负责人在这一页确认后才生效，在此之前学时和证书照常有效。"), "ok")
        return _to(lecture)
    return render_template("lectures/void.html", lecture=lecture, form=form), 422 if form.errors else 200


@bp.route("/lectures/<uuid:lecture_id>/void/second", methods=["POST"])
@may("lecture.void.confirm")
def second_void(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """The second person agrees that a lecture is void, or does not."""
    lecture = find(uow, Lecture, lecture_id)
    if agreed():
        service.confirm_void(uow, lecture)
        flash(_("这堂课已作废：学时已冲回，培训证明已撤销，记录都还在。"), "ok")
    else:
        service.drop_void(uow, lecture)
        flash(_("没有作废，这堂课照常算数。"), "ok")
    return _to(lecture)


def exactly(typed: datetime, known: datetime | None) -> datetime:
    """The known instant when the typed one is its minute, else the typed one: forms have no seconds, the clock has.

    Without it a lecture that began at 9:00:40 would be closed as begun at 9:00:00, and whoever came in between be late.
    """
    return known if known is not None and typed <= known < typed + timedelta(minutes=1) else typed


def _to(lecture: Lecture) -> ResponseReturnValue:
    return redirect(url_for("archives.lecture", lecture_id=lecture.id), 303)
