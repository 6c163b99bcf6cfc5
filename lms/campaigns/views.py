"""Campaigns."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from lms.access.door import may
from lms.core.uow import UnitOfWork

bp = Blueprint("campaigns", __name__)


@bp.route("/campaigns")
@may("campaign.read")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    return ""
