"""What goes wrong under /api/ is told as a problem (RFC 9457), whatever part of the product found it."""

from __future__ import annotations

import json
from http import HTTPStatus

from flask import Response, current_app, g, request

from lms.core.errors import Problem

HERE = "/api/"
MEDIA_TYPE = "application/problem+json"


def answer(problem: Problem) -> Response | None:
    """The problem as a document; None where somebody asked for a page. title: the status in words; detail: what a person can do;
    code: stable, for programs.
    """
    if not request.path.startswith(HERE):
        return None
    document = {
        "type": f"urn:anke:problem:{problem.code}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": str(problem),
        "code": problem.code,
        "request_id": g.get("request_id", ""),
        **({"errors": problem.errors} if hasattr(problem, "errors") else {}),
    }
    response = current_app.response_class(json.dumps(document, ensure_ascii=False), problem.status, mimetype=MEDIA_TYPE)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="anke"'
    return response
