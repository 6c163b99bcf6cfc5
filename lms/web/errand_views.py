"""What somebody asked for that takes long: how far it is, and the file that came of it. Nobody else sees either."""

from __future__ import annotations

from mimetypes import guess_type
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from lms.access import errands
from lms.access.door import may
from lms.core.downloads import download
from lms.core.errors import NotFound
from lms.core.jobs import progress
from lms.core.uow import UnitOfWork

bp = Blueprint("errands", __name__)


@bp.route("/errands")
@may("home")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    """What one asked for within a day, for whoever closed its page."""
    return render_template("web/errands.html", errands=errands.mine(uow))


@bp.route("/errands/<uuid:errand_id>")
@may("home")
def show(uow: UnitOfWork, errand_id: UUID) -> ResponseReturnValue:
    """How far it is; where no file comes of it, the page to go on to once it is done."""
    asked = errands.own(uow, errand_id)
    if asked.done_at and asked.goal and not asked.problem:
        if "HX-Request" in request.headers:
            return "", 200, {"HX-Redirect": asked.goal}
        return redirect(asked.goal, 303)
    done, total = (None if asked.done_at else progress(str(errand_id))) or (0, 0)
    answer = make_response(
        render_template("web/errand.html", errand=asked, done=done, total=total, until=asked.asked_at + errands.KEPT)
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.route("/errands/<uuid:errand_id>/file")
@may("home")
def file(uow: UnitOfWork, errand_id: UUID) -> ResponseReturnValue:
    """The file, to whoever asked for it alone."""
    asked = errands.own(uow, errand_id)
    if asked.made is None or asked.goal:
        raise NotFound
    media_type = guess_type(asked.title)[0] or "application/octet-stream"
    answer = download(asked.made, media_type, asked.title)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
