"""How the papers of a quiz are made, and how alike they are."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.lectures.models import Lecture
from lms.quizzes import queries, rules, service
from lms.quizzes.models import Quiz
from lms.quizzes.paper_forms import DIFFICULTIES, PaperForm, quota_field

bp = Blueprint("papers", __name__)


def quiz_within(uow: UnitOfWork, lecture_id: UUID) -> Quiz:
    """The quiz of a lecture within reach. Raises NotFound."""
    quiz = queries.quiz_of(uow, find(uow, Lecture, lecture_id).id)
    if quiz is None:
        raise NotFound
    return quiz


@bp.route("/lectures/<uuid:lecture_id>/quiz/rules", methods=["GET", "POST"])
@may("quiz.change")
def paper_rules(uow: UnitOfWork, lecture_id: UUID) -> ResponseReturnValue:
    """What a paper is made of; open until the first is begun. A hundred papers are tried and kept nowhere."""
    quiz = quiz_within(uow, lecture_id)
    form = PaperForm() if request.method == "POST" else PaperForm.of(quiz)
    topics = [topic.name for topic in queries.topics_of(uow, quiz.enterprise_id)]
    pool = queries.drawable(uow, quiz.enterprise_id, topics)
    form.offer(pool, request.form if request.method == "POST" else _typed(quiz))
    if form.validate_on_submit():
        service.set_rules(uow, quiz, form.rules())
        flash(_("出题规则已保存。"), "ok")
        return redirect(url_for(".paper_rules", lecture_id=lecture_id), 303)
    begun = service.begun(uow, quiz)
    return render_template(
        "quizzes/rules.html",
        quiz=quiz,
        form=form,
        begun=begun,
        difficulties=DIFFICULTIES,
        quota_field=quota_field,
        stems=queries.stems_of(uow, [one.version for one in pool]) if not begun else {},
        trial=service.try_out(uow, quiz) if not form.errors else None,
        overlap=rules.overlap(queries.papers_of(uow, quiz.id)) if begun else None,
    ), 422 if form.errors else 200  # fmt: skip


def _typed(quiz: Quiz) -> dict[str, str]:
    """The quotas of a quiz as the page would send them."""
    return {quota_field(one.topic, one.difficulty): str(one.count) for one in quiz.asks}
