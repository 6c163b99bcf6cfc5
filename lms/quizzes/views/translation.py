"""A question in further languages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.core.errors import Invalid, NotFound
from lms.core.uow import UnitOfWork
from lms.quizzes import rules, service, words
from lms.quizzes.models import QuestionVersion
from lms.quizzes.rules.importing.question import LONGEST_STEM
from lms.quizzes.views.bank import own_question

bp = Blueprint("translations", __name__)


@bp.route("/questions/<uuid:question_id>/translation", methods=["GET", "POST"])
@may("question.change")
def translate(uow: UnitOfWork, question_id: UUID) -> ResponseReturnValue:
    """The Chinese beside what somebody writes in ?language=; an empty page takes the language away."""
    question, code = own_question(uow, question_id), request.args.get("language", "")
    if code not in rules.LANGUAGES:
        raise NotFound
    newest = question.versions[-1]
    if request.method == "POST":
        service.translate(uow, question, code, _typed(newest))
        flash(_("译文已保存。手机上可以选这种语言。"), "ok")
        return redirect(url_for("bank.show", question_id=question.id), 303)
    before: dict[str, Any] = next((one.translations[code] for one in reversed(question.versions) if code in one.translations), {})
    return render_template(
        "quizzes/translate.html",
        question=question,
        newest=newest,
        code=code,
        told=before,
        longest=LONGEST_STEM,
        language_words=words.LANGUAGES,
    )


def _typed(newest: QuestionVersion) -> dict[str, Any]:
    """What was written, without what was left empty. Raises Invalid for what is too long."""
    texts = {name: text.strip() for name, text in request.form.items()}
    if any(len(text) > LONGEST_STEM for text in texts.values()):
        raise Invalid(_("译文太长，每一处最多 %(most)s 个字。请用浏览器的返回键回去改短，写的还在。", most=LONGEST_STEM))
    options = {letter: texts[f"option:{letter}"] for letter in newest.body.options if texts.get(f"option:{letter}")}
    prompts = [texts.get(f"prompt:{at}", "") for at in range(len(newest.body.prompts))]
    told = {"stem": texts.get("stem", ""), "options": options, "prompts": prompts if any(prompts) else []}
    return {name: value for name, value in told.items() if value}
