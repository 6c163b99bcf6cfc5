"""Cookies of ours besides the session: not for scripts, not for other sites, and not for what else this host serves."""

from __future__ import annotations

from datetime import timedelta

from flask import request
from werkzeug import Response

from lms.core.settings import settings


def give(response: Response, name: str, value: str, life: timedelta | None = None) -> None:
    """life: None for as long as the browser is open."""
    path = request.script_root or "/"
    response.set_cookie(name, value, max_age=life, path=path, httponly=True, samesite="Lax", secure=settings().https)
