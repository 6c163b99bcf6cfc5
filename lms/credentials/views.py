"""Certificates and their public verification."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from lms.access.door import may
from lms.core.uow import UnitOfWork

bp = Blueprint("credentials", __name__)


@bp.route("/certificates")
@may("certificate.list")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    return ""
