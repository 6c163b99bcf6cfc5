"""What a bureau asks of an enterprise, in words."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.compliance.burden.rules import Way


def asked_words(way: Way) -> str:
    """What it is called."""
    return {
        Way.DUTY: _("布置"),
        Way.AMENDMENT: _("改了要求"),
        Way.CHASE: _("催办"),
        Way.REPLY: _("通报征求意见"),
        Way.SIGNAL: _("请说明可信信号"),
        Way.OBSERVATION: _("请答复旁听点评"),
        Way.HAZARD: _("重大隐患处置"),
    }[way]
