"""Texts that a person marks, and marks that were wrong."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.core.errors import NotFound, Problem
from lms.core.uow import UnitOfWork
from lms.quizzes import queries, service
from lms.quizzes.forms import CorrectMarkForm, MarkForm
from lms.quizzes.models import Attempt

bp = Blueprint("marking", __name__)


@bp.route("/marking")
@may("answer.mark")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    """Texts that wait for somebody to mark them, without saying whose they are."""
    return _marking_page(uow, MarkForm(formdata=None), None), 200


@bp.route("/marking/<uuid:attempt_id>", methods=["POST"])
@may("answer.mark")
def mark(uow: UnitOfWork, attempt_id: UUID) -> ResponseReturnValue:
    attempt = find(uow, Attempt, attempt_id)
    form = MarkForm()
    if not form.validate_on_submit():
        return _marking_page(uow, form, attempt_id), 422
    try:
        done = service.mark_text(uow, attempt, _asked_about(form), int(form.percent.data), form.note.data or "")
    except service.AlreadyMarked as fault:  # said beside what was typed
        return _marking_page(uow, form, attempt_id, fault), fault.status
    flash(_("已评分，这份答卷出了成绩。") if done else _("已评分，这份答卷还有题要评。"), "ok")
    return redirect(url_for(".index"), 303)


@bp.route("/marking/<uuid:attempt_id>/correct", methods=["GET", "POST"])
@may("answer.mark")
def correct(uow: UnitOfWork, attempt_id: UUID) -> ResponseReturnValue:
    """The texts of an attempt as they were marked, to be marked anew with a reason."""
    attempt, form = find(uow, Attempt, attempt_id), CorrectMarkForm()
    if form.validate_on_submit():
        changed = service.correct_mark(uow, attempt, _asked_about(form), int(form.percent.data), form.note.data or "")
        flash(_("已更正，原来的评分仍然留着。") if changed else _("和原来评的一样，没有更正。"), "ok")
        return redirect(url_for(".correct", attempt_id=attempt_id), 303)
    texts = queries.texts_marked(uow, attempt)
    page = render_template("quizzes/marking.html", texts=texts, form=form, wrong=attempt_id, fault=None, correcting=True)
    return page, 422 if form.errors else 200


def _asked_about(form: MarkForm) -> UUID:
    """The wording whose text is marked."""
    try:
        return UUID(form.question.data)
    except ValueError:
        raise NotFound from None


def _marking_page(uow: UnitOfWork, form: MarkForm, wrong: UUID | None, fault: Problem | None = None) -> str:
    texts = queries.texts_to_mark(uow, queries.to_mark(uow))
    return render_template("quizzes/marking.html", texts=texts, form=form, wrong=wrong, fault=fault, correcting=False)
