"""Naming somebody lecturer or reviewer, and ending what a bureau gave."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access.door import may
from lms.access.models import Role
from lms.access.reach import find
from lms.core.errors import NotFound, Problem
from lms.core.jobs import enqueue
from lms.core.uow import UnitOfWork
from lms.credentials import queries, service
from lms.credentials.forms import AwardForm, ReasonForm
from lms.credentials.models import Certificate
from lms.credentials.rules import CertificateKind
from lms.registry.models import Person

bp = Blueprint("awards", __name__)
USUAL_YEARS = 3


@bp.route("/certificates/new", methods=["GET", "POST"])
@may("award.give")
def give(uow: UnitOfWork) -> ResponseReturnValue:
    """Name somebody; the certificate is printed within a minute."""
    across, form = uow.actor.holds(Role.OFFICER), AwardForm()
    if not across:
        form.kind.choices = [choice for choice in form.kind.choices if choice[0] != CertificateKind.REVIEWER]
    if request.method == "GET":
        form.kind.data = form.kind.data or form.kind.choices[0][0]
        form.valid_until.data = uow.today + timedelta(days=365 * USUAL_YEARS)
    if form.validate_on_submit() and (person := _person(uow, form, across=across)):
        bureau = service.bureau_of(uow, person)
        try:
            service.name(uow, person, CertificateKind(form.kind.data), bureau, form.valid_until.data, form.why.data or "")
        except service.WrongEnd as problem:
            form.valid_until.errors = [str(problem)]
        except Problem as problem:
            form.who.errors = [str(problem)]
        else:
            uow.after_commit(lambda: enqueue("issue_certificates"))
            flash(_("已认定%(name)s，证书马上签发。", name=person.name), "ok")
            return redirect(url_for("credentials.index", q=person.name), 303)
    return render_template("credentials/award_new.html", form=form, across=across), 422 if form.errors else 200


@bp.route("/certificates/<uuid:certificate_id>/end", methods=["GET", "POST"])
@may("award.end")
def end(uow: UnitOfWork, certificate_id: UUID) -> ResponseReturnValue:
    """A bureau revokes or replaces what it gave, or one below it, with a reason."""
    certificate = find(uow, Certificate, certificate_id)
    if certificate.award is None or certificate.award.jurisdiction_id is None:
        raise NotFound
    if not service.may_end(uow, certificate):
        raise service.NotYours
    form = ReasonForm()
    if form.validate_on_submit():
        if request.form.get("do") == "supersede":
            service.supersede(uow, certificate, form.reason.data or "")
            uow.after_commit(lambda: enqueue("issue_certificates"))
            flash(_("旧证已作废，新证马上签发。"), "ok")
        else:
            service.revoke(uow, certificate, form.reason.data or "")
            flash(_("已撤销。查验时会显示撤销日期和原因。"), "ok")
        return redirect(url_for("credentials.index", q=certificate.serial), 303)
    state = certificate.state_on(uow.today)
    page = render_template("credentials/change.html", certificate=certificate, form=form, state=state)
    return page, 422 if form.errors else 200


def _person(uow: UnitOfWork, form: AwardForm, *, across: bool) -> Person | None:
    """Who was typed; None, with why beside the field, where it is nobody or several."""
    uscc = (form.uscc.data or "") if across else ""
    if across and not uscc:
        form.uscc.errors = [_("请填写本人所在企业的统一社会信用代码")]
        return None
    found = queries.to_be_named(uow, uscc, form.who.data or "")
    if len(found) == 1:
        return found[0]
    form.who.errors = [_("有几个人叫这个名字，请填工号。") if found else _("在册人员里没有这个姓名或工号，请核对。")]
    return None
