"""Chasing from the gap list, and one enterprise in one campaign with all that was done about it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from lms.access.door import may
from lms.access.reach import may_at_all
from lms.campaigns.models import Campaign
from lms.compliance.asked import launched
from lms.compliance.burden.queries import of_enterprise
from lms.compliance.chasing import queries, service
from lms.compliance.chasing.escalating import unheard
from lms.compliance.chasing.forms import AskForm, ChaseForm, ContactNoteForm, DecideForm, GiveForm, WithdrawForm, chase_form
from lms.compliance.chasing.rules import Refusal, Wording
from lms.compliance.chasing.service import Chased
from lms.compliance.chasing.words import came_words, gone_words, refusal_words, sent_words, way_words
from lms.compliance.models import ChaseWay, DeferralState, StandingState
from lms.compliance.queries import reasons_of, state_words
from lms.compliance.queries.mending import ways_to_mend
from lms.core.errors import NotFound
from lms.core.given import asked_day, ids_given
from lms.core.naming import MOST, fitting
from lms.core.uow import UnitOfWork
from lms.notices.queries import kinds_in_use
from lms.notices.rules import wakes_at
from lms.registry.privacy.service import note_head_view
from lms.registry.queries import head_on
from lms.registry.queries.charge import is_answered_for
from lms.registry.queries.trees import first_with_officers

bp = Blueprint("chasing", __name__)
bp.add_app_template_filter(came_words)
bp.add_app_template_filter(sent_words)
bp.add_app_template_filter(way_words)
# of the list one comes from
KEPT = ("metric", "jurisdiction", "industry", "street", "trade_authority", "officer", "size", "q", "page")
NAMES = 5


@bp.route("/campaigns/<uuid:campaign_id>/chase", methods=["POST"])
@may("campaign.chase")
def chase(uow: UnitOfWork, campaign_id: UUID) -> ResponseReturnValue:
    """Chase the enterprises that were ticked, or the one whose button was pressed."""
    campaign, form = launched(uow, campaign_id), ChaseForm()
    picked = ids_given([request.form["only"]] if "only" in request.form else request.form.getlist("enterprise_id"))
    if not picked:
        flash(_("还没有选企业。请先在左边勾选，再点催办。"), "warn")
    elif not form.validate_on_submit():
        flash(" ".join(str(error) for errors in form.errors.values() for error in errors), "warn")
    else:
        more = (form.more.data or "").strip()
        _say(service.chase(uow, campaign, picked, Wording(form.wording.data), more, form.channel.data or ""), uow.now)
    if request.args.get("back") == "one" and len(picked) == 1:
        return redirect(url_for(".firm", campaign_id=campaign.id, enterprise_id=picked[0]), 303)
    kept: dict[str, Any] = {name: request.args[name] for name in KEPT if name in request.args}
    return redirect(url_for("compliance.enterprises", campaign_id=campaign.id, **kept), 303)


@bp.route("/campaigns/<uuid:campaign_id>/enterprises/<uuid:enterprise_id>")
@may("campaign.read")
def firm(uow: UnitOfWork, campaign_id: UUID, enterprise_id: UUID) -> ResponseReturnValue:
    campaign, day = launched(uow, campaign_id), asked_day(uow)
    return firm_page(uow, campaign, enterprise_id) if day == uow.today else _firm_then(uow, campaign, enterprise_id, day)


@bp.route("/campaigns/<uuid:campaign_id>/enterprises/<uuid:enterprise_id>/contact", methods=["POST"])
@may("campaign.chase")
def contact(uow: UnitOfWork, campaign_id: UUID, enterprise_id: UUID) -> ResponseReturnValue:
    campaign, form = launched(uow, campaign_id), ContactNoteForm()
    line = queries.line_of(uow, campaign, enterprise_id)
    if form.validate_on_submit():
        service.write_down(uow, campaign, line.enterprise_id, ChaseWay(form.way.data), form.text.data.strip())
        flash(_("已记下。"), "ok")
        return redirect(url_for(".firm", campaign_id=campaign.id, enterprise_id=enterprise_id), 303)
    return firm_page(uow, campaign, enterprise_id, note_form=form), 422


@bp.route("/campaigns/<uuid:campaign_id>/enterprises/<uuid:enterprise_id>/phone", methods=["POST"])
@may("campaign.chase")
def phone(uow: UnitOfWork, campaign_id: UUID, enterprise_id: UUID) -> ResponseReturnValue:
    """Show the head's full number once; who looked is written down, and it is on this answer only."""
    campaign = launched(uow, campaign_id)
    head = head_on(uow, queries.line_of(uow, campaign, enterprise_id).enterprise_id, uow.today)
    if head is None or not head.phone:
        raise NotFound
    note_head_view(uow, head)
    response = make_response(firm_page(uow, campaign, enterprise_id, phone_shown=True))
    response.headers["Cache-Control"] = "no-store"
    return response


