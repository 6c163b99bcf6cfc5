"""Lectures: planning and materials."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from lms.access.door import may
from lms.core.uow import UnitOfWork

bp = Blueprint("lectures", __name__)


@bp.route("/lectures")
@may("lecture.list")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    return ""
