"""Clauses of the law that were replaced, and the questions that rest on them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.core.errors import NotFound
from lms.core.exports import exported, file_asked
from lms.core.given import id_given
from lms.core.uow import UnitOfWork
from lms.quizzes import queries, service
from lms.quizzes.law_forms import ClauseForm
from lms.quizzes.listings import law_listing
from lms.quizzes.models import LawChange

bp = Blueprint("law", __name__)


@bp.route("/law-changes", methods=["GET", "POST"])
@may("question.change")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    form = ClauseForm()
    if form.validate_on_submit():
        change = service.replace_clause(uow, form.clause.data.strip(), (form.note.data or "").strip())
        return redirect(url_for(".show", law_change_id=change.id), 303)
    rows = queries.law_changes(uow)
    if kind := file_asked():
        return exported(kind, law_listing(uow.now, rows))
    return render_template("quizzes/law.html", form=form, rows=rows), 422 if form.errors else 200


@bp.route("/law-changes/<uuid:law_change_id>")
@may("question.change")
def show(uow: UnitOfWork, law_change_id: UUID) -> ResponseReturnValue:
    change = find(uow, LawChange, law_change_id)
    rows, own = queries.citing(uow, change), queries.said_here(uow, change)
    return render_template("quizzes/law_change.html", change=change, rows=rows, own=own)


@bp.route("/law-changes/<uuid:law_change_id>/keep", methods=["POST"])
@may("question.change")
def keep(uow: UnitOfWork, law_change_id: UUID) -> ResponseReturnValue:
    """A question that was looked at again and is still right."""
    change = find(uow, LawChange, law_change_id)
    service.keep_question(uow, change, id_given("question"))
    flash(_("已记下，这道题又可以抽到了。"), "ok")
    return redirect(url_for(".show", law_change_id=change.id), 303)


@bp.route("/law-changes/<uuid:law_change_id>/withdraw", methods=["POST"])
@may("question.change")
def withdraw(uow: UnitOfWork, law_change_id: UUID) -> ResponseReturnValue:
    change = find(uow, LawChange, law_change_id)
    if not queries.said_here(uow, change):
        raise NotFound
    service.withdraw_change(uow, change)
    flash(_("已撤回，相关的题又可以抽到了。"), "ok")
    return redirect(url_for(".index"), 303)
