"""What a form gives beside its fields: the one line of a decision, a reason, an answer; and the rows that were ticked."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import flash, request

MOST_CHARACTERS = 200


def words_given(field: str, missing: str) -> str:
    """What the form says in this field, cut to MOST_CHARACTERS; "" where it says nothing, and then `missing` is told."""
    given = request.form.get(field, "").strip()[:MOST_CHARACTERS]
    if not given:
        flash(missing, "warn")
    return given


def ids_given(texts: Iterable[str]) -> list[UUID]:
    """The ids among these, in their order; whatever is none is passed over."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
