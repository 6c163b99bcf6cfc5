"""What the stored words of the ledger of hours and of certificates are called."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.attendance.forms import LEAVE
from lms.campaigns.words import SOURCE

HOURS_WORDS = {"earned": _l("记入"), "amended": _l("更正"), "voided": _l("冲销")}
# The clauses that rules.completion and rules.makeups keep with a decision and print on a certificate.
_CLAUSES = (
    (re.compile(r"全程到课"), _l("全程到课")),
    (re.compile(r"到课 (?P<n>\d+) 分钟"), _l("到课 %(n)s 分钟")),
    (re.compile(r"补训（补 (?P<year>\d+) 年第 (?P<n>\d+) 期）"), _l("补训（补 %(year)s 年第 %(n)s 期）")),
    (re.compile(r"在场 (?P<n>\d+)/(?P<all>\d+) 分钟"), _l("在场 %(n)s/%(all)s 分钟")),
    (re.compile(r"在场至少 (?P<n>\d+)/(?P<all>\d+) 分钟"), _l("在场至少 %(n)s/%(all)s 分钟")),
    (re.compile(r"不足 (?P<n>\d+)%"), _l("不足 %(n)s%%")),
    (re.compile(r"未签退，在场时长待确认"), _l("未签退，在场时长待确认")),
    (re.compile(r"未到课"), _l("未到课")),
    (re.compile(r"请假（(?P<why>.*)）"), _l("请假（%(why)s）")),
    (re.compile(r"其中 (?P<n>\d+) 分钟与(?P<titles>《.*》)同时，只计一次"), _l("其中 %(n)s 分钟与%(titles)s同时，只计一次")),
    (re.compile(r"不设考核"), _l("不设考核")),
    (re.compile(r"考核 (?P<n>\d+) 分"), _l("考核 %(n)s 分")),
    (re.compile(r"不到 (?P<n>\d+) 分"), _l("不到 %(n)s 分")),
    (re.compile(r"考核已截止"), _l("考核已截止")),
    (re.compile(r"没有参加考核，考核已截止"), _l("没有参加考核，考核已截止")),
    (re.compile(r"还没有考核成绩"), _l("还没有考核成绩")),
    (re.compile(r"本次讲课已作废（(?P<why>.*)）"), _l("本次讲课已作废（%(why)s）")),
    (re.compile(r"合格"), _l("合格")),
    (re.compile(r"未合格"), _l("未合格")),
    (re.compile(r"未完成"), _l("未完成")),
)


def presence_said(printed: str) -> str:
    """How a certificate says that somebody was there, in the reader's language; what is not known of old, as it is printed."""
    return _("，").join(_clause(one) for one in printed.split("，"))


def decision_said(reasons: Iterable[str]) -> str:
    """The reasons of a decision as they were kept; in another language by the figures in them, what was typed as typed."""
    if str(get_locale()) == SOURCE:
        return "，".join(reasons)
    return _("，").join(_clause(one) for one in reasons)


def _clause(printed: str) -> str:
    for pattern, said in _CLAUSES:
        if found := pattern.fullmatch(printed):
            named = found.groupdict()
            return str(said) % {name: LEAVE.get(text, text) for name, text in named.items()}
    return printed
