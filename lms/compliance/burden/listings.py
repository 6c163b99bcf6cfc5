"""What a campaign cost each enterprise, as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from lms.campaigns.models import Campaign
from lms.compliance.burden.queries import Cost
from lms.core.exports import Listing, listing_of


def costs_listing(now: datetime, campaign: Campaign, span: str, rows: Sequence[Cost]) -> Listing:
    """span: the days it is of, in words."""
    columns = (
        (_("企业"), 36, lambda row: row.enterprise.name),
        (_("统一社会信用代码"), 22, lambda row: row.enterprise.uscc),
        (_("填了几个空"), 12, lambda row: row.fields),
        (_("培训管理员分钟"), 16, lambda row: row.trainer_minutes),
        (_("主要负责人分钟"), 16, lambda row: row.head_minutes),
    )
    title = f"{campaign.title}-{_('花了企业多少功夫')}"
    return listing_of(now, title, columns, rows, (span,), _("用时多的在前"))
