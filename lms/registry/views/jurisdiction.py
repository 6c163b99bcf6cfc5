"""The jurisdictions of an officer: what lies where, who is responsible, what changes when; enterprises on their way in."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.reach import find, reached
from lms.core import clock
from lms.core.errors import NotFound, Problem
from lms.core.exports import exported, file_asked
from lms.core.given import asked_day
from lms.core.uow import UnitOfWork
from lms.registry.jurisdiction_forms import BureauForm, ChangeForm, TakeForm, TransferForm
from lms.registry.listings import jurisdictions_listing
from lms.registry.models import ChangeKind, Enterprise, EnterpriseTransfer, Jurisdiction, JurisdictionChange
from lms.registry.queries import trees
from lms.registry.service import jurisdictions as service
from lms.registry.service import transfers
from lms.registry.words import ON_RECORD

bp = Blueprint("jurisdictions", __name__)


@bp.route("/jurisdictions")
@may("jurisdiction.change")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    day = asked_day(uow)
    rows, past = trees.overview(uow, day), day < uow.today
    if kind := file_asked():
        return exported(kind, jurisdictions_listing(clock.cut_off(day, uow.now), rows))
    return render_template(
        "registry/jurisdictions.html", rows=rows, day=day, today=uow.today, past=past,
        kept={"as_of": day.isoformat()} if past else {},
        within=reached(uow, Jurisdiction, [row.jurisdiction.id for row in rows]) if past else None,
        incoming=[] if past else trees.incoming(uow), take=TakeForm(formdata=None),
    )  # fmt: skip


@bp.route("/jurisdictions/<uuid:jurisdiction_id>", methods=["GET", "POST"])
@may("jurisdiction.change")
def show(uow: UnitOfWork, jurisdiction_id: UUID) -> ResponseReturnValue:
    """One of those below the officer's own: one's own is for the bureau above to change, as is what one only answers for."""
    one = find(uow, Jurisdiction, jurisdiction_id)
    ours = trees.may_decide(uow, one)
    form = ChangeForm(data={"on": uow.today})
    choices = trees.below(uow)
    form.target.choices = [("", _("无")), *(choice for choice in trees.labelled(choices) if choice[0] != str(one.id))]
    if form.validate_on_submit():
        if not ours:
            raise NotFound
        kind = ChangeKind(form.kind.data)
        target = next((row for row in choices if str(row.id) == form.target.data), None)
        if form.target.data and target is None:
            raise NotFound
        try:
            decided = service.change(
                uow, one, kind, form.on.data, basis=form.basis.data.strip(), name=(form.name.data or "").strip() or None,
                target=None if kind is ChangeKind.RENAME else target, sure=form.sure.data,
            )  # fmt: skip
        except service.TakesAway as problem:
            form.sure.errors = [str(problem)]
        except Problem as problem:
            form.target.errors = [str(problem)]
        else:
            flash(_("已变更。") if decided.applied_at else _("已记下，%(on)s 起生效。", on=decided.on.isoformat()), "ok")
            return redirect(url_for(".show", jurisdiction_id=one.id), 303)
    changes = trees.changes(uow, one)
    page = render_template(
        "registry/jurisdiction.html", one=one, form=form if ours and not one.ended_on else None, kinds=ON_RECORD,
        bureau=None if one.ended_on else BureauForm(formdata=None, data={"bureau": one.bureau_name}),
        facts=trees.facts(uow, one), changes=changes, past=trees.past(uow, one),
        to_decide={row.id for row in changes if trees.may_decide(uow, one, row.kind, row.target)},
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.route("/jurisdiction-changes/<uuid:decided_id>/withdraw", methods=["POST"])
@may("jurisdiction.change")
def withdraw(uow: UnitOfWork, decided_id: UUID) -> ResponseReturnValue:
    """By whoever may decide it: of one's own jurisdiction that is the bureau above."""
    decided = find(uow, JurisdictionChange, decided_id)
    if not trees.may_decide(uow, decided.jurisdiction, decided.kind, decided.target):
        raise NotFound
    service.take_back(uow, decided)
    flash(_("已撤回，辖区不变。"), "ok")
    return redirect(url_for(".show", jurisdiction_id=decided.jurisdiction_id), 303)


@bp.route("/jurisdictions/<uuid:jurisdiction_id>/bureau", methods=["POST"])
@may("jurisdiction.change")
def bureau(uow: UnitOfWork, jurisdiction_id: UUID) -> ResponseReturnValue:
    """What the bureau of one's own or of one below is called on its papers."""
    one, form = find(uow, Jurisdiction, jurisdiction_id), BureauForm()
    if form.validate_on_submit():
        service.name_bureau(uow, one, form.bureau.data)
        flash(_("已保存。"), "ok")
    else:
        flash(" ".join(str(error) for errors in form.errors.values() for error in errors), "warn")
    return redirect(url_for(".show", jurisdiction_id=one.id), 303)


@bp.route("/enterprises/<uuid:enterprise_id>/transfer", methods=["GET", "POST"])
@may("enterprise.transfer")
def transfer(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    enterprise = find(uow, Enterprise, enterprise_id)
    form = TransferForm()
    choices = trees.everywhere(uow)
    form.target.choices = [("", _("请选")), *((str(row.id), label) for row, label in choices)]
    if form.validate_on_submit():
        target = next((row for row, _label in choices if str(row.id) == form.target.data), None)
        if target is None:
            raise NotFound
        try:
            asked = transfers.ask(uow, enterprise, target, form.reason.data.strip())
        except Problem as problem:
            form.target.errors = [str(problem)]
        else:
            flash(
                _("已转到%(name)s。", name=target.name)
                if asked.decided_at
                else _("已交给%(name)s，对方接收后生效；在那以前仍归您管。", name=target.name),
                "ok",
            )
            return redirect(url_for("registry.enterprises"), 303)
    page = render_template("registry/transfer.html", enterprise=enterprise, form=form)
    return page, 422 if form.errors else 200


@bp.route("/transfers/<uuid:transfer_id>", methods=["POST"])
@may("enterprise.transfer")
def take(uow: UnitOfWork, transfer_id: UUID) -> ResponseReturnValue:
    asked, form = find(uow, EnterpriseTransfer, transfer_id), TakeForm()
    if not form.validate_on_submit():
        flash(" ".join(str(error) for errors in form.errors.values() for error in errors), "warn")
    elif form.accepted.data:
        transfers.accept(uow, asked)
        flash(_("已接收 %(name)s。", name=asked.enterprise.name), "ok")
        if not asked.enterprise.officer_name:
            flash(_("它还没有责任人，请勾选后交给谁。"), "warn")
            return redirect(url_for("patch.index", gap="nobody"), 303)
    else:
        transfers.refuse(uow, asked, (form.answer.data or "").strip())
        flash(_("已退回 %(name)s。", name=asked.enterprise.name), "ok")
    return redirect(url_for(".index"), 303)
