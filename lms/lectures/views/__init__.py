"""Lectures: planning, materials, opening and closing."""

from __future__ import annotations

from flask import Blueprint

from lms.lectures.words import level_name, level_said

bp = Blueprint("lectures", __name__)
bp.add_app_template_filter(level_name)
bp.add_app_template_filter(level_said)

from lms.lectures.views import (  # noqa: E402, F401  # they register themselves on bp
    calendar,
    cascade,
    files,
    holding,
    library,
    photos,
    planning,
    telling,
    themes,
    times,
    uploads,
    viewer,
)
