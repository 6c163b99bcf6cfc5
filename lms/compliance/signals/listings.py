"""Signals somebody should look at as a list to hand out: a row for each, the lecture beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from lms.compliance.signals.models import LectureSignal
from lms.compliance.signals.queries import Shown
from lms.core.exports import Listing, listing_of


def signals_listing(now: datetime, rows: Sequence[tuple[LectureSignal, list[Shown]]], told: Sequence[str] = ()) -> Listing:
    """rows: a line of a lecture with its signals, as the page has them. told: what is to be known of a day that is over."""
    columns = (
        (_("讲课"), 30, lambda row: row[0].lecture.title),
        (_("企业"), 36, lambda row: row[0].lecture.enterprise.name),
        (_("哪天起"), 18, lambda row: row[1].line.raised_at),
        (_("为什么请人看"), 24, lambda row: str(row[1].words.title)),
        (_("事实"), 60, lambda row: row[1].sentence),
        (_("企业说明"), 24, lambda row: _answer(row[1])),
    )
    flat = [(line, one) for line, signals in rows for one in signals]
    told = (_("请人看的、还没有人看过的"), *told, _("讲课、企业的名称按现在的"))
    return listing_of(now, _("可信信号"), columns, flat, told, _("最早的在前"))


def _answer(one: Shown) -> str:
    words = [word.text for word in one.explained]
    silent = [_("五个工作日没有说明")] if one.late else []
    return _("；").join([*words, *silent]) or _("还没说明")
