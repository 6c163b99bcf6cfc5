"""Why an answer is worth what it is, put into words only when somebody reads it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel.speaklater import LazyString


class Reason(LazyString):
    """key: what tells it from others without putting it into words, which takes longer than the rest of a question's result."""

    @property
    def key(self) -> tuple[object, ...]:
        return *self._args, *self._kwargs.items()


def because(text: str, **values: Any) -> Reason:
    """As lazy_gettext()."""
    return Reason(gettext, text, **values)
