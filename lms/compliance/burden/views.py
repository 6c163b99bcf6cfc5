"""The enterprises behind what a campaign cost, and all that bureaus asked of one in a month."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.compliance.asked import launched
from lms.compliance.burden import queries, rules
from lms.compliance.burden.listings import burden_listing, firm_listing
from lms.compliance.burden.words import asked_words
from lms.compliance.situation.rules import month_of, months_before
from lms.core import clock
from lms.core.exports import exported, file_asked, page_asked
from lms.core.given import day_named, ids_given
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise

bp = Blueprint("burden", __name__)
bp.add_app_template_filter(asked_words)


@bp.route("/campaigns/<uuid:campaign_id>/burden")
@may("summary.read")
def index(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    campaign = launched(uow, campaign_id)
    since, until = day_named("since"), day_named("until")
    found, whole = queries.firms_of(uow, campaign.id, since, until, page_asked())
    span = _span(since, until)
    if kind := file_asked():
        return exported(kind, burden_listing(uow.now, campaign, span, found.rows))
    return render_template("compliance/burden.html", campaign=campaign, found=found, whole=whole, span=span)


@bp.route("/enterprises/<uuid:enterprise_id>/burden")
@may("enterprise.read")
def firm(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    enterprise = find(uow, Enterprise, enterprise_id)
    first = min(day_named("month") or uow.today, uow.today).replace(day=1)
    month = queries.of_enterprise(uow, enterprise.id, first)
    bureaus = rules.by_bureau(month.things)
    named = ids_given([request.args.get("bureau", "")])
    bureau = next((row for row in bureaus if row.bureau_id in named), None)
    way = next((way for way in rules.Way if way == request.args.get("way")), None)
    things = rules.narrowed(month.things, bureau.bureau_id if bureau else None, way)
    span = clock.days(first, min(month_of(first)[1], uow.today))
    if kind := file_asked():
        narrowed = [span, *([bureau.bureau] if bureau else []), *([asked_words(way)] if way else [])]
        return exported(kind, firm_listing(uow.now, enterprise, narrowed, things))
    return render_template(
        "compliance/firm_burden.html", enterprise=enterprise, first=first, span=span, month=month, bureaus=bureaus, things=things,
        bureau=bureau, way=way, ways=list(rules.Way), earlier=months_before(first, 1),
        later=None if first == uow.today.replace(day=1) else months_before(first, -1),
    )  # fmt: skip


def _span(since: date | None, until: date | None) -> str:
    """The days from one on, before another."""
    last = until - timedelta(days=1) if until else None
    if since and last:
        return clock.days(since, last)
    if last:
        return _("%(last)s 以前（含当天）", last=last)
    return _("%(since)s 以后", since=since) if since else _("启动以来")
