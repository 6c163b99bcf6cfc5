"""Enterprises and people."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from lms.access.door import may
from lms.core.uow import UnitOfWork

bp = Blueprint("registry", __name__)


@bp.route("/enterprises")
@may("enterprise.read")
def enterprises(uow: UnitOfWork) -> ResponseReturnValue:
    return ""


@bp.route("/people")
@may("person.read")
def people(uow: UnitOfWork) -> ResponseReturnValue:
    return ""
