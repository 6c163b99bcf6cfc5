"""Somebody is named on a page by name or work number, instead of being picked from the whole roster."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from lms.registry.queries import RosterLine


def named(roster: Sequence[RosterLine], text: str) -> tuple[RosterLine | None, str]:
    """The one person with this name or work number; else None and a sentence that says why."""
    fits = [one for one in roster if text in (one.name, one.work_no)]
    if len(fits) == 1:
        return fits[0], ""
    if fits:
        return None, _("有 %(n)s 个人叫“%(text)s”，请写工号。", n=len(fits), text=text)
    return None, _("花名册里没有“%(text)s”。请核对姓名或工号；不在花名册上的人，先加进花名册再录。", text=text)
