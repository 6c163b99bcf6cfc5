"""Browsers that were in with an account before: what strangers type at the door does not close it to them."""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import current_app, make_response, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from lms.core import cookies
from lms.core.signatures import form_tokens

COOKIE, LIFE = "anke_known", timedelta(days=180)
MOST = 5  # accounts of one browser, the latest first: a desk that is shared


def number_of(account: str) -> str | None:
    """The number of this browser for an account (its fingerprint); None where it was not in with it lately."""
    return _numbers().get(account)


def accounts() -> frozenset[str]:
    """The accounts (their fingerprints) whose password was right in this browser lately."""
    return frozenset(_numbers())


def remember(answer: ResponseReturnValue, account: str) -> ResponseReturnValue:
    """The same answer, which has the browser keep that the password of this account was right here."""
    numbers = _numbers()
    own = numbers.pop(account, None) or secrets.token_urlsafe(18)
    kept = dict([(account, own), *numbers.items()][:MOST])
    response = make_response(answer)
    cookies.give(response, COOKIE, str(_seal().dumps(kept)), LIFE)
    return response


def _numbers() -> dict[str, str]:
    try:
        found: dict[str, str] = _seal().loads(request.cookies.get(COOKIE, ""), max_age=int(LIFE.total_seconds()))
    except BadSignature:
        return {}
    return found


def _seal() -> URLSafeTimedSerializer:
    return form_tokens(current_app.config["SECRET_KEY"], "known-browser")
