"""The register of hazards (台账) as a file: what the page shows, a column for each fact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from lms.core.exports import Listing, listing_of
from lms.hazards.queries import Row
from lms.hazards.words import CONFIDENCE, RUNGS, clause_words, unreckoned, waits_for


def hazards_listing(now: datetime, rows: Sequence[Row], filters: Sequence[str]) -> Listing:
    """Each with the clause as it read the day it was found."""
    columns = (
        (_("企业"), 34, lambda row: row.hazard.enterprise.name),
        (_("街道"), 16, lambda row: row.street),
        (_("判定条目"), 44, lambda row: row.hazard.clause_text),
        (_("行业和条号"), 24, lambda row: clause_words(row.hazard)),
        (_("判定标准"), 40, lambda row: row.hazard.clause_standard),
        (_("条目核对"), 16, lambda row: str(CONFIDENCE[row.hazard.clause_confidence])),
        (_("条目说明"), 30, lambda row: row.hazard.clause_note),
        (_("地点"), 24, lambda row: row.hazard.place),
        (_("看到什么"), 40, lambda row: row.hazard.text),
        (_("发现时间"), 18, lambda row: row.hazard.found_at),
        (_("发现人"), 12, lambda row: row.hazard.found_by),
        (_("走到哪一步"), 12, lambda row: str(RUNGS[row.hazard.rung])),
        (_("期限"), 12, lambda row: row.hazard.due_on),
        (_("登记时定的整改期限"), 12, lambda row: row.hazard.rectify_first),
        (_("整改期限"), 12, lambda row: row.hazard.rectify_by),
        (_("等谁签字"), 20, lambda row: " ".join(filter(None, waits_for(row)))),
        (_("上报"), 8, lambda row: _("是") if row.raised else ""),
        (_("证据"), 8, lambda row: row.files),
        (_("关闭日期"), 12, lambda row: row.hazard.closed_on),
    )
    told = [*filters, *([hint] if (hint := unreckoned([row.hazard for row in rows])) else [])]
    return listing_of(now, _("重大隐患台账"), columns, rows, told, _("期限近的在前"))
