"""Visits and draws as files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from lms.compliance.visiting.models import FirmDraw, FirmVisit
from lms.core.exports import Listing, listing_of
from lms.registry.models import Enterprise


def visits_listing(now: datetime, rows: Sequence[FirmVisit]) -> Listing:
    """Who means to go where this week."""
    columns = (
        (_("企业"), 36, lambda row: row.enterprise.name),
        (_("谁去"), 16, lambda row: row.officer),
        (_("怎么选的"), 16, lambda row: _("随机抽到") if row.draw_id else _("自己选的")),
        (_("安排时间"), 18, lambda row: row.planned_at),
    )
    return listing_of(now, _("本周要上门的企业"), columns, rows, (), _("安排的先后"))


def draw_listing(draw: FirmDraw, rows: Sequence[Enterprise]) -> Listing:
    """What was drawn, with what it takes to draw it again."""
    columns = ((_("企业"), 36, lambda row: row.name), (_("统一社会信用代码"), 22, lambda row: row.uscc))
    told = (draw.told, _("从 %(n)s 家里抽", n=len(draw.pool)), f"{_('种子')} {draw.seed}")
    return listing_of(draw.drawn_at, _("随机抽到的企业"), columns, rows, told, _("抽到的先后"))
