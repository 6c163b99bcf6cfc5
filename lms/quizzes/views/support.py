"""Extra time, questions read aloud and large type for those who need them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.core.errors import Invalid
from lms.core.uow import UnitOfWork
from lms.quizzes import queries, service
from lms.registry.models import Person

bp = Blueprint("support", __name__)
EXTRA = (0, 25, 50, 100)  # percent of the minutes of an attempt


@bp.route("/quiz-support")
@may("quiz.change")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    text = request.args.get("q", "").strip()[:50]
    return render_template(
        "quizzes/support.html",
        rows=queries.supported(uow),
        text=text,
        found=queries.people_called(uow, text),
        extra=EXTRA,
    )


@bp.route("/quiz-support/<uuid:person_id>", methods=["POST"])
@may("quiz.change")
def change(uow: UnitOfWork, person_id: UUID) -> ResponseReturnValue:
    person = find(uow, Person, person_id)
    percent = request.form.get("extra", 0, type=int)
    if percent not in EXTRA:
        raise Invalid(_("请从列出的延长时间里选一个。"))
    service.set_support(uow, person, percent, read_aloud="read_aloud" in request.form, large_type="large_type" in request.form)
    flash(_("已保存，%(name)s 下一次作答起生效。", name=person.name), "ok")
    return redirect(url_for(".index"), 303)
