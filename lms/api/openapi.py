"""The OpenAPI 3.1 document, made of the declarations that read and write."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from http import HTTPStatus
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.api.operations import JSON, OPERATIONS, RATE, Operation
from lms.api.repeats import HEADER, LONGEST
from lms.api.shapes import field_schema, inside, object_schema
from lms.web.problems import MEDIA_TYPE

VERSION = "1"
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
RATE_HEADERS = {
    "X-RateLimit-Limit": _l("一分钟最多几次"),
    "X-RateLimit-Remaining": _l("这一分钟还剩几次"),
    "X-RateLimit-Reset": _l("什么时候重新算起，1970 年以来的秒数"),
}
HEADERS = {"ETag": _l("内容的标签，下次放进 If-None-Match")} | RATE_HEADERS
FILE = {"type": "string", "format": "binary"}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}


def document(server: str) -> dict[str, Any]:
    """The whole document. server: the address in front of the paths."""
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(path_of(one), {})[one.method.lower()] = _operation(one)
    going_out = set().union(*(inside(one.answer) for one in OPERATIONS))
    coming_in = set().union(*(inside(one.body) for one in OPERATIONS if one.body))
    schemas = {kind.__name__: object_schema(kind, answers=kind in going_out) for kind in going_out | coming_in}
    return {
        "openapi": "3.1.0",
        "info": {"title": _("安课接口"), "version": VERSION, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "headers": {name: {"description": str(says), "schema": {"type": "string"}} for name, says in HEADERS.items()},
            "schemas": dict(sorted(schemas.items())) | {"Problem": PROBLEM},
            "responses": {
                "Problem": {
                    "description": _("没有做成，为什么，怎么办（RFC 9457）"),
                    "content": {MEDIA_TYPE: {"schema": _ref("Problem")}},
                }
            },
        },
    }


def path_of(one: Operation) -> str:
    """The path as OpenAPI writes it: /people/{person_id}."""
    return PARAMETER.sub(r"{\2}", one.path)


def parameters(one: Operation) -> list[dict[str, Any]]:
    """Those of the path, of the query and of the headers."""
    found = [
        {
            "name": name, "in": "path", "required": True,
            "schema": {"type": "string"} | ({"format": "uuid"} if kind == "uuid" else {}),
        }
        for kind, name in PARAMETER.findall(one.path)
    ]  # fmt: skip
    asked: Any = one.query  # a dataclass, or None
    for field in fields(asked) if asked else ():
        shape = field_schema(asked, field)
        says = shape.pop("description", "")
        shape = shape.get("anyOf", [shape])[0]  # a query has no null: it is left out
        required = field.default is MISSING
        found.append(
            {"name": field.name, "in": "query", "required": required, "schema": shape} | ({"description": says} if says else {})
        )
    if one.method == "GET":
        says = _("上次答复的 ETag；没有变就答 304")
        tag = {"name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"}}
        found.append(tag | {"description": says})
    else:
        says = _("一天之内带同一个值再发，只做一次，答复也一样")
        key = {
            "name": HEADER,
            "in": "header",
            "required": False,
            "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST},
        }
        found.append(key | {"description": says})
    return found


def _operation(one: Operation) -> dict[str, Any]:
    item = _ref(one.answer.__name__) if one.media == JSON else {}  # of a file there is nothing to say
    listed = {
        "type": "object",
        "required": ["items", "next_cursor"],
        "properties": {
            "items": {"type": "array", "items": item},
            "next_cursor": {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]},
        },
    }
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in (RATE_HEADERS if one.method != "GET" else HEADERS)}
    said: dict[str, Any] = {
        "description": HTTPStatus(one.status).phrase,
        "headers": headers,
        "content": {one.media: {"schema": listed if one.many else item}},
    }
    faults: tuple[HTTPStatus, ...] = (
        HTTPStatus.NOT_FOUND,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_REQUEST,
    )
    if one.method != "GET":
        faults = (*faults, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if one.body or one.sends != JSON:
        faults = (*faults, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    refused = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) if one.verb else (HTTPStatus.UNAUTHORIZED,)
    answers: dict[str, Any] = {str(one.status): said}
    if one.there:
        answers["200"] = said | {"description": HTTPStatus.OK.phrase}
    if one.method == "GET":
        answers["304"] = {"description": _("和 If-None-Match 里的标签一样，没有变")}
    answers |= {str(int(status)): {"$ref": "#/components/responses/Problem"} for status in sorted((*faults, *refused))}
    sent = _ref(one.body.__name__) if one.body else FILE if one.sends != JSON else None
    body = {"required": True, "content": {one.sends: {"schema": sent}}} if sent else None
    return {
        "operationId": one.name,
        "summary": str(one.summary),
        "description": _("每个令牌 %(rate)s，见 X-RateLimit-* 头。", rate=RATE),
        **({"parameters": found} if (found := parameters(one)) else {}),
        **({"requestBody": body} if body else {}),
        **({} if one.verb else {"security": []}),
        "responses": answers,
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
