"""What a bureau sees."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from lms.access.door import may
from lms.core.uow import UnitOfWork

bp = Blueprint("compliance", __name__)


@bp.route("/overview")
@may("summary.read")
def home(uow: UnitOfWork) -> ResponseReturnValue:
    return ""
