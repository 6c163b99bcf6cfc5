"""One person, one lecture, one enterprise: views of the same facts."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("archives", __name__)

from lms.archives.views import carried, enterprise, hours, lecture, marks, official, orders, own, privacy, trail  # noqa: E402, F401  # they register themselves on bp
