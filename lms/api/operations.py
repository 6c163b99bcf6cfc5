"""An operation is declared once: its route, its permission, what it takes and gives; the document is made of the same lines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import IOBase
from typing import Annotated, Any, BinaryIO, TypeVar, cast
from uuid import UUID

from flask import Blueprint, Response, current_app, g, request, send_file, url_for
from flask_babel import lazy_gettext as _l
from flask_limiter.util import get_remote_address
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement, Select, select

from lms.access import tokens
from lms.access.door import ANYONE, READING_METHODS, come_as, may, public
from lms.access.reach import reach
from lms.api.repeats import once
from lms.api.shapes import read, told, write
from lms.api.typed import body_of, judged
from lms.core.errors import Problem, SignInNeeded
from lms.core.storage import digest
from lms.core.uow import UnitOfWork, unit_of_work
from lms.web.security import limiter

bp = Blueprint("api", __name__, url_prefix="/api/v1")
OPERATIONS: list[Operation] = []
RATE = "300 per minute"
JSON = "application/json"
R = TypeVar("R")


class BadToken(SignInNeeded):
    code = "bad-token"
    sentence = _l("令牌无效、已过期或已撤销。请在“接口令牌”页新建一个。")


class TokenNeeded(SignInNeeded):
    code = "token-needed"
    sentence = _l("请在 Authorization 头里带上令牌：Bearer anke_…。令牌在“接口令牌”页新建。")


class NotJson(Problem):
    code = "not-json"
    sentence = _l("发来的内容不是 JSON（UTF-8），或者层次太多。")


class OtherMediaType(Problem):
    status = 415
    code = "other-media-type"
    sentence = _l("请发送 JSON，并写明 Content-Type: application/json。")


class OtherFile(OtherMediaType):
    sentence = _l("请把文件的内容原样发来，并写明 Content-Type: %(kind)s。")


class ReadsOnly(Problem):
    status = 403
    code = "reads-only"
    sentence = _l("这个令牌只能读取。要写入，请新建一个可写的令牌。")


@dataclass(frozen=True, slots=True)
class Operation:
    """query, body, answer: dataclasses; many: the answer is a page of them. verb None: no token is asked for.

    media: what kind of file the answer is, which is bytes then, or an open file where it may be long. sends: what kind of file
    the body is. pages: the endpoints of the writing pages that do the same. there: a flag of the answer that says nothing was
    made, for it was there: then the status is 200.
    """

    name: str
    method: str
    path: str
    verb: str | None
    summary: Any
    answer: type
    query: type | None
    body: type | None
    many: bool
    status: int
    media: str
    sends: str = JSON
    pages: tuple[str, ...] = ()
    there: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of a list: filters add their fields."""

    limit: Annotated[int, told(_l("最多几条"), minimum=1, maximum=200)] = 50
    cursor: Annotated[UUID | None, told(_l("上一页的 next_cursor；第一页不填"))] = None


