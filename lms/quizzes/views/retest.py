"""Spot retests, drawn by the bureau or by the firm itself."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find
from lms.core.uow import UnitOfWork
from lms.quizzes import queries, service
from lms.quizzes.models import Retest
from lms.quizzes.retest_forms import RetestForm
from lms.quizzes.views.paper import quiz_within

bp = Blueprint("retests", __name__)


@bp.route("/lectures/<uuid:lecture_id>/retests", methods=["GET", "POST"])
@may("retest.draw")
def index(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """The retests of a lecture, and a new one."""
    quiz = quiz_within(uow, lecture_id)
    form = RetestForm()
    if form.validate_on_submit():
        retest = service.draw_retest(
            uow, quiz, form.people.data, form.questions.data, form.days.data, (form.reason.data or "").strip()
        )
        flash(_("已抽出 %(n)s 人，通知已发出。", n=len(retest.people)), "ok")
        return redirect(url_for(".show", retest_id=retest.id), 303)
    return render_template(
        "quizzes/retests.html",
        quiz=quiz,
        form=form,
        rows=queries.retests_of(uow, lecture_id),
        pool=len(queries.graded_people(uow, quiz.id)),
        closed=quiz.has_closed(uow.now),
        bureau=uow.actor.holds(Role.OFFICER),
    ), 422 if form.errors else 200


@bp.route("/retests/<uuid:retest_id>")
@may("retest.read")
def show(uow: UnitOfWork, retest_id: UUID) -> ResponseReturnValue:
    """Old and new scores side by side, and how the people were picked."""
    retest = find(uow, Retest, retest_id)
    return render_template("quizzes/retest.html", retest=retest, told=queries.compared(uow, retest))
