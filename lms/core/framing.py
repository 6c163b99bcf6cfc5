"""Pages inside a page of another site: who may show ours, and cookies that live there.

A page is shown by nobody else, unless the session began there (`framed` in it: the origins that may), or the view says so.
"""

from __future__ import annotations

from flask import Flask, Request, Response, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from lms.core.signatures import once

FRAMED, APART = "framed", "apart"  # in a session: the origins that may show it; whether its cookie lives in their pages alone
_FRAMES = "anke.frames"  # no header can set these: those are HTTP_… there
_APART = "anke.apart"
_FORMS = "anke.forms"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class Sessions(SecureCookieSessionInterface):
    """A session that began in a frame of another site has a cookie that is sent there, and, where browsers can, only there.

    One of them serves one application, whose key stays, so what signs is made once and not twice for each request.
    """

    def __init__(self) -> None:
        self._signing: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._signing is None:
            made = super().get_signing_serializer(app)
            self._signing = once(made) if made else None
        return self._signing

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:  # type: ignore[override]
        opened = super().open_session(app, request)
        if opened and opened.get(FRAMED):
            request.environ[_FRAMES], request.environ[_APART] = opened[FRAMED], bool(opened.get(APART))
        return opened

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.modified or session.permanent:
            super().save_session(app, session, response)
        elif session.accessed:  # nothing new to keep, so nothing is asked about a cookie that is not set
            response.headers.add("Vary", "Cookie")

    def get_cookie_samesite(self, app: Flask) -> str | None:
        return "None" if _is_apart() else super().get_cookie_samesite(app)

    def get_cookie_secure(self, app: Flask) -> bool:
        return _is_apart() or super().get_cookie_secure(app)

    def get_cookie_partitioned(self, app: Flask) -> bool:
        return _is_apart()


def allow(origins: str) -> None:
    """This answer may be shown inside pages of these origins, separated by spaces."""
    request.environ[_FRAMES] = origins


def allowed() -> str:
    """Who may show this answer; empty: nobody."""
    found: str = request.environ.get(_FRAMES, "")
    return found


def begin(origins: str, *, apart: bool) -> None:
    """The session goes on inside pages of these origins. apart: of another site than ours, so the cookie must say so."""
    session[FRAMED], session[APART] = origins, apart
    allow(origins)


def send_forms_to(origin: str) -> None:
    """A form on this page may be sent to that origin; all others stay here."""
    request.environ[_FORMS] = origin


def forms_to() -> str:
    """Where forms of this answer may go beside ourselves; empty: nowhere."""
    found: str = request.environ.get(_FORMS, "")
    return found


def forget_session() -> None:
    """Whoever leaves leaves nothing behind for the next one at this browser but where its pages are shown."""
    here = {name: session[name] for name in (FRAMED, APART) if name in session}
    session.clear()
    session.update(here)


def end() -> None:
    """The session goes on in a window of its own."""
    request.environ[_APART] = False


def can_live_apart() -> bool:
    """Whether browsers take such a cookie from us: over https, and from the very machine they run on."""
    return request.is_secure or request.host.rpartition(":")[0] in LOOPBACK or request.host in LOOPBACK


def keep(response: Response, name: str, value: str, seconds: int, path: str) -> None:
    """A cookie for the few steps of a launch, inside a frame or not."""
    apart = can_live_apart()
    response.set_cookie(
        name, value, max_age=seconds, path=path, httponly=True, secure=apart, samesite="None" if apart else "Lax",
        partitioned=apart and in_frame(),
    )  # fmt: skip


def in_frame() -> bool:
    """Whether the browser shows this inside another page; browsers too old to say so are taken as if."""
    return request.headers.get("Sec-Fetch-Dest", "iframe") != "document"


def sent_from_here() -> bool:
    """Whether a page of ours sent this form, and no other site in somebody's name: cookies that must be sent inside other
    sites do not say so.
    """
    site = request.headers.get("Sec-Fetch-Site")
    return site == "same-origin" if site else request.headers.get("Origin") == request.host_url.rstrip("/")


def _is_apart() -> bool:
    return bool(session.get(APART) or request.environ.get(_APART))
