"""A worklist of a patch as a list to hand out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from lms.core.exports import Listing, listing_of
from lms.registry.models import Enterprise


def gap_listing(now: datetime, what: str, rows: Sequence[Enterprise]) -> Listing:
    """what: is not as it should be with them, or who answers for them."""
    columns = (
        (_("企业"), 36, lambda row: row.name),
        (_("统一社会信用代码"), 22, lambda row: row.uscc),
        (_("街道"), 18, lambda row: row.jurisdiction.name),
        (_("行业"), 14, lambda row: row.industry),
        (_("监管责任人"), 14, lambda row: row.officer_name or ""),
    )
    return listing_of(now, f"{_('辖区底数')}-{what}", columns, rows, (what,), _("企业名称"))
