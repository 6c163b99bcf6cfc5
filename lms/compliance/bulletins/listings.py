"""Bulletins as a list to hand out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from lms.compliance.bulletins.models import Bulletin, BulletinState
from lms.core.exports import Listing, listed


def bulletins_listing(now: datetime, rows: Sequence[Bulletin]) -> Listing:
    """How far each is, and when it went out."""
    states = {
        BulletinState.PUBLISHED: _("已发布"), BulletinState.REPLYING: _("征求意见"), BulletinState.GATHERING: _("正在取数"),
        BulletinState.VOID: _("作废"),
    }  # fmt: skip
    columns = (
        (_("通报"), 36, lambda row: row.campaign.title),
        (_("期号"), 18, lambda row: _("%(year)s 年第 %(n)s 期", year=row.year, n=row.number) if row.number else ""),
        (_("版次"), 8, lambda row: row.version),
        (_("区域"), 18, lambda row: row.area.name),
        (_("数据截至"), 18, lambda row: row.as_of or row.day),
        (_("进度"), 12, lambda row: states.get(row.state, _("草稿"))),
        (_("答复到"), 13, lambda row: row.reply_by),
        (_("发布时间"), 18, lambda row: row.published_at),
        (_("起草人"), 12, lambda row: row.created_by),
    )
    return listed(now, _("通报"), columns, rows, (), _("新的在前"))
