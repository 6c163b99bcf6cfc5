"""The levels of what somebody new is taught before they work (三级教育), and 四新: what a lecture or a training can give."""

from __future__ import annotations

FACTORY, WORKSHOP, TEAM, SPECIAL = "厂级", "车间级", "班组级", "四新"  # stored; never renamed
LEVELS = (FACTORY, WORKSHOP, TEAM)
