"""A key was wrong: looking at what a regrade would change, and deciding."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.quizzes import queries, service
from lms.quizzes.forms import RegradeForm
from lms.quizzes.models import Question

bp = Blueprint("regrading", __name__)
WAYS = (queries.KEY, queries.VOID)


@bp.route("/questions/<uuid:question_id>/regrade", methods=["GET", "POST"])
@may("quiz.regrade")
def regrade(uow: UnitOfWork, question_id: UUID) -> ResponseReturnValue:
    """Who gets which score and what becomes of certificates; POST decides so, if it is still what was looked at."""
    question = find(uow, Question, question_id)
    enterprise_id = uow.actor.enterprise_id
    if enterprise_id is None:
        raise NotFound
    how = request.values.get("how", queries.KEY)
    if how not in WAYS:
        raise NotFound
    form, status = RegradeForm(), 200
    if form.validate_on_submit():
        try:
            done = service.regrade(uow, question, how, enterprise_id, reason=form.reason.data or "", seen=form.seen.data or "")
        except service.SeenOtherwise as problem:
            flash(str(problem), "warn")
            status = problem.status
        else:
            flash(_("已重评，%(n)s 份答卷的成绩有变动。", n=len(done.changes)), "ok")
            return redirect(url_for(".regrade", question_id=question.id, how=how), 303)
    found = queries.foresee(uow, question, how, enterprise_id)
    form.seen.data = found.digest
    return render_template(
        "quizzes/regrade.html",
        question=question,
        found=found,
        form=form,
        earlier=queries.regrades_of(uow, question.id, enterprise_id),
        own=queries.owner_of(uow, question) == "own",
        asked=[version for version in question.versions if version in found.versions],
    ), 422 if form.errors else status
