"""The enterprises behind what a campaign cost."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.compliance.burden import queries
from lms.compliance.burden.listings import costs_listing
from lms.compliance.views import launched
from lms.core import clock
from lms.core.exports import exported, file_asked, page_asked
from lms.core.given import day_named
from lms.core.uow import UnitOfWork

bp = Blueprint("costs", __name__)


@bp.route("/campaigns/<uuid:campaign_id>/costs")
@may("summary.read")
def index(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    campaign = launched(uow, campaign_id)
    since, until = day_named("since"), day_named("until")
    found, whole = queries.firms_of(uow, campaign.id, since, until, page_asked())
    span = _span(since, until)
    if kind := file_asked():
        return exported(kind, costs_listing(uow.now, campaign, span, found.rows))
    return render_template("compliance/costs.html", campaign=campaign, found=found, whole=whole, span=span)


def _span(since: date | None, until: date | None) -> str:
    """The days from one on, before another."""
    last = until - timedelta(days=1) if until else None
    if since and last:
        return clock.days(since, last)
    if last:
        return _("%(last)s 以前（含当天）", last=last)
    return _("%(since)s 以后", since=since) if since else _("启动以来")