@dataclass(frozen=True, slots=True)
class WantedOn(Wanted):
    """Of a list that tells of any day, by queries.past of the registry."""

    as_of: Annotated[
        date | None,
        told(_l("哪一天结束时的情况，不填为今天。企业按那天归谁管来列，街道按那天的。")),
    ] = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list. next_cursor: where the next one begins, None on the last."""

    items: list[Any]
    next_cursor: UUID | None


def listed(uow: UnitOfWork, rows: Select[*tuple[Any, ...]], key: Any, wanted: Wanted, make: Callable[..., R]) -> Listed:
    """A page of `rows` in the order of `key`, a column of ids: they sort by time, and what is added later moves nothing.

    make: takes the columns of a row.
    """
    if wanted.cursor:
        rows = rows.where(key > wanted.cursor)
    found = uow.session.execute(rows.add_columns(key).order_by(key).limit(wanted.limit + 1)).all()
    shown = found[: wanted.limit]
    return Listed([make(*row[:-1]) for row in shown], shown[-1][-1] if len(found) > wanted.limit else None)


def within(uow: UnitOfWork, model: Any, wanted: Wanted, make: Callable[..., R], *narrowed: ColumnElement[bool]) -> Listed:
    """A page of the rows of a model that whoever asks may see."""
    return listed(uow, select(model).where(reach(uow, model), *narrowed), model.id, wanted, make)


def operation(
    method: str, path: str, verb: str | None, summary: Any, *, answer: type, query: type | None = None, body: type | None = None,
    many: bool = False, status: int = 200, media: str = JSON, form: type[FlaskForm] | None = None, sends: str = JSON,
    pages: str = "", there: str = "",
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:  # fmt: skip
    """Declare a use of the product. It gets the unit of work, the ids of the path, and `wanted` and `given` where asked for.

    wanted: what the query says; where something is written, a call that reads it. given: a call that reads the body; of a form
    it takes the choices, and as `there` the values of fields that are left out, and gives the form back, valid. sends: the body
    is a file of this kind, as bytes. pages: the writing pages that do the same, by their endpoints, with blanks between.
    there: as in Operation.
    """

    def declare(use: Callable[..., Any]) -> Callable[..., Any]:
        shape: Any = body_of(form, f"{use.__name__.title().replace('_', '')}In") if form else body
        same = tuple(pages.split())
        OPERATIONS.append(
            Operation(use.__name__, method, path, verb, summary, answer, query, shape, many, status, media, sends, same, there)
        )

        def view(uow: UnitOfWork, **values: Any) -> Response:
            if query and method in READING_METHODS:
                values["wanted"] = read(query, request.args.to_dict(), words=True)
            # Read when it is asked for: whose it is comes first, and a foreign id is not found whatever is sent.
            elif query:
                values["wanted"] = lambda: read(query, request.args.to_dict(), words=True)
            if form:
                values["given"] = lambda there=None, **more: judged(form, read(shape, _sent(there)), more)
            elif shape:
                values["given"] = lambda: read(shape, _sent())
            elif sends != JSON:
                values["given"] = lambda: _file(sends)
            if method in READING_METHODS:
                return _response(use(uow, **values), status, media)
            document, again = once(uow, lambda: write(use(uow, **values)))
            response = _response(document, 200 if there and document[there] else status, JSON)
            if again:
                response.headers["Idempotent-Replayed"] = "true"
            return response

        view.__name__ = view.__qualname__ = use.__name__
        door = may(verb) if verb else public(f"api: {use.__name__}")
        bp.add_url_rule(path, use.__name__, door(view), methods=[method])
        return use

    return declare


def token_of_request() -> str | None:
    """The bearer token as it came (RFC 6750); None without one."""
    kind, _space, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if kind.lower() == "bearer" and text.strip() else None


def whose_rate() -> str:
    """Each token has its own; whoever comes without one shares that of the address."""
    text = token_of_request()
    return f"token:{hashlib.sha256(text.encode()).hexdigest()}" if text else get_remote_address()


limiter.limit(RATE, key_func=whose_rate)(bp)


@bp.before_request
def recognise() -> None:
    """Who comes with a token. Cookies open nothing here, so no other site can ride on them and no form token is asked for.

    Raises TokenNeeded, BadToken, ReadsOnly.
    """
    text, found = token_of_request(), None
    come_as(None)
    if text:
        with unit_of_work(ANYONE, "public", write=False) as uow:
            found = tokens.bearer(uow, text)
        if found is None:
            raise BadToken
        come_as(found.actor)
        if not found.writes and request.method not in READING_METHODS:
            raise ReadsOnly
    g.bearer = found
    if found is None and hasattr(current_app.view_functions[str(request.endpoint)], "verb"):
        raise TokenNeeded


@bp.after_request
def tag(response: Response) -> Response:
    """An answer has a tag: who asks again with it hears 304 when nothing changed."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.add("Authorization")
    response.vary.update(("Cookie", "Accept-Language"))  # the language
    if request.method in ("GET", "HEAD") and response.status_code == 200:
        response.add_etag()
        response.make_conditional(request)
    return response


def _sent(there: dict[str, Any] | None = None) -> Any:
    """The JSON that was sent. there: values of fields that are left out. Raises OtherMediaType, NotJson."""
    if not request.is_json:
        raise OtherMediaType
    try:
        sent = json.loads(request.get_data().decode())
    except (ValueError, RecursionError) as fault:
        raise NotJson from fault
    return {**there, **sent} if there and isinstance(sent, dict) else sent


def _file(kind: str) -> bytes:
    """The bytes that were sent. Raises OtherFile."""
    if request.mimetype != kind:
        raise OtherFile(kind=kind)
    return request.get_data()


def _response(said: Any, status: int, media: str) -> Response:
    if isinstance(said, IOBase):
        file = cast(BinaryIO, said)
        tag = digest(file)
        file.seek(0)
        sent = send_file(file, mimetype=media)
        sent.set_etag(tag)
        return sent
    body = said if isinstance(said, bytes) else json.dumps(write(said), ensure_ascii=False)
    response = current_app.response_class(body, status, mimetype=media)
    if isinstance(said, Listed) and said.next_cursor:
        more: dict[str, Any] = {**(request.view_args or {}), **request.args, "cursor": said.next_cursor}
        response.headers["Link"] = f'<{url_for(str(request.endpoint), **more)}>; rel="next"'
    return response
