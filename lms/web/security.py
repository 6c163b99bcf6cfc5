"""What guards every page: cookies, headers, forged forms, rates, and who is signed in."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from flask import Flask, Response, g, request
from flask_babel import gettext as _
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.access.actor import Actor
from lms.access.door import ANYONE
from lms.access.service import load_actor
from lms.core import framing
from lms.core.errors import Problem
from lms.core.settings import Settings
from lms.core.uow import unit_of_work
from lms.web import entering

csrf = CSRFProtect()
limiter = Limiter(get_remote_address)
sign_ins = LoginManager()
A_HALL = "300 per minute"  # an office or a hall shares one address

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
        # Styles and scripts only: a page holds a secret (its form token), and compressing secrets tells of them (BREACH).
        COMPRESS_MIMETYPES=["text/css", "text/javascript", "image/svg+xml"],
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_ALGORITHM_STREAMING=["gzip"],
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch still works; the token dies with the session
    )
    Compress(app)
    if settings.https:
        # Whoever ends TLS stands in front of us and says who really asks.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    sign_ins.user_loader(_load)
    app.session_interface = framing.Sessions()

    @app.before_request
    def name_request() -> None:
        g.request_id = uuid4().hex[:12]

    @app.before_request
    def refuse_nul() -> None:
        # PostgreSQL keeps no NUL in a text; SQLite would, and nobody would see it.
        if "\0" in request.path or any("\0" in value for _key, value in request.values.items(multi=True)):
            raise Problem(_("填写的内容里有看不见的控制字符，请删掉后再提交。"))

    @app.after_request
    def headers(response: Response) -> Response:
        shown_by = framing.allowed()
        policy = CONTENT_SECURITY_POLICY.format(frames=shown_by or "'none'", forms=f" {framing.forms_to()}".rstrip())
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.extend(ALWAYS)
        if not shown_by:
            response.headers["X-Frame-Options"] = "DENY"
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if settings.https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if response.status_code < 400:
            response.headers.pop("Retry-After", None)  # the limiter says it of every answer
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _load(key: str) -> Actor | None:
    if entering.is_over():
        return None
    with unit_of_work(ANYONE, "public", write=False) as uow:
        return load_actor(uow, key)
