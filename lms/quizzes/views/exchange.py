"""Taking questions out of the bank."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from lms.access.door import may
from lms.core.downloads import download
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork
from lms.quizzes import queries, service
from lms.quizzes.rules.exporting import FORMATS
from lms.quizzes.views.bank import wanted_of

bp = Blueprint("exchange", __name__)
NAMED = 200  # questions left out that the page names; the note names them all


@bp.route("/questions/export")
@may("question.export")
def choose(uow: UnitOfWork) -> ResponseReturnValue:
    """Which questions, in which format; what the format cannot carry is told before anything is handed out."""
    code = request.args.get("format", "")
    wanted = wanted_of(request.args)
    questions = queries.every_question(uow, wanted)
    done = service.taken_out(code, questions) if code in FORMATS and questions else None
    return render_template(
        "quizzes/export.html", wanted=wanted, code=code, formats=FORMATS, number=len(questions), done=done,
        topics=queries.bank_page(uow, queries.BankFilter(source=wanted.source)).topics, details=service.DETAILS, named=NAMED,
    )  # fmt: skip


@bp.route("/questions/export/file")
@may("question.export")
def file(uow: UnitOfWork) -> ResponseReturnValue:
    code = request.args.get("format", "")
    if code not in FORMATS:
        raise NotFound
    questions = queries.every_question(uow, wanted_of(request.args))
    if not questions:
        raise NotFound
    found = service.download(code, service.taken_out(code, questions))
    return download(found.content, found.media_type, found.name)
