"""What the terms of a campaign are called, and how one version differs from another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.campaigns.models import Campaign, CampaignState
from lms.campaigns.rules import MATERIAL, PHOTO, QUIZ, Plan, changes
from lms.campaigns.themes import theme_named
from lms.core.clock import local_date
from lms.registry.words import listed

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
    "themes": _l("必须讲到的主题"),
    "evidence": _l("必须留下的材料"),
    "cascade": _l("讲完要在部门、班次传达"),
}
EVIDENCE = {MATERIAL: _l("课件"), PHOTO: _l("现场照片"), QUIZ: _l("考核")}
SOURCE = "zh"  # what is stored and sent is in the language of the source


def differences(old: Plan, new: Plan) -> list[tuple[str, str, str]]:
    """(what, before, after) of each term in which two plans differ."""
    return [(str(FIELDS[name]), _said(name, getattr(old, name)), _said(name, getattr(new, name))) for name in changes(old, new)]


def lines_of_change(old: Plan, new: Plan) -> list[str]:
    """The same as sentences to be sent."""
    with force_locale(SOURCE):
        return [f"{what}由 {before} 改为 {after}" for what, before, after in differences(old, new)]


def theme_names(codes: Iterable[str]) -> list[str]:
    """What the themes of a campaign are called; a code the table has no more is said as it is."""
    return [theme.title if (theme := theme_named(code)) else code for code in codes]


def evidence_names(kinds: Iterable[str]) -> list[str]:
    """What kinds of evidence are called."""
    return [str(EVIDENCE[kind]) for kind in kinds]


def phase_words(campaign: Campaign, day: date, due_on: date | None = None) -> tuple[str, str]:
    """What a campaign was on a day, in words: a draft, asked of nobody yet, not begun, running with the days left, or over; and
    the kind of its pill. due_on: its deadline as it was on that day; None: as it is.
    """
    left = ((due_on or campaign.due_on) - day).days
    if campaign.state is CampaignState.DRAFT:
        return _("草稿，还没下达"), "none"
    if campaign.launched_at and local_date(campaign.launched_at) > day:
        return _("还没下达"), "none"
    if campaign.starts_on > day:
        return _("已下达 · %(on)s 开始", on=campaign.starts_on.isoformat()), "none"
    if left > 0:
        return _("进行中 · 距截止 %(n)s 天", n=left), "ok"
    return (_("今天截止"), "warn") if left == 0 else (_("已截止 %(n)s 天", n=-left), "none")


def _said(name: str, value: object) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, tuple):
        words = theme_names(value) if name == "themes" else evidence_names(value) if name == "evidence" else map(listed, value)
        return "、".join(words) or _("不限")
    return value.isoformat() if isinstance(value, date) else str(value)