def firm_page(
    uow: UnitOfWork,
    campaign: Campaign,
    enterprise_id: UUID,
    *,
    phone_shown: bool = False,
    note_form: ContactNoteForm | None = None,
    ask_form: AskForm | None = None,
    give_form: GiveForm | None = None,
    decide_form: DecideForm | None = None,
    withdraw_form: WithdrawForm | None = None,
) -> str:
    """One enterprise in one campaign, with the form that was refused as it was typed."""
    line, reached = queries.line_read(uow, campaign, enterprise_id)
    label, kind = state_words(line, uow.today)
    officer = may_at_all(uow.actor, "campaign.chase")
    acts = officer and reached
    deferrals = queries.deferrals_of(uow, campaign.id, enterprise_id)
    waiting = next((row for row in deferrals if row.state is DeferralState.OPEN), None)
    may_ask = may_at_all(uow.actor, "deferral.ask") and not waiting and line.state is not StandingState.COMPLETED
    answers = queries.answers_for(uow, campaign, enterprise_id)
    may_decide = may_at_all(uow.actor, "deferral.decide") and queries.loosens(uow, campaign, enterprise_id)
    may_give = may_decide and acts and not waiting and line.state is not StandingState.COMPLETED
    return render_template(
        "compliance/firm.html",
        campaign=campaign,
        line=line,
        label=label,
        kind=kind,
        officer_left=bool(line.officer_name) and not is_answered_for(uow, enterprise_id, line.officer_name),
        reason=reasons_of(uow, [line]).get(line.id),
        ways=() if officer else ways_to_mend(uow, line),
        told=queries.history(uow, campaign.id, [enterprise_id]).get(enterprise_id, []),
        officer=officer,
        acts=acts,
        reached=reached,
        runs_it=may_at_all(uow.actor, "lecture.change"),
        head=head_on(uow, enterprise_id, uow.today) if acts else None,
        phone_shown=phone_shown,
        escalations=queries.escalations_of(uow, campaign.id, enterprise_id) if acts else [],
        unheard=unheard(uow, campaign.id, enterprise_id) if acts else None,
        burden=of_enterprise(uow, enterprise_id) if reached else None,
        chase_form=chase_form(kinds_in_use(uow, [enterprise_id])) if acts and line.state is not StandingState.COMPLETED else None,
        note_form=(note_form or ContactNoteForm(formdata=None)) if acts else None,
        deferrals=deferrals,
        ask_form=(ask_form or AskForm(formdata=None)) if may_ask else None,
        decide_form=(decide_form or DecideForm(formdata=None, data={"until_on": waiting.until_on})) if waiting else None,
        may_decide=may_decide,
        give_form=(give_form or GiveForm(formdata=None)) if may_give else None,
        in_force=queries.in_force(deferrals, line.due_on, uow.today),
        withdraw_form=withdraw_form or WithdrawForm(formdata=None),
        answers=answers,
        reads_it=not may_ask or bool(first_with_officers(uow, answers)[1]),
    )


def _firm_then(uow: UnitOfWork, campaign: Campaign, enterprise_id: UUID, day: date) -> str:
    """How it stood on a day that has passed; nothing is done about it there."""
    lines, reached = queries.lines_until(uow, campaign, enterprise_id, day)
    label, kind = state_words(lines[0], day)
    rows = [(line, *state_words(line, min(line.until_on or day, day))) for line in lines]
    officer = may_at_all(uow.actor, "campaign.chase")
    return render_template(
        "compliance/firm_then.html", campaign=campaign, day=day, line=lines[0], label=label, kind=kind, rows=rows,
        officer=officer, reached=reached, reasons=reasons_of(uow, lines),
    )  # fmt: skip


def _say(done: Chased, now: datetime) -> None:
    if done.sent:
        flash(gone_words(len(done.sent), None if done.at_once else wakes_at(now)), "ok")
    words, most = refusal_words(), MOST // max(len(done.refused), 1)
    for why, names in done.refused.items():
        there = fitting(names, most)
        if len(there) == len(names) <= NAMES:
            flash(_("%(names)s没有催：%(why)s。", names=_("、").join(names), why=words[why]), "warn")
            continue
        first = _("、").join(there[:NAMES])
        said = _("%(names)s等 %(n)s 家没有催：%(why)s。", names=first, n=len(names), why=words[why])
        rest = 0 if why is Refusal.ELSEWHERE else len(names) - len(there)
        folded = render_template("compliance/_not_chased.html", said=said, names=there, rest=rest)
        flash(Markup(folded), "warn")  # escaped by its template
