"""Sitting in as lists to hand out: lectures to come, how it is spread, who sat in, what was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from lms.core.exports import Listing, listing_of
from lms.lectures.models import Lecture
from lms.supervision.models import ObservationDraw
from lms.supervision.queries import Officer, SatIn, Street, ToCome


def coming_listing(now: datetime, told: Sequence[str], rows: Sequence[ToCome]) -> Listing:
    """With everybody who means to sit in: the list is for bureaus."""
    columns = (
        (_("讲课"), 30, lambda row: row.lecture.title),
        (_("企业"), 36, lambda row: row.lecture.enterprise.name),
        (_("计划时间"), 18, lambda row: row.starts_at),
        (_("谁要来"), 24, lambda row: _("、").join(visit.officer for visit in row.visits)),
    )
    return listing_of(now, _("今后 14 天的课"), columns, rows, told, _("时间"))


def spread_listing(now: datetime, told: Sequence[str], rows: Sequence[Street]) -> Listing:
    """How many of the lectures of each street somebody sat in."""
    columns = (
        (_("街道"), 24, lambda row: row.name),
        (_("讲过的课"), 10, lambda row: row.held),
        (_("旁听过"), 10, lambda row: row.observed),
    )
    return listing_of(now, _("今年的课和旁听，按街道"), columns, rows, told, _("旁听少的在前"))


def held_listing(now: datetime, filters: Sequence[str], rows: Sequence[SatIn]) -> Listing:
    """Lectures that were held, with whoever sat in."""
    columns = (
        (_("讲课"), 30, lambda row: row.lecture.title),
        (_("企业"), 36, lambda row: row.lecture.enterprise.name),
        (_("什么时候"), 18, lambda row: row.lecture.sitting.started_at or row.lecture.sitting.planned_starts_at),
        (_("谁旁听了"), 24, lambda row: _("、").join(row.officers)),
    )
    return listing_of(now, _("讲过的课"), columns, rows, filters, _("新的在前"))


def officers_listing(now: datetime, told: Sequence[str], rows: Sequence[Officer]) -> Listing:
    """Who sat in how often, and how often unannounced."""
    columns = (
        (_("姓名"), 16, lambda row: row.name),
        (_("旁听过"), 10, lambda row: row.observations),
        (_("企业数"), 10, lambda row: row.firms),
        (_("没有告知"), 10, lambda row: row.unannounced),
    )
    return listing_of(now, _("今年谁旁听了多少"), columns, rows, told, _("旁听多的在前"))


def draw_listing(draw: ObservationDraw, rows: Sequence[Lecture]) -> Listing:
    """What was drawn, with what it takes to draw it again."""
    columns = (
        (_("讲课"), 30, lambda row: row.title),
        (_("企业"), 36, lambda row: row.enterprise.name),
        (_("什么时候"), 18, lambda row: row.sitting.planned_starts_at),
        (_("地点"), 20, lambda row: row.sitting.place),
    )
    told = (_("从 %(n)s 堂里抽", n=len(draw.pool)), f"{_('种子')} {draw.seed}")
    return listing_of(draw.drawn_at, _("随机抽到的课"), columns, rows, told, _("抽到的先后"))
