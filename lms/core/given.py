"""The one line that a decision is to give: a reason, an answer."""

from __future__ import annotations

from flask import flash, request

MOST_CHARACTERS = 200


def words_given(field: str, missing: str) -> str:
    """What the form says in this field, cut to MOST_CHARACTERS; "" where it says nothing, and then `missing` is told."""
    given = request.form.get(field, "").strip()[:MOST_CHARACTERS]
    if not given:
        flash(missing, "warn")
    return given
