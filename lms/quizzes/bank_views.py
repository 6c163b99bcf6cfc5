"""The question bank."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from lms.access.door import may
from lms.core.uow import UnitOfWork

bp = Blueprint("bank", __name__)


@bp.route("/questions")
@may("question.read")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    return ""
