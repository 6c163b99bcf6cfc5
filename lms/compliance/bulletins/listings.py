"""Bulletins, and the names behind a figure of one, as lists to hand out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter

from flask_babel import gettext as _

from lms.compliance.bulletins.models import Bulletin, BulletinState
from lms.compliance.bulletins.printing import FIRM, HAZARD, firm_cells, hazard_cells
from lms.compliance.bulletins.rules import Firm, Frozen, Hazard
from lms.core.exports import Listing, listing_of


def bulletins_listing(now: datetime, rows: Sequence[Bulletin]) -> Listing:
    """How far each is, and when it went out."""
    states = {
        BulletinState.PUBLISHED: _("已发布"), BulletinState.REPLYING: _("征求意见"), BulletinState.GATHERING: _("正在取数"),
        BulletinState.DRAFT: _("草稿"), BulletinState.VOID: _("作废"),
    }  # fmt: skip
    columns = (
        (_("通报"), 36, lambda row: row.campaign.title),
        (_("期号"), 18, lambda row: _("%(year)s 年第 %(n)s 期", year=row.year, n=row.number) if row.number else ""),
        (_("版次"), 8, lambda row: row.version),
        (_("区域"), 18, lambda row: row.area.name),
        (_("数据截至"), 18, lambda row: row.as_of or row.day),
        (_("进度"), 12, lambda row: states[row.state]),
        (_("答复到"), 13, lambda row: row.reply_by),
        (_("发布时间"), 18, lambda row: row.published_at),
        (_("起草人"), 12, lambda row: row.created_by),
    )
    return listing_of(now, _("通报"), columns, rows, (), _("新的在前"))


def frozen_listing(frozen: Frozen, what: str, firms: Sequence[Firm], sha256: str) -> Listing:
    """The names behind a figure, with the hash of the frozen data. Its columns are those of the workbook of the bulletin."""
    rows = [firm_cells(firm) for firm in firms]
    columns = [(column.heading, column.width, itemgetter(at)) for at, column in enumerate(FIRM)]
    more = (f"{_('数据快照')} SHA-256 {sha256}",)
    title = f"{frozen.area}{frozen.campaign}-{what}"
    return listing_of(
        frozen.as_of, title, columns, rows, (what,), _("没有开讲的在前，再按截止日期、企业名称"), more=more, author=frozen.bureau
    )


def hazards_listing(frozen: Frozen, what: str, hazards: Sequence[Hazard], sha256: str) -> Listing:
    """The major hazards behind a figure, as above."""
    columns = [(column.heading, column.width, itemgetter(at)) for at, column in enumerate(HAZARD)]
    more = (f"{_('数据快照')} SHA-256 {sha256}",)
    rows = [hazard_cells(one) for one in hazards]
    title = f"{frozen.area}{frozen.campaign}-{what}"
    return listing_of(frozen.as_of, title, columns, rows, (what,), _("期限近的在前"), more=more, author=frozen.bureau)
