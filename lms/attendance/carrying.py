"""What a phone carries from page to page: its own number, the claim of its last scan, and whom it is signed in as."""

from __future__ import annotations

import base64
import re
import secrets
from datetime import timedelta
from urllib.parse import parse_qsl

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from lms.attendance import service
from lms.attendance.rules.claims import AT_ONCE, CLAIM_LIFE, Claim
from lms.core import cookies
from lms.core.crypto import keyring

DEVICE, CLAIM = "anke_device", "anke_claim"
TWO_YEARS = timedelta(days=730)
_DEVICE = re.compile(r"[A-Za-z0-9_-]{16,40}")


def device() -> str | None:
    """The number of this phone, if it has one of ours."""
    given = request.cookies.get(DEVICE, "")
    return given if _DEVICE.fullmatch(given) else None


def new_device() -> str:
    """A number for a phone that was never here."""
    return secrets.token_urlsafe(18)


def carried() -> str:
    """The claim in the form, which no other site can know, so that it stands for the form token; on a GET that of the cookie."""
    return request.form.get("claim", "") if request.method == "POST" else request.cookies.get(CLAIM, "")


def carried_claim() -> Claim:
    """The claim of the form, else the one this phone got last. Raises NotThisPhone."""
    return service.own_claim(carried(), device())


def kept_claim() -> Claim | None:
    """The claim this phone got last, if it is still its own."""
    return own_claim(request.cookies.get(CLAIM, ""))


def own_claim(text: str) -> Claim | None:
    """The claim behind a text, if it is one of this phone."""
    try:
        return service.own_claim(text, device())
    except service.NotThisPhone:
        return None


def said() -> MultiDict[str, str]:
    """What the form says of who it is: as it was typed, or from the letter in which js/keep.js kept it, with the claim in it.

    A letter that cannot be opened, or that was sealed with another claim, says nothing.
    """
    if "sealed" not in request.form:
        return request.form
    try:
        letter = keyring().open_letter(base64.b64decode(request.form["sealed"], validate=True)).decode()
    except ValueError:
        return MultiDict()
    found: MultiDict[str, str] = MultiDict(parse_qsl(letter))
    return found if found.get("claim") == request.form.get("claim") else MultiDict()


def waited() -> timedelta:
    """How long js/keep.js kept the tap while there was no network."""
    seconds = request.form.get("waited", "")
    return timedelta(seconds=int(seconds)) if re.fullmatch(r"[0-9]{1,6}", seconds) else AT_ONCE


def remember(answer: ResponseReturnValue, claim: Claim) -> Response:
    """A phone keeps its claim while it lives; the page that asks who it is carries it too."""
    response = keep_device(make_response(answer), claim.device_id)
    cookies.give(response, CLAIM, service.sealed(claim), CLAIM_LIFE)
    return response


def keep_device(response: Response, device_id: str) -> Response:
    """The same answer, which has the phone keep its number."""
    cookies.give(response, DEVICE, device_id, TWO_YEARS)
    return response
