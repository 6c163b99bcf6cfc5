"""Campaigns: the list, the draft with whom it would ask, the launch, and what an enterprise is asked."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.actor import Actor
from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find
from lms.campaigns import queries, service
from lms.campaigns.events import CoverageAsked, StandingsAsked, StandingTold
from lms.campaigns.forms import CampaignForm, form_of, new_form
from lms.campaigns.models import Campaign, CampaignState
from lms.core.uow import UnitOfWork

bp = Blueprint("campaigns", __name__)


@bp.route("/campaigns")
@may("campaign.read")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    actor: Actor = uow.actor
    campaigns = queries.visible(uow)
    ids = tuple(campaign.id for campaign in campaigns)
    officer = actor.holds(Role.OFFICER)
    return render_template(
        "campaigns/index.html",
        campaigns=campaigns,
        officer=officer,
        today=uow.today,
        coverage=(uow.ask(CoverageAsked(ids)) or {}) if officer else {},
        standings={} if officer else _standings(uow, ids),
    )


@bp.route("/campaigns/new", methods=["GET", "POST"])
@may("campaign.create")
def new(uow: UnitOfWork) -> ResponseReturnValue:
    jurisdiction = queries.own_jurisdiction(uow)
    counts = queries.industry_counts(uow, jurisdiction)
    form = new_form(counts, uow.today)
    if form.validate_on_submit():
        campaign = service.draft(uow, jurisdiction, form.plan())
        return redirect(url_for(".show", campaign_id=campaign.id), 303)
    return _form_page(form, counts, jurisdiction.name, None)


@bp.route("/campaigns/<uuid:campaign_id>/edit", methods=["GET", "POST"])
@may("campaign.create")
def edit(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    campaign = queries.find_own(uow, campaign_id)
    counts = queries.industry_counts(uow, campaign.jurisdiction)
    form = form_of(campaign, counts)
    if form.validate_on_submit():
        service.change(uow, campaign, form.plan())
        return redirect(url_for(".show", campaign_id=campaign.id), 303)
    if campaign.state is not CampaignState.DRAFT:
        raise service.AlreadyLaunched(title=campaign.title)
    return _form_page(form, counts, campaign.jurisdiction.name, campaign)


@bp.route("/campaigns/<uuid:campaign_id>")
@may("campaign.read")
def show(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    campaign = find(uow, Campaign, campaign_id)
    actor: Actor = uow.actor
    if campaign.state is CampaignState.DRAFT:
        target = queries.target(uow, campaign.jurisdiction, campaign.industries)
        return render_template("campaigns/draft.html", campaign=campaign, target=target, today=uow.today)
    officer = actor.holds(Role.OFFICER)
    return render_template(
        "campaigns/show.html",
        campaign=campaign,
        officer=officer,
        today=uow.today,
        coverage=(uow.ask(CoverageAsked((campaign.id,))) or {}).get(campaign.id) if officer else None,
        standing=None if officer else _standings(uow, (campaign.id,)).get(campaign.id),
    )


@bp.route("/campaigns/<uuid:campaign_id>/launch", methods=["POST"])
@may("campaign.create")
def launch(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    campaign = queries.find_own(uow, campaign_id)
    asked = service.launch(uow, campaign)
    flash(_("已启动，下达到 %(n)s 家企业。", n=f"{asked:,}"), "ok")
    return redirect(url_for(".show", campaign_id=campaign.id), 303)


def _standings(uow: UnitOfWork, campaign_ids: tuple[UUID, ...]) -> dict[UUID, StandingTold]:
    actor: Actor = uow.actor
    return (uow.ask(StandingsAsked(actor.enterprise_id, campaign_ids)) if actor.enterprise_id else None) or {}


def _form_page(
    form: CampaignForm, counts: dict[str, int], jurisdiction_name: str, campaign: Campaign | None
) -> ResponseReturnValue:
    page = render_template(
        "campaigns/form.html", form=form, counts=counts, jurisdiction_name=jurisdiction_name, campaign=campaign
    )
    return page, 422 if form.errors else 200
