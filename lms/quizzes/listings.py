"""The question bank, what a quiz says about its questions and topics, and clauses that were replaced, as lists to hand out.

Questions to be taken into another bank have formats of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask_babel import gettext as _

from lms.core.exports import Listing, listing_of
from lms.lectures.models import Lecture
from lms.quizzes.models import LawChange
from lms.quizzes.queries.analysis import ItemLine, TopicLine
from lms.quizzes.queries.bank import BankFilter, BankLine


def kind_words() -> dict[str, str]:
    """What each kind of question is called."""
    return {
        "single": _("单选"), "multiple": _("多选"), "judge": _("判断"), "fill": _("填空"), "order": _("排序"), "match": _("匹配"),
        "picture": _("看图"), "text": _("简答"),
    }  # fmt: skip


def owner_words() -> dict[str, str]:
    """What each source of a question is called."""
    return {"own": _("本单位"), "bureau": _("监管部门"), "shipped": _("自带"), "shared": _("自带")}


def bank_listing(now: datetime, rows: Sequence[BankLine], filters: Iterable[str]) -> Listing:
    """Questions in their newest wording, without options and answers."""
    kinds, owners = kind_words(), owner_words()
    columns = (
        (_("题干"), 60, lambda row: row.version.stem),
        (_("题型"), 10, lambda row: row.version.body.label or kinds.get(row.version.kind, "")),
        (_("知识点"), 18, lambda row: row.topic),
        (_("来源"), 12, lambda row: owners[row.owner]),
        (_("版次"), 8, lambda row: row.version.version),
        (_("难度"), 8, lambda row: row.version.difficulty),
        (_("法条依据"), 40, lambda row: row.version.law_ref or ""),
        (_("原题"), 12, lambda row: _("原题有新版") if row.stale else ""),
    )
    return listing_of(now, _("题库"), columns, rows, filters, _("本单位的在前，再按知识点"))


def filter_words(wanted: BankFilter) -> dict[str, str]:
    """What of the bank is wanted, in words."""
    sources = owner_words() | {"stale": _("原题有新版"), "retired": _("已停用")}
    return {
        _("知识点"): wanted.topic,
        _("题型"): kind_words().get(wanted.kind, ""),
        _("来源"): sources.get(wanted.source, ""),
        _("题干里的字"): wanted.text,
        _("难度"): {1: _("易"), 2: _("中"), 3: _("难")}.get(wanted.difficulty, ""),
        _("依据里的字"): wanted.law,
    }


def items_listing(now: datetime, lecture: Lecture, rows: Sequence[ItemLine]) -> Listing:
    """What a quiz says about each of its questions; nobody is named."""
    columns = (
        (_("题目"), 60, lambda row: row.version.stem),
        (_("知识点"), 18, lambda row: row.topic),
        (_("全对"), 8, lambda row: row.item.right),
        (_("答过的人"), 8, lambda row: row.item.asked),
        (_("得分率"), 8, lambda row: None if row.item.facility is None else round(float(row.item.facility), 3)),
        (_("错选最多的"), 36, lambda row: _("；").join(f"{said} {number}" for said, number in row.wrong[:2])),
        (_("区分度"), 8, lambda row: None if row.item.discrimination is None else round(float(row.item.discrimination), 2)),
        (_("用时（秒）"), 8, lambda row: None if row.item.seconds is None else round(row.item.seconds)),
        (_("核对答案"), 36, lambda row: row.suspect),
    )
    return listing_of(now, _("每道题"), columns, rows, (lecture.title,), _("最难的在前"))


def topics_listing(now: datetime, lecture: Lecture, rows: Sequence[TopicLine]) -> Listing:
    """How well each topic was understood."""
    columns = (
        (_("知识点"), 24, lambda row: row.name),
        (_("考到的人"), 10, lambda row: row.people),
        (_("得分率"), 10, lambda row: None if row.got is None else round(float(row.got), 3)),
    )
    return listing_of(now, _("哪些内容没听懂"), columns, rows, (lecture.title,))


def law_listing(now: datetime, rows: Sequence[LawChange]) -> Listing:
    """The clauses that were replaced."""
    columns = (
        (_("哪一条"), 40, lambda row: row.clause),
        (_("换成了什么"), 40, lambda row: row.note or ""),
        (_("登记时间"), 18, lambda row: row.recorded_at),
        (_("登记人"), 14, lambda row: row.recorded_by),
    )
    return listing_of(now, _("法条变更"), columns, rows)
