"""Soft signals of a quiz: noted as they happen, shown to the trainer, never held against anybody by the product."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from lms.access.door import may
from lms.access.reach import find
from lms.core.uow import UnitOfWork
from lms.quizzes import queries, service
from lms.quizzes.models import Attempt
from lms.quizzes.rules import signals
from lms.quizzes.views.paper import quiz_within

bp = Blueprint("quiz_signals", __name__)


@bp.route("/quiz/<uuid:attempt_id>/left", methods=["POST"])
@may("attempt.answer")
def left(uow: UnitOfWork, attempt_id: UUID) -> ResponseReturnValue:
    """The page of a quiz was out of sight for so many seconds."""
    service.note_left(uow, find(uow, Attempt, attempt_id), request.form.get("seconds", 0, type=int))
    return "", 204


@bp.route("/lectures/<uuid:lecture_id>/quiz/signals")
@may("quiz.change")
def index(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    quiz = quiz_within(uow, lecture_id)
    return render_template("quizzes/signals.html", quiz=quiz, noticed=queries.signals_of(uow, quiz.id), limits=signals)
