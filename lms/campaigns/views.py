"""Campaigns: the list, the draft with whom it would ask, the launch, and what an enterprise is asked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.actor import Actor
from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find, may_at_all
from lms.campaigns import listings, queries, service
from lms.campaigns.events import BurdenAsked, CoverageAsked, NobodyAsked, StandingsAsked, StandingTold
from lms.campaigns.forms import CampaignForm, form_above, form_of, new_form
from lms.campaigns.models import Campaign, CampaignState
from lms.campaigns.rules import USUAL
from lms.campaigns.words import differences, evidence_names, phase_words, theme_names
from lms.core.errors import Problem
from lms.core.exports import exported, file_asked, page_asked
from lms.core.uow import UnitOfWork
from lms.registry.listings import patch_listing
from lms.registry.queries import own_jurisdiction

bp = Blueprint("campaigns", __name__)
bp.add_app_template_filter(theme_names)
bp.add_app_template_filter(phase_words)
bp.add_app_template_filter(evidence_names)


@bp.route("/campaigns")
@may("campaign.read")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    actor: Actor = uow.actor
    campaigns = queries.visible(uow)
    ids = tuple(campaign.id for campaign in campaigns)
    officer = actor.holds(Role.OFFICER)
    coverage: dict[UUID, tuple[int, int]] = (uow.ask(CoverageAsked(ids)) or {}) if officer else {}
    standings = {} if officer else _standings(uow, ids)
    if kind := file_asked():
        if officer:
            return exported(kind, listings.of_bureau(uow.now, uow.today, campaigns, coverage))
        return exported(kind, listings.of_firm(uow.now, campaigns, standings))
    return render_template(
        "campaigns/index.html",
        campaigns=campaigns,
        officer=officer,
        today=uow.today,
        coverage=coverage,
        standings=standings,
    )


@bp.route("/campaigns/new", methods=["GET", "POST"])
@may("campaign.create")
def new(uow: UnitOfWork) -> ResponseReturnValue:
    """A new one: from one of the usual ones (?usual=), or tightening that of a bureau above (?above=)."""
    jurisdiction = own_jurisdiction(uow)
    counts = queries.industry_counts(uow, jurisdiction)
    above_id = request.args.get("above", type=UUID)
    above = queries.find_above(uow, above_id, jurisdiction) if above_id else None
    form = form_above(above, counts, uow.today) if above else new_form(counts, uow.today, request.args.get("usual", ""))
    if form.validate_on_submit():
        try:
            campaign = service.draft(uow, jurisdiction, form.plan(), above)
        except Problem as problem:
            form.title.errors = [str(problem)]
        else:
            return redirect(url_for(".show", campaign_id=campaign.id), 303)
    return _form_page(form, counts, jurisdiction.name, None, above)


@bp.route("/campaigns/<uuid:campaign_id>/edit", methods=["GET", "POST"])
@may("campaign.create")
def edit(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    """A draft is changed, a launched campaign amended. What is refused comes back as it was typed, with what is there now."""
    campaign = queries.find_own(uow, campaign_id)
    counts = queries.industry_counts(uow, campaign.jurisdiction)
    form = form_of(campaign, counts)
    met: list[tuple[str, str, str]] = []
    version = campaign.version
    if form.validate_on_submit():
        try:
            service.change(uow, campaign, form.plan(), _number(form.revision.data), form.reason.data or "")
        except service.ChangedMeanwhile as problem:
            form.title.errors = [str(problem)]
            met = differences(campaign.plan, form.plan())
            form.revision.data = campaign.revision  # whoever saves again has seen what the other one did
        except service.ReasonMissing as problem:
            form.reason.errors = [str(problem)]
        except Problem as problem:
            form.title.errors = [str(problem)]
        else:
            if campaign.version > version:
                flash(_("已保存为第 %(n)s 版，已告诉下达到的企业。", n=campaign.version), "ok")
            elif campaign.state is not CampaignState.DRAFT:
                flash(_("没有改动，要求还是第 %(n)s 版。", n=campaign.version), "warn")
            return redirect(url_for(".show", campaign_id=campaign.id), 303)
    return _form_page(form, counts, campaign.jurisdiction.name, campaign, campaign.above, met)


@bp.route("/campaigns/<uuid:campaign_id>")
@may("campaign.read")
def show(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    campaign = find(uow, Campaign, campaign_id)
    actor: Actor = uow.actor
    if campaign.state is CampaignState.DRAFT:
        target = queries.target(uow, campaign.jurisdiction, campaign.industries)
        return render_template("campaigns/draft.html", campaign=campaign, target=target, today=uow.today)
    officer = actor.holds(Role.OFFICER)
    asked = queries.versions(uow, campaign)
    own = own_jurisdiction(uow) if officer else None
    may_amend = officer and queries.may_change(uow, campaign)
    return render_template(
        "campaigns/show.html",
        campaign=campaign,
        officer=officer,
        runs_it=may_at_all(actor, "lecture.change"),
        may_amend=may_amend,
        nobody=uow.ask(NobodyAsked(campaign.id)) if may_amend else 0,
        may_tighten=own is not None and queries.below(own, campaign),
        versions=[(one, differences(before.plan, one.plan) if before else []) for one, before in zip_longest(asked, asked[1:])],
        burden=uow.ask(BurdenAsked(campaign.id)) if officer else None,
        below=queries.tightened_by(uow, campaign) if officer else [],
        today=uow.today,
        coverage=(uow.ask(CoverageAsked((campaign.id,))) or {}).get(campaign.id) if officer else None,
        standing=None if officer else _standings(uow, (campaign.id,)).get(campaign.id),
    )


@bp.route("/campaigns/<uuid:campaign_id>/targets")
@may("campaign.create")
def targets(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    """Whom it would ask if it were launched now: all of them, those of a street, those nobody answers for."""
    campaign = queries.find_own(uow, campaign_id)
    street, nobody = request.args.get("street", ""), request.args.get("nobody") == "1"
    found = queries.targets_page(uow, campaign, page_asked(), street, nobody=nobody)
    narrowed = [*([queries.street_named(uow, street)] if street else []), *([_("没有人管")] if nobody else [])]
    if kind := file_asked():
        return exported(kind, patch_listing(uow.now, campaign.title, _("下达范围"), found.rows, narrowed))
    return render_template("campaigns/targets.html", campaign=campaign, found=found, narrowed=narrowed, nobody=nobody)


@bp.route("/campaigns/<uuid:campaign_id>/launch", methods=["POST"])
@may("campaign.create")
def launch(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    """The draft as it was looked at; where somebody has changed it since, it is shown again."""
    campaign = queries.find_own(uow, campaign_id)
    try:
        asked = service.launch(uow, campaign, _number(request.form.get("revision")) or None)
    except service.ChangedUnseen as problem:
        flash(str(problem), "warn")
        return redirect(url_for(".show", campaign_id=campaign.id), 303)
    flash(_("已启动，下达到 %(n)s 家企业。", n=f"{asked:,}"), "ok")
    return redirect(url_for(".show", campaign_id=campaign.id), 303)


def _standings(uow: UnitOfWork, campaign_ids: tuple[UUID, ...]) -> dict[UUID, StandingTold]:
    actor: Actor = uow.actor
    return (uow.ask(StandingsAsked(actor.enterprise_id, campaign_ids)) if actor.enterprise_id else None) or {}


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0


def _form_page(
    form: CampaignForm,
    counts: dict[str, int],
    jurisdiction_name: str,
    campaign: Campaign | None,
    above: Campaign | None,
    met: Sequence[tuple[str, str, str]] = (),
) -> ResponseReturnValue:
    """met: (what, as somebody else saved it, as it was typed here)."""
    page = render_template(
        "campaigns/form.html", form=form, counts=counts, jurisdiction_name=jurisdiction_name, campaign=campaign,
        above=above, met=met, usual=USUAL, launched=campaign is not None and campaign.state is not CampaignState.DRAFT,
    )  # fmt: skip
    return page, 409 if met else 422 if form.errors else 200
