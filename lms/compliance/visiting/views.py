"""Whom to go to this week: from a list of firms, ticked or drawn."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find
from lms.campaigns.models import Campaign
from lms.compliance import queries as compliance
from lms.compliance.asked import asked_list, launched
from lms.compliance.chasing.queries import gone_elsewhere
from lms.compliance.visiting import listings, queries, service
from lms.compliance.visiting.forms import FirmDrawForm
from lms.compliance.visiting.models import FirmDraw
from lms.core.exports import exported, file_asked
from lms.core.given import ids_given
from lms.core.naming import enterprises
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise
from lms.registry.queries import last_draws, own_jurisdiction, rows_picked

bp = Blueprint("visiting", __name__)


@bp.route("/firm-visits")
@may("campaign.chase")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    visits = queries.to_go(uow)
    if kind := file_asked():
        return exported(kind, listings.visits_listing(uow.now, visits))
    return render_template("visiting/index.html", visits=visits, draws=last_draws(uow, FirmDraw))


@bp.route("/firm-draws/<uuid:firm_draw_id>")
@may("campaign.chase")
def drawn(uow: UnitOfWork, firm_draw_id: UUID) -> ResponseReturnValue:
    found = find(uow, FirmDraw, firm_draw_id)
    firms = rows_picked(uow, found, Enterprise)
    if kind := file_asked():
        return exported(kind, listings.draw_listing(found, firms))
    return render_template("visiting/draw.html", draw=found, firms=firms)


@bp.route("/campaigns/<uuid:campaign_id>/firm-draws", methods=["POST"])
@may("campaign.chase")
def draw(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    """Draw from the list of firms one comes from, as it was narrowed."""
    campaign, form = launched(uow, campaign_id), FirmDrawForm()
    if not form.validate_on_submit():
        flash(" ".join(str(error) for errors in form.errors.values() for error in errors), "warn")
        return _back(campaign)
    scope, metric, name = asked_list(uow, campaign)
    told = "，".join([compliance.metric_words()[metric], *compliance.narrowed_words(scope), *([name] if name else [])])
    firms = compliance.enterprise_ids(uow, scope, metric, name)
    made = service.draw(uow, campaign, own_jurisdiction(uow), firms, f"{campaign.title}：{told}", form.number.data or 1)
    return redirect(url_for(".drawn", firm_draw_id=made.id), 303)


@bp.route("/campaigns/<uuid:campaign_id>/firm-visits", methods=["POST"])
@may("campaign.chase")
def plan(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    """Mean to go to the firms that were ticked, or drawn, this week."""
    campaign, given = launched(uow, campaign_id), request.form.get("firm_draw_id")
    made = find(uow, FirmDraw, ids_given([given])[0]) if given else None
    asked = ids_given(request.form.getlist("enterprise_id"))
    number = service.plan(uow, campaign, asked, made)
    if gone := gone_elsewhere(uow, campaign, asked):
        flash(_("%(names)s没有记：已经划出或者移交出去，现在由别的部门管。", names=enterprises(gone)), "warn")
    elif not number:
        flash(_("还没有选企业。请先勾选。"), "warn")
    if not number:
        return _back(campaign)
    flash(_("已记下，本周去 %(n)s 家；企业看不到。", n=number), "ok")
    return redirect(url_for(".index"), 303)


def _back(campaign: Campaign) -> ResponseReturnValue:
    """To the list one comes from, narrowed as it was."""
    kept: dict[str, Any] = request.args.to_dict()
    return redirect(url_for("compliance.enterprises", campaign_id=campaign.id, **kept), 303)
