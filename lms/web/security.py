"""What guards every page: cookies, headers, forged forms, rates, and who is signed in."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from functools import lru_cache
from itertools import chain
from secrets import token_hex
from typing import Any

import flask_wtf.csrf
from flask import Flask, Response, g, request
from flask_babel import gettext as _
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_wtf import CSRFProtect, FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.access.actor import Actor
from lms.access.door import ANYONE, is_out, is_over
from lms.access.service import load_actor
from lms.core import framing
from lms.core.errors import Problem
from lms.core.given import UNSEEN
from lms.core.settings import Settings
from lms.core.signatures import form_tokens
from lms.core.uow import UnitOfWork, unit_of_work


class Rates(Limiter):
    """Rates are set for single views, which count for themselves, and for all of a blueprint; nothing else is asked for any."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if not in_middleware or any(name in self.limit_manager._blueprint_limits for name in request.blueprints):
            super()._check_request_limit(callable_name, in_middleware)


csrf = CSRFProtect()
compress = Compress()
limiter = Rates(get_remote_address)
sign_ins = LoginManager()
A_HALL = "300 per minute"  # an office or a hall shares one address
# Styles and scripts only: a page holds a secret (its form token), and compressing secrets tells of them (BREACH).
COMPRESSED = ("text/css", "text/javascript", "image/svg+xml")

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'{forms}; "
    "frame-ancestors {frames}"
)
# Said of every answer, and nowhere else.
ALWAYS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "geolocation=(), camera=(), microphone=()"),
]


def init(app: Flask, settings: Settings) -> None:
    app.config.update(
        SESSION_COOKIE_NAME="anke_session",
        SESSION_COOKIE_PATH=settings.path or "/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.env == "production",
        REMEMBER_COOKIE_NAME="anke_remember",
        REMEMBER_COOKIE_PATH=settings.path or "/",
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.env == "production",
        REMEMBER_COOKIE_DURATION=timedelta(days=180),
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_ENABLED=settings.env != "test",
        RATELIMIT_HEADERS_ENABLED=True,
        COMPRESS_REGISTER=False,  # pages are not looked at
        COMPRESS_MIMETYPES=COMPRESSED,
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_ALGORITHM_STREAMING=["gzip"],
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch still works; the token dies with the session
    )
    compress.init_app(app)
    flask_wtf.csrf.URLSafeTimedSerializer = form_tokens
    FlaskForm.Meta.wrap_formdata = _typed
    if settings.https:
        # Whoever ends TLS stands in front of us and says who really asks.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    sign_ins.user_loader(_load)
    app.session_interface = framing.Sessions()
    _look_at_requests(app)
    _send_headers(app, settings)


_AS_IT_COMES = FlaskForm.Meta.wrap_formdata


def _typed(meta: Any, form: Any, given: Any) -> Any:
    """What a form reads: fields, never JSON. No page of ours sends that, and a list or a number is no text of a field."""
    own = given is None or isinstance(given, MultiDict)
    return None if not own and request and request.is_json else _AS_IT_COMES(meta, form, given)


def _look_at_requests(app: Flask) -> None:
    @app.before_request
    def name_request() -> None:
        g.request_id = token_hex(6)

    @app.before_request
    def refuse_unseen() -> None:
        given = [request.args] if request.query_string else []
        if request.method != "GET":
            given.append(request.form)
        texts = (value for each in given for values in each.listvalues() for value in values)
        if any(map(UNSEEN.search, chain([request.path], texts))):
            raise Problem(_("填写的内容里有看不见的控制字符，请删掉后再提交。"))


def _send_headers(app: Flask, settings: Settings) -> None:
    @app.after_request
    def compressed(response: Response) -> Response:
        return compress.after_request(response) if response.mimetype in COMPRESSED else response

    @app.after_request
    def headers(response: Response) -> Response:
        shown_by = framing.allowed()
        policy = _policy(shown_by, framing.forms_to())
        said = [*ALWAYS, ("X-Request-Id", g.get("request_id", ""))]
        if not shown_by:
            said.append(("X-Frame-Options", "DENY"))
        if settings.https:
            said.append(("Strict-Transport-Security", "max-age=31536000"))
        # What an answer says of these itself has the last word. Looked through once: a page has a dozen.
        own = {name.lower() for name, _value in response.headers}
        if "content-security-policy" not in own:
            said.append(("Content-Security-Policy", policy))
        if "cache-control" not in own and request.endpoint != "static":
            said.append(("Cache-Control", "no-store"))
        if "retry-after" in own and response.status_code < 400:
            del response.headers["Retry-After"]  # the limiter says it of every answer
        response.headers.extend(said)
        return response


@lru_cache  # of the last 128 sites that show us
def _policy(frames: str, forms: str) -> str:
    """What browsers let a page do. frames: who may show it; forms: where else its forms may go; "" for nobody, and nowhere."""
    return CONTENT_SECURITY_POLICY.format(frames=frames or "'none'", forms=f" {forms}".rstrip())


def _load(key: str) -> Actor | None:
    if is_over():
        return None
    lent: UnitOfWork | None = g.get("lent")
    with nullcontext(lent) if lent else unit_of_work(ANYONE, "public", write=False) as uow:
        actor = load_actor(uow, key)
        return None if actor is None or is_out(actor) else actor
