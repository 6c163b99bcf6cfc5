"""The hours of an enterprise and its trail, as lists to hand out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask_babel import gettext as _

from lms.archives.queries.hours import Doubtful, PersonHours, Together
from lms.archives.queries.levels import LevelHours, OfLevel
from lms.archives.queries.marks import MarkOf
from lms.archives.queries.trail import Happened
from lms.archives.trail_words import kind_said, said
from lms.attendance.words import MARK_WORDS, METHOD_WORDS, STANDING_WORDS, TRUST_WORDS
from lms.core.exports import Listing, listing_of
from lms.lectures.words import level_name
from lms.registry.words import listed


def people_listing(now: datetime, title: str, rows: Sequence[PersonHours], filters: Iterable[str]) -> Listing:
    """The hours of people, with what is asked and what is missing."""
    columns = (
        (_("姓名"), 12, lambda row: row.line.name),
        (_("工号"), 12, lambda row: row.line.work_no or ""),
        (_("部门"), 18, lambda row: row.line.department_name or ""),
        (_("人员类别"), 20, lambda row: listed(row.category)),
        (_("要求"), 8, lambda row: row.required),
        (_("依据"), 30, lambda row: row.article),
        (_("三级教育"), 30, lambda row: _("；").join(f"{level_name(one.level)} {_level(one)}" for one in row.levels)),
        (_("已记学时"), 10, lambda row: row.earned),
        (_("其中现场"), 10, lambda row: row.first_hand),
        (_("还差"), 8, lambda row: None if row.required is None else row.missing),
        (_("怎样补齐"), 36, lambda row: row.closes.by.title if row.missing and row.closes.by else ""),
    )
    return listing_of(now, title, columns, rows, filters, _("还差多的在前，再按工号"))


def together_listing(now: datetime, title: str, what: str, rows: Sequence[Together]) -> Listing:
    """what: by what the people are taken together; the title says so, as nothing is left out."""
    columns = (
        (what, 20, lambda row: listed(row.name)),
        (_("人数"), 8, lambda row: row.people),
        (_("有学时要求的人数"), 10, lambda row: row.asked),
        (_("达到要求"), 10, lambda row: row.enough),
        (_("要求"), 10, lambda row: row.required if row.asked else None),
        (_("已记学时"), 10, lambda row: row.earned),
        (_("其中现场"), 10, lambda row: row.first_hand),
        (_("还差"), 10, lambda row: row.missing if row.asked else None),
        (_("怎样补齐"), 36, lambda row: row.closes[0].title if row.closes else ""),
        (_("还要再排课的人"), 10, lambda row: row.left),
    )
    return listing_of(now, f"{title}-{_('按%(what)s', what=what)}", columns, rows, (), _("人多的在前"))


def levels_listing(now: datetime, title: str, rows: Sequence[OfLevel]) -> Listing:
    """How far those who are new have come with each level of 三级教育."""
    columns = (
        (_("级别"), 12, lambda row: level_name(row.level)),
        (_("新上岗人数"), 10, lambda row: row.people),
        (_("已完成"), 10, lambda row: row.enough),
        (_("已记学时"), 10, lambda row: row.earned),
        (_("还差的人"), 10, lambda row: row.people - row.enough),
        (_("还差"), 10, lambda row: row.missing),
    )
    return listing_of(now, f"{title}-{_('三级教育')}", columns, rows, (), _("上级的在前"))


def doubtful_listing(now: datetime, title: str, rows: Sequence[Doubtful]) -> Listing:
    """Time that cannot have been."""
    columns = (
        (_("姓名"), 12, lambda row: row.name),
        (_("日期"), 13, lambda row: row.day),
        (_("一天记了几学时"), 10, lambda row: row.hours),
        (_("说明"), 60, lambda row: row.said),
    )
    return listing_of(now, f"{title}-{_('不合常理的时间')}", columns, rows, (), _("新的在前"))


def marks_listing(now: datetime, title: str, rows: Sequence[MarkOf], filters: Iterable[str]) -> Listing:
    """Marks, each with how it is known."""
    columns = (
        (_("姓名"), 12, lambda row: row.name),
        (_("工号"), 12, lambda row: row.work_no or ""),
        (_("时间"), 18, lambda row: row.at),
        (_("种类"), 8, lambda row: str(MARK_WORDS[row.mark.value])),
        (_("讲课"), 30, lambda row: row.lecture),
        (_("方式"), 16, lambda row: str(METHOD_WORDS[row.method.value])),
        (_("可信等级"), 10, lambda row: str(TRUST_WORDS[row.trust.value])),
        (_("状态"), 26, lambda row: str(STANDING_WORDS[row.standing])),
    )
    return listing_of(now, title, columns, rows, filters, _("新的在前"))


def trail_listing(now: datetime, title: str, rows: Iterable[Happened], filters: Iterable[str]) -> Listing:
    """With the hash of each entry, so that it can be found in the chain."""
    columns = (
        (_("链上序号"), 10, lambda row: row.seq),
        (_("时间"), 18, lambda row: row.at),
        (_("事项"), 16, lambda row: kind_said(row.kind)),
        (_("涉及的人"), 14, lambda row: row.about),
        (_("讲课"), 30, lambda row: row.lecture),
        (_("经手"), 20, lambda row: row.by),
        (_("内容"), 60, lambda row: said(row.facts, row.kind)),
        (_("哈希"), 66, lambda row: row.hash),
    )
    return listing_of(now, title, columns, rows, filters, _("新的在前"))


def _level(one: LevelHours) -> str:
    if one.earned is None:
        return _("缺")
    return _("已记 %(n)s", n=f"{one.earned:f}") if one.enough else _("还差 %(n)s", n=f"{one.missing:f}")
