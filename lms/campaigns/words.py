"""What the terms of a campaign are called, and how one version differs from another."""

from __future__ import annotations

from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.campaigns.rules import Plan, changes

FIELDS = {
    "title": _l("名称"),
    "industries": _l("行业"),
    "starts_on": _l("开始日期"),
    "due_on": _l("截止日期"),
    "head_lectures": _l("必须由主要负责人本人讲"),
    "deputy_counts": _l("写明原因的代讲也算"),
    "min_minutes": _l("最少讲多少分钟"),
    "min_attendance": _l("参训比例不低于（%）"),
    "pass_mark": _l("考核合格分数"),
    "late_days": _l("新企业给多少天"),
}
SOURCE = "zh"  # what is stored and sent is in the language of the source


def differences(old: Plan, new: Plan) -> list[tuple[str, str, str]]:
    """(what, before, after) of each term in which two plans differ."""
    return [(str(FIELDS[name]), _said(getattr(old, name)), _said(getattr(new, name))) for name in changes(old, new)]


def lines_of_change(old: Plan, new: Plan) -> list[str]:
    """The same as sentences to be sent."""
    with force_locale(SOURCE):
        return [f"{what}由 {before} 改为 {after}" for what, before, after in differences(old, new)]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, tuple):
        return "、".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)
