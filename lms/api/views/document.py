"""The document of the API, for programs."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from lms.access.door import public
from lms.api.openapi import document
from lms.api.operations import bp
from lms.core.settings import settings
from lms.core.uow import UnitOfWork


@bp.route("/openapi.json")
@public("what the API can do is no secret")
def openapi(uow: UnitOfWork) -> ResponseReturnValue:
    return document(f"{settings().base_url}{bp.url_prefix}")
