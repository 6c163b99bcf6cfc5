"""The re-check: the trainer asks, whoever is asked taps once."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.attendance import queries, service
from lms.attendance.models import Recheck
from lms.attendance.rules.rechecks import EVERYBODY, SAMPLE
from lms.attendance.views import bp
from lms.core.errors import NotFound, Problem
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture, Sitting


@bp.route("/sittings/<uuid:sitting_id>/rechecks", methods=["POST"])
@may("recheck.ask")
def ask(uow: UnitOfWork, sitting_id: UUID) -> ResponseReturnValue:
    sitting = find(uow, Sitting, sitting_id)
    percent = EVERYBODY if request.form.get("whom") == "everybody" else SAMPLE
    try:
        if request.form.get("when") == "chance":
            service.ask_by_chance(uow, sitting, percent)
            said = _("已安排：讲课中会随机抽查一次，时间谁都不知道。")
        else:
            people = len(service.ask_now(uow, sitting, percent).asked)
            said = _("已请 %(n)s 人在 3 分钟内点“我在”。", n=people)
    except Problem as problem:
        uow.rollback()
        flash(str(problem), "warn")
    else:
        flash(said, "ok")
    return redirect(url_for("archives.lecture", lecture_id=sitting.lecture_id, _anchor="attention"), 303)


@bp.route("/rechecks/<uuid:recheck_id>", methods=["GET", "POST"])
@may("recheck.answer")
def recheck(uow: UnitOfWork, recheck_id: UUID) -> ResponseReturnValue:
    """The page of whoever is asked. Success is said only of what was read back."""
    found = find(uow, Recheck, recheck_id)
    person_id = uow.actor.person_id
    if person_id is None or found.until is None:
        raise NotFound
    if request.method == "POST":
        service.answer(uow, found, person_id)
        return redirect(url_for(".recheck", recheck_id=found.id), 303)
    return render_template(
        "attendance/recheck.html",
        recheck=found,
        lecture=uow.session.get_one(Lecture, found.lecture_id),
        answered=queries.has_answered(uow, found, person_id),
        seconds_left=max(int((found.until - uow.now).total_seconds()), 0),
    )


@bp.route("/me/recheck")
@may("own.read")
def asked(uow: UnitOfWork) -> ResponseReturnValue:
    """A fragment the phone asks for while its person is in a lecture: the button while there is something to answer."""
    found = queries.asked_now(uow, uow.actor.person_id) if uow.actor.person_id else None
    return render_template("attendance/_asked.html", recheck=found)
