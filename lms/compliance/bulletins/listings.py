"""Bulletins, and the names behind a figure of one, as lists to hand out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from flask_babel import gettext as _

from lms.compliance.bulletins.models import Bulletin, BulletinState
from lms.compliance.bulletins.rules import OWED, SIGNALS, Firm, Frozen, Hazard, firms_known_by, sat_in, signals
from lms.compliance.bulletins.workbook import (
    FIRM,
    HAZARD,
    SAT,
    SIGNAL,
    firm_cells,
    hazard_cells,
    known_cells,
    known_columns,
    sat_cells,
    signal_cells,
)
from lms.core.exports import Listing, listing_of
from lms.core.given import number_given
from lms.core.sheets import Cell, Column


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
    """The names behind a figure, with the hash of the frozen data. Its columns are those of the workbook of the bulletin, in the
    language of whoever reads the page.
    """
    rows = [firm_cells(firm, _said) for firm in firms]
    who = (_("企业"), _("统一社会信用代码"), _("街道"), _("行业"), _("责任人"), _("情况"), _("截止日期"), _("开讲日期"))
    headings = (*who, _("讲课分钟"), _("应到"), _("实到"), _("参考"), _("合格"), _("备注"))
    columns = [(heading, width, itemgetter(at)) for at, (heading, width) in enumerate(_headed(headings, FIRM))]
    more = (f"{_('数据快照')} SHA-256 {sha256}",)
    title = f"{frozen.area}{frozen.campaign}-{what}"
    return listing_of(
        frozen.as_of, title, columns, rows, (what,), _("没有开讲的在前，再按截止日期、企业名称"), more=more, author=frozen.bureau
    )


def hazards_listing(frozen: Frozen, what: str, hazards: Sequence[Hazard], sha256: str) -> Listing:
    """The major hazards behind a figure, as above."""
    what_and_where = (_("企业"), _("街道"), _("判定条目"), _("地点"))
    headings = (*what_and_where, _("发现日期"), _("走到哪一步"), _("期限"), _("关闭日期"))
    columns = [(heading, width, itemgetter(at)) for at, (heading, width) in enumerate(_headed(headings, HAZARD))]
    more = (f"{_('数据快照')} SHA-256 {sha256}",)
    rows = [hazard_cells(one, _said) for one in hazards]
    title = f"{frozen.area}{frozen.campaign}-{what}"
    return listing_of(frozen.as_of, title, columns, rows, (what,), _("期限近的在前"), more=more, author=frozen.bureau)


@dataclass(frozen=True, slots=True)
class Names:
    """The names behind a figure. rows: (id of the enterprise, of the lecture or "", what stands in the columns)."""

    title: str
    order: str
    columns: tuple[tuple[str, int], ...]
    rows: Sequence[tuple[str, str, Sequence[Cell]]]


def behind_figure(frozen: Frozen, name: str, asked: Mapping[str, str]) -> Names:
    """Of check-ins ("known"; of: a trust), of signals (a key of SIGNALS), or of sitting in (FOUND, OWED; narrowed by officer,
    dimension or fact).
    """
    if name == "known":
        trust = asked.get("of", "")
        rows = zip(firms_known_by(frozen, trust), known_cells(frozen, trust, _said), strict=True)
        how = next((word for code, word in frozen.trusts if code == trust), "")
        title = " · ".join(filter(None, (_("签到记录怎么来的"), _(how) if how else "")))
        headings = [
            _("企业"),
            _("统一社会信用代码"),
            _("街道"),
            _("行业"),
            _("责任人"),
            *(_(word) for _code, word in frozen.trusts),
        ]
        found = [(firm.id, "", cells) for firm, cells in rows]
        return Names(title, _("多的在前"), _headed(headings, known_columns(frozen)), found)
    if name in SIGNALS:
        found = [(one.firm_id, one.lecture_id, signal_cells(one, _said)) for one in signals(frozen, name)]
        headings = [_("企业"), _("街道"), _("责任人"), _("信号"), _("提出日期"), _("核实日期")]
        title = _("提示核实：%(what)s", what=signal_words()[name])
        return Names(title, _("早的在前"), _headed(headings, SIGNAL), found)
    at = number_given(asked.get("dimension", ""))
    side = at if at is not None and at < len(frozen.dimensions) else None
    seen = sat_in(frozen, name, asked.get("officer", ""), side, asked.get("fact", ""))
    words = {code: text for one in frozen.dimensions for code, text in one.facts}
    narrowed = (
        next((one.officer for one in seen if asked.get("officer")), ""),
        _(frozen.dimensions[side].title) if side is not None else "",
        _(fact) if (fact := words.get(asked.get("fact", ""), "")) else "",
    )
    title = " · ".join(filter(None, (_("待点评") if name == OWED else _("旁听点评"), *narrowed)))
    headings = [_("企业"), _("街道"), _("旁听的人"), _("讲完日期"), _("点评日期"), _("看到的")]
    found = [(one.firm_id, one.lecture_id, sat_cells(frozen, one, _said)) for one in seen]
    return Names(title, _("近的在前"), _headed(headings, SAT), found)


def _headed(headings: Sequence[str], columns: Sequence[Column]) -> tuple[tuple[str, int], ...]:
    return tuple((heading, column.width) for heading, column in zip(headings, columns, strict=True))


def _said(word: str) -> str:
    """A word of ours as it was frozen, in the language of whoever reads."""
    return _(word) if word else ""


def signal_words() -> dict[str, str]:
    """What each figure of signals is called on a page."""
    return {"raised": _("本期提出"), "settled": _("本期核实"), "waiting": _("还没核实")}


def behind_listing(frozen: Frozen, names: Names, sha256: str) -> Listing:
    """The same as a list to hand out."""
    columns = [(heading, width, itemgetter(at)) for at, (heading, width) in enumerate(names.columns)]
    more = (f"{_('数据快照')} SHA-256 {sha256}",)
    title = f"{frozen.area}{frozen.campaign}-{names.title}"
    rows = [cells for _firm, _lecture, cells in names.rows]
    return listing_of(frozen.as_of, title, columns, rows, (names.title,), names.order, more=more, author=frozen.bureau)
