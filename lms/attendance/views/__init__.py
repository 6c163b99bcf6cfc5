"""The projector, the phone and the board."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("attendance", __name__)

from lms.attendance.views import attention, board, phone, projector, rechecks, records, sheets, visitors  # noqa: E402, F401  # they register themselves on bp
