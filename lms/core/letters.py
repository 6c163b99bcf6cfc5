"""How large letters are, as whoever reads them chose."""

from __future__ import annotations

from flask import request

COOKIE = "anke_large_type"  # "1" or "0"; without it as large as usual, or as the person needs it in a quiz


def large(*, needed: bool) -> bool:
    """Whether this page has large letters. needed: whether the person does, who may say otherwise."""
    wish = request.cookies.get(COOKIE, "")
    return wish == "1" or (needed and wish != "0")
