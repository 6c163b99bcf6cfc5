"""Lectures: planning, materials, opening and closing."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("lectures", __name__)

from lms.lectures.views import calendar, cascade, files, holding, library, photos, planning, telling, themes, uploads, viewer  # noqa: E402, F401  # they register themselves on bp
