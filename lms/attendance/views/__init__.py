"""The projector, the phone, the board, the tablet and the leader's phone."""

from __future__ import annotations

from flask import Blueprint

from lms.attendance.forms import leave_said
from lms.attendance.words import MARK_WORDS, METHOD_WORDS, TRUST_WORDS

bp = Blueprint("attendance", __name__)
bp.add_app_template_filter(leave_said)
bp.record(
    lambda state: state.app.jinja_env.globals.update(mark_words=MARK_WORDS, method_words=METHOD_WORDS, trust_words=TRUST_WORDS)
)

from lms.attendance.views import (  # noqa: E402  # they register themselves on bp
    attention,  # noqa: F401
    board,  # noqa: F401
    leave,  # noqa: F401
    lecturer,  # noqa: F401
    pairing,  # noqa: F401
    phone,  # noqa: F401
    projector,  # noqa: F401
    rechecks,  # noqa: F401
    records,  # noqa: F401
    reminding,  # noqa: F401
    sheets,  # noqa: F401
    stations,  # noqa: F401
    visitors,  # noqa: F401
)
