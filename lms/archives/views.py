"""One person, one lecture, one enterprise: views of the same facts."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from lms.access.door import may
from lms.core.uow import UnitOfWork

bp = Blueprint("archives", __name__)


@bp.route("/me")
@may("own.read")
def me(uow: UnitOfWork) -> ResponseReturnValue:
    return ""
