"""The firm asks for another date or to be exempt; the officer answers, or grants it unasked."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.compliance.asked import launched
from lms.compliance.chasing import deferrals, queries
from lms.compliance.chasing.forms import AskForm, DecideForm, GiveForm, WithdrawForm
from lms.compliance.chasing.views import firm_page
from lms.compliance.models import DeferralKind
from lms.core.uow import UnitOfWork

bp = Blueprint("deferrals", __name__)


@bp.route("/campaigns/<uuid:campaign_id>/enterprises/<uuid:enterprise_id>/deferral", methods=["POST"])
@may("deferral.ask")
def ask(uow: UnitOfWork, campaign_id: UUID, enterprise_id: UUID) -> ResponseReturnValue:
    campaign, form = launched(uow, campaign_id), AskForm()
    line = queries.line_of(uow, campaign, enterprise_id)
    if form.validate_on_submit():
        try:
            deferrals.ask(uow, campaign, line, DeferralKind(form.kind.data), form.until_on.data, form.reason.data.strip())
        except deferrals.WrongDay as problem:
            form.until_on.errors = [str(problem)]
        else:
            flash(_("申请已交给%(name)s，有答复会通知您。", name=queries.answers_for(uow, campaign, enterprise_id).name), "ok")
            return redirect(url_for("chasing.firm", campaign_id=campaign.id, enterprise_id=enterprise_id), 303)
    return firm_page(uow, campaign, enterprise_id, ask_form=form), 422


@bp.route("/campaigns/<uuid:campaign_id>/enterprises/<uuid:enterprise_id>/deferral/grant", methods=["POST"])
@may("deferral.decide")
def give(uow: UnitOfWork, campaign_id: UUID, enterprise_id: UUID) -> ResponseReturnValue:
    """Without having been asked."""
    campaign, form = launched(uow, campaign_id), GiveForm()
    line = queries.line_to_loosen(uow, campaign, enterprise_id)
    if form.validate_on_submit():
        try:
            deferrals.give(uow, campaign, line, DeferralKind(form.kind.data), form.until_on.data, form.reason.data.strip())
        except deferrals.WrongDay as problem:
            form.until_on.errors = [str(problem)]
        else:
            flash(_("已记下。企业开通了账号的，已通知。"), "ok")
            return redirect(url_for("chasing.firm", campaign_id=campaign.id, enterprise_id=enterprise_id), 303)
    return firm_page(uow, campaign, enterprise_id, give_form=form), 422


@bp.route("/deferrals/<uuid:deferral_id>/decide", methods=["POST"])
@may("deferral.decide")
def decide(uow: UnitOfWork, deferral_id: UUID) -> ResponseReturnValue:
    """Only who answers for it, or a bureau above, can loosen what is asked."""
    (asked, campaign), form = queries.to_decide(uow, deferral_id), DecideForm()
    if form.validate_on_submit():
        answer = (form.answer.data or "").strip()
        try:
            if form.granted.data:
                deferrals.grant(uow, asked, form.until_on.data or asked.until_on, answer)
            else:
                deferrals.refuse(uow, asked, answer)
        except deferrals.WrongDay as problem:
            form.until_on.errors = [str(problem)]
        else:
            flash(_("已答复，已通知企业。"), "ok")
            return redirect(url_for("chasing.firm", campaign_id=campaign.id, enterprise_id=asked.enterprise_id), 303)
    return firm_page(uow, campaign, asked.enterprise_id, decide_form=form), 422


@bp.route("/deferrals/<uuid:deferral_id>/withdraw", methods=["POST"])
@may("deferral.decide")
def withdraw(uow: UnitOfWork, deferral_id: UUID) -> ResponseReturnValue:
    """What was granted by mistake ends today."""
    (granted, campaign), form = queries.to_decide(uow, deferral_id), WithdrawForm()
    if form.validate_on_submit():
        deferrals.withdraw(uow, granted, form.reason.data)
        flash(_("已撤回，从今天起按原来的要求，已通知企业。"), "ok")
        return redirect(url_for("chasing.firm", campaign_id=campaign.id, enterprise_id=granted.enterprise_id), 303)
    return firm_page(uow, campaign, granted.enterprise_id, withdraw_form=form), 422
