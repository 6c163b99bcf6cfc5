"""Campaigns as a list to hand out: for a bureau with how far they are, for a firm with how it stands itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _

from lms.campaigns.events import StandingTold
from lms.campaigns.models import Campaign
from lms.campaigns.words import phase_words
from lms.core.exports import Listing, listing_of
from lms.core.sheets import Share
from lms.registry.words import listed


def of_bureau(now: datetime, today: date, rows: Sequence[Campaign], coverage: Mapping[UUID, tuple[int, int]]) -> Listing:
    """coverage: campaign → enterprises that have lectured, and all of them."""
    columns = (
        *_named(),
        (_("行业"), 24, lambda row: _("、").join(map(listed, row.industries))),
        (_("开始日期"), 13, lambda row: row.starts_on),
        (_("截止日期"), 13, lambda row: row.due_on),
        (_("状态"), 24, lambda row: phase_words(row, today)[0]),
        (_("已开讲"), 10, lambda row: coverage[row.id][0] if row.id in coverage else None),
        (_("企业数"), 10, lambda row: coverage[row.id][1] if row.id in coverage else None),
        (_("开讲率"), 10, lambda row: Share(*coverage[row.id]) if row.id in coverage else None),
    )
    return listing_of(now, _("专项活动"), columns, rows)


def of_firm(now: datetime, rows: Sequence[Campaign], standings: Mapping[UUID, StandingTold]) -> Listing:
    """standings: campaign → how the firm stands in it."""
    columns = (
        *_named(),
        (_("截止日期"), 13, lambda row: standings[row.id].due_on if row.id in standings else row.due_on),
        (_("本企业"), 18, lambda row: str(standings[row.id].label) if row.id in standings else ""),
        (_("备注"), 36, lambda row: standings[row.id].note if row.id in standings else ""),
    )
    return listing_of(now, _("专项活动"), columns, rows)


def _named() -> tuple[tuple, ...]:
    return ((_("名称"), 40, lambda row: row.title), (_("下达单位"), 24, lambda row: row.jurisdiction.bureau))
