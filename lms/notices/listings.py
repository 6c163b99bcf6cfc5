"""The inbox as a list to hand out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from lms.core.exports import Listing, listing_of
from lms.notices.models import Notice


def inbox_listing(now: datetime, rows: Sequence[Notice]) -> Listing:
    """One's own messages."""
    columns = (
        (_("标题"), 36, lambda row: row.title),
        (_("内容"), 60, lambda row: row.body),
        (_("发出时间"), 18, lambda row: row.sent_at),
        (_("读的时间"), 18, lambda row: row.read_at),
    )
    return listing_of(now, _("通知"), columns, rows, (), _("新的在前"))
