"""What a quiz says about its questions and about what was not understood."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.quizzes import queries, rules

bp = Blueprint("analysis", __name__)


@bp.route("/lectures/<uuid:lecture_id>/quiz/analysis")
@may("quiz.read")
def show(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    lecture = find(uow, Lecture, lecture_id)
    quiz = queries.quiz_of(uow, lecture.id)
    if quiz is None:
        raise NotFound
    return render_template(
        "quizzes/analysis.html",
        lecture=lecture,
        found=queries.analysis_of(uow, quiz),
        few=rules.FEW,
        enough=rules.ENOUGH,
        may_change=uow.actor.holds(Role.TRAINER),
    )
