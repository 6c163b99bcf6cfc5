"""An officer says that an enterprise has stopped, is closed, or is open again."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.access.door import may
from lms.access.reach import find
from lms.core.errors import Problem
from lms.core.uow import UnitOfWork
from lms.registry import queries, service
from lms.registry.models import Enterprise, EnterpriseState, EnterpriseStateChange
from lms.registry.service import states
from lms.registry.state_forms import StateForm

bp = Blueprint("states", __name__)
WORDS = {
    EnterpriseState.ACTIVE: _l("在营"),
    EnterpriseState.SUSPENDED: _l("停业"),
    EnterpriseState.CLOSED: _l("注销"),
}


@bp.route("/enterprises/<uuid:enterprise_id>/state", methods=["GET", "POST"])
@may("enterprise.state")
def show(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    enterprise = find(uow, Enterprise, enterprise_id)
    form = StateForm(data={"on": uow.today})
    form.state.choices = [choice for choice in form.state.choices if choice[0] != enterprise.state]
    if form.validate_on_submit():
        try:
            made = states.change(uow, enterprise, EnterpriseState(form.state.data), form.on.data, form.reason.data.strip())
        except Problem as problem:
            form.state.errors = [str(problem)]
        else:
            flash(
                _("已登记，现在起生效；以前的统计不变。")
                if made.applied_at
                else _("已登记，%(on)s 起生效。", on=made.on.isoformat()),
                "ok",
            )
            return redirect(url_for(".show", enterprise_id=enterprise.id), 303)
    page = render_template(
        "registry/state.html",
        enterprise=enterprise,
        form=form,
        words=WORDS,
        changes=queries.states_of(uow, enterprise),
        today=uow.today,
    )
    return page, 422 if form.errors else 200


@bp.route("/enterprises/<uuid:enterprise_id>/former-heads", methods=["POST"])
@may("enterprise.state")
def end_former_heads(uow: UnitOfWork, enterprise_id: UUID) -> ResponseReturnValue:
    """Accounts that act as the head and are not the registered one's do so no longer."""
    enterprise = find(uow, Enterprise, enterprise_id)
    service.follow(uow, [enterprise.id], uow.today)
    flash(_("已停止。现在只有登记的主要负责人的账号有主要负责人的权限。"), "ok")
    return redirect(url_for("archives.enterprise", enterprise_id=enterprise.id), 303)


@bp.route("/enterprise-states/<uuid:change_id>/withdraw", methods=["POST"])
@may("enterprise.state")
def withdraw(uow: UnitOfWork, change_id: UUID) -> ResponseReturnValue:
    made = find(uow, EnterpriseStateChange, change_id)
    states.take_back(uow, made)
    flash(_("已撤回，状态不变。"), "ok")
    return redirect(url_for(".show", enterprise_id=made.enterprise_id), 303)
