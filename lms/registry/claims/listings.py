"""Claims as a list to hand out: what the page shows, numbers hidden."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from lms.core.exports import Listing, listing_of
from lms.registry.claims.models import EnterpriseClaim
from lms.registry.claims.words import POSTS, STATES
from lms.registry.words import hide


def claims_listing(now: datetime, rows: Sequence[EnterpriseClaim], state: str) -> Listing:
    """state: in words, by which the list was narrowed."""
    columns = (
        (_("企业"), 36, lambda row: row.name),
        (_("统一社会信用代码"), 22, lambda row: row.uscc),
        (_("街道"), 18, lambda row: row.jurisdiction.name),
        (_("已有档案"), 10, lambda row: _("有") if row.enterprise_id else _("没有，新企业")),
        (_("监管责任人"), 14, lambda row: (row.enterprise.officer_name if row.enterprise else None) or ""),
        (_("认领人"), 12, lambda row: row.person_name or ""),
        (_("身份"), 14, lambda row: str(POSTS[row.post])),
        (_("电话"), 14, lambda row: hide(row.phone, 3, 4) if row.phone else ""),
        (_("提交时间"), 18, lambda row: row.filed_at),
        (_("状态"), 12, lambda row: str(STATES[row.state])),
    )
    return listing_of(now, _("企业认领"), columns, rows, (state,), _("自己负责的在前，其余先到先列"))
