"""What a campaign cost each enterprise, and what one was asked, as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from lms.campaigns.models import Campaign
from lms.compliance.burden.queries import Cost
from lms.compliance.burden.rules import Asked
from lms.compliance.burden.words import asked_words
from lms.core.clock import moment
from lms.core.exports import Listing, listing_of
from lms.registry.models import Enterprise


def burden_listing(now: datetime, campaign: Campaign, span: str, rows: Sequence[Cost]) -> Listing:
    """span: the days it is of, in words."""
    columns = (
        (_("企业"), 36, lambda row: row.enterprise.name),
        (_("统一社会信用代码"), 22, lambda row: row.enterprise.uscc),
        (_("填了几个空"), 12, lambda row: row.fields),
        (_("培训管理员分钟"), 16, lambda row: row.trainer_minutes),
        (_("主要负责人分钟"), 16, lambda row: row.head_minutes),
    )
    title = f"{campaign.title}-{_('企业负担')}"
    return listing_of(now, title, columns, rows, (span,), _("用时多的在前"))


def firm_listing(now: datetime, enterprise: Enterprise, narrowed: Sequence[str], rows: Sequence[Asked]) -> Listing:
    """narrowed: the month, and what else it was narrowed to, in words."""
    columns = (
        (_("时间"), 18, lambda row: moment(row.at)),
        (_("部门"), 20, lambda row: row.bureau),
        (_("什么事"), 22, lambda row: asked_words(row.way)),
        (_("关于"), 50, lambda row: row.about),
    )
    return listing_of(now, f"{enterprise.name}-{_('企业负担')}", columns, rows, narrowed, _("新的在前"))
