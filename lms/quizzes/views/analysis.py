"""A quiz seen from the office: how it goes, and what it says about its questions and about what was not understood."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find
from lms.core.errors import NotFound
from lms.core.exports import exported, table_asked
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.quizzes import queries, rules
from lms.quizzes.listings import items_listing, topics_listing
from lms.quizzes.views.paper import quiz_within

bp = Blueprint("analysis", __name__)


@bp.route("/lectures/<uuid:lecture_id>/quiz")
@may("quiz.read")
def progress(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """The fragment of a lecture's page that follows its quiz."""
    found = queries.progress(uow, find(uow, Lecture, lecture_id).id)
    if found is None:
        raise NotFound
    return render_template("quizzes/_progress.html", quiz_progress=found)


@bp.route("/lectures/<uuid:lecture_id>/quiz/analysis")
@may("quiz.read")
def show(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    quiz = quiz_within(uow, lecture_id)
    found = queries.analysis_of(uow, quiz)
    match table_asked("topics"):
        case kind, "":
            return exported(kind, items_listing(uow.now, quiz.lecture, found.items))
        case kind, _topics:
            return exported(kind, topics_listing(uow.now, quiz.lecture, found.topics))
    return render_template(
        "quizzes/analysis.html",
        lecture=quiz.lecture,
        found=found,
        few=rules.FEW,
        enough=rules.ENOUGH,
        may_change=uow.actor.holds(Role.TRAINER),
    )
