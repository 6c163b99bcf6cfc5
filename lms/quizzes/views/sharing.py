"""Taking over a bureau's questions into an enterprise's own bank."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.quizzes import queries, service
from lms.quizzes.models import Question

bp = Blueprint("sharing", __name__)


@bp.route("/questions/<uuid:question_id>/take", methods=["POST"])
@may("question.take")
def take(uow: UnitOfWork, question_id: UUID) -> ResponseReturnValue:
    question = find(uow, Question, question_id)
    if queries.owner_of(uow, question) != "bureau" or uow.actor.enterprise_id is None:
        raise NotFound
    own = service.take(uow, question, uow.actor.enterprise_id)
    flash(_("已取用到本单位题库，可以抽到，也可以改成适合本单位的写法。"), "ok")
    return redirect(url_for("bank.show", question_id=own.id), 303)


@bp.route("/questions/take", methods=["POST"])
@may("question.take")
def take_all(uow: UnitOfWork) -> ResponseReturnValue:
    """All of the bureau's that are not taken yet, of a topic or of any."""
    if uow.actor.enterprise_id is None:
        raise NotFound
    topic = request.form.get("topic", "")
    made, had = service.take_all(uow, queries.to_take(uow, topic), uow.actor.enterprise_id)
    flash(_("取用了 %(made)s 道题，%(had)s 道本单位早就有。", made=made, had=had), "ok")
    return redirect(url_for("bank.index", source="own", topic=topic or None), 303)


@bp.route("/questions/<uuid:question_id>/catch-up", methods=["POST"])
@may("question.take")
def catch_up(uow: UnitOfWork, question_id: UUID) -> ResponseReturnValue:
    question = find(uow, Question, question_id)
    if queries.owner_of(uow, question) != "own" or question.origin_id is None:
        raise NotFound
    service.catch_up(uow, question)
    flash(_("已换成新的一版。考过的答卷保留原来的写法。"), "ok")
    return redirect(url_for("bank.show", question_id=question.id), 303)
