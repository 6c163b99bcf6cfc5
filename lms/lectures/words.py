"""What the levels of training are called on a page."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.lectures.rules.levels import FACTORY, LEVELS, SPECIAL, TEAM, WORKSHOP

LEVEL_WORDS = {FACTORY: _l("厂级"), WORKSHOP: _l("车间级"), TEAM: _l("班组级"), SPECIAL: _l("四新专门培训")}


def level_name(level: str | None) -> str:
    """What a level is called; "" where there is none."""
    return str(LEVEL_WORDS[level]) if level else ""


def level_said(level: str | None) -> str:
    """The same where it stands alone: whether it is of 三级教育 is said with it."""
    return _("三级教育（%(level)s）", level=level_name(level)) if level in LEVELS else level_name(level)
