"""The doors of teaching platforms: `lti`, where their users come in, and the pages where a trainer registers them."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("lti", __name__, url_prefix="/lti")

from lms.integrations.lti.views import choosing, launching, platforms, registering  # noqa: E402, F401  # they register themselves on bp
