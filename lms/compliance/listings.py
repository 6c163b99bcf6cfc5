"""The enterprises behind a number, as a list to hand out."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from lms.compliance import queries
from lms.compliance.chasing.queries import firms_elsewhere, last_chases
from lms.compliance.chasing.words import came_words, way_words
from lms.compliance.models import Standing
from lms.core.exports import Listing, listing_of
from lms.core.uow import UnitOfWork
from lms.registry.words import listed


def enterprises_listing(uow: UnitOfWork, scope: queries.Scope, metric: str, rows: Sequence[Standing], name: str = "") -> Listing:
    """name: what the names of the enterprises contain."""
    reasons = queries.reasons_of(uow, rows)
    chased, elsewhere = last_chases(uow, scope.campaign.id, scope.day), firms_elsewhere(uow, scope.clause(uow))

    def times(row: Standing) -> int | None:
        last = chased.get(row.enterprise_id)
        return last.number if last else None if row.enterprise_id in elsewhere else 0

    place, what = (scope.place or scope.jurisdiction).name, queries.metric_words()[metric]
    columns = (
        (_("企业"), 36, lambda row: row.enterprise.name),
        (_("统一社会信用代码"), 22, lambda row: row.enterprise.uscc),
        (_("街道"), 18, lambda row: row.street_name),
        (_("行业"), 14, lambda row: listed(row.industry)),
        (_("行业主管部门"), 20, lambda row: row.trade_authority or ""),
        (_("责任人"), 12, lambda row: row.officer_name or ""),
        (_("情况"), 22, lambda row: queries.state_words(row, scope.day)[0]),
        (_("截止日期"), 13, lambda row: row.due_on),
        (_("开讲日期"), 13, lambda row: row.lectured_on),
        (_("讲课分钟"), 10, lambda row: row.minutes),
        (_("应到"), 8, lambda row: row.expected),
        (_("实到"), 8, lambda row: row.attended),
        (_("参考"), 8, lambda row: row.examined),
        (_("合格"), 8, lambda row: row.passed),
        (_("催办次数"), 10, times),
        (_("最近一次催办"), 18, lambda row: chased[row.enterprise_id].at if row.enterprise_id in chased else None),
        (_("催办方式"), 14, lambda row: way_words(chased[row.enterprise_id]) if row.enterprise_id in chased else ""),
        (_("催办结果"), 22, lambda row: came_words(chased[row.enterprise_id].came)[0] if row.enterprise_id in chased else ""),
        (_("备注"), 40, lambda row: _("；").join(filter(None, (reasons.get(row.id), queries.exempt_words(row, scope))))),
    )
    named = _("名称含「%(name)s」", name=name) if name else None
    of_then = _("规模按企业当天申报的人数") if scope.size and scope.day < uow.today else None
    called = _("企业名称、代码按现在的") if scope.day < uow.today else None
    filters = (what, *queries.narrowed_words(scope), of_then, called, named)
    order = _("要处理的在前，再按截止日期、企业名称")
    title = f"{scope.campaign.title}-{place}-{what}"
    return listing_of(queries.cut_off(uow, scope), title, columns, rows, filters, order, author=place)
