"""Disputes as a list to hand out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from lms.attendance.queries import Waiting
from lms.core.exports import Listing, listing_of
from lms.core.workdays import unarranged


def disputes_listing(now: datetime, rows: Sequence[Waiting], *, across: bool) -> Listing:
    """Those without an answer. across: of several firms."""
    columns = (
        (_("姓名"), 14, lambda row: row.name),
        (_("讲课"), 30, lambda row: row.lecture),
        *(((_("企业"), 36, lambda row: row.enterprise),) if across else ()),
        (_("什么时候提的"), 18, lambda row: row.dispute.raised_at),
        (_("本人怎么说"), 40, lambda row: row.dispute.text),
        (_("最迟答复"), 13, lambda row: row.dispute.due_on),
        (_("逾期"), 8, lambda row: _("逾期") if row.late else ""),
    )
    told = [hint] if (hint := unarranged(*(row.dispute.due_on for row in rows))) else []
    return listing_of(now, _("待答复的异议"), columns, rows, told, _("先到期的在前"))
