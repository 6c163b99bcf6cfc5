"""What goes wrong under /api/ is told as a problem (RFC 9457), under /scim/ as an error of SCIM (RFC 7644), whoever found it."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, g, request

from lms.core.errors import Problem

HERE, SCIM_HERE = "/api/", "/scim/"
MEDIA_TYPE, SCIM = "application/problem+json", "application/scim+json"
SCIM_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


def answer(problem: Problem) -> Response | None:
    """The problem as a document; None where somebody asked for a page. title: the status in words; detail: what a person can do;
    code: stable, for programs.
    """
    if request.path.startswith(SCIM_HERE):
        return _answer(problem, _of_scim(problem), SCIM)
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
    return _answer(problem, document, MEDIA_TYPE)


def _of_scim(problem: Problem) -> dict[str, Any]:
    kind = getattr(problem, "scim_type", None)
    said = {"schemas": [SCIM_ERROR], "status": str(problem.status), "detail": str(problem)}
    return said | ({"scimType": kind} if kind else {})


def _answer(problem: Problem, document: dict[str, Any], media_type: str) -> Response:
    response = current_app.response_class(json.dumps(document, ensure_ascii=False), problem.status, mimetype=media_type)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="anke"'
    return response
