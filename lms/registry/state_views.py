"""An officer says that an enterprise has stopped, is closed, or is open again."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import DateField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from lms.access.door import may
from lms.access.reach import find
from lms.core.errors import Problem
from lms.core.uow import UnitOfWork
from lms.registry.models import Enterprise, EnterpriseState, EnterpriseStateChange
from lms.registry.service import states

bp = Blueprint("states", __name__)
WORDS = {
    EnterpriseState.ACTIVE: _l("在营"),
    EnterpriseState.SUSPENDED: _l("停业"),
    EnterpriseState.CLOSED: _l("注销"),
}


class StateForm(FlaskForm):
    state = RadioField(
        _l("改成"),
        choices=[
            (EnterpriseState.ACTIVE, _l("在营：开业、复工，进行中的任务重新计时")),
            (EnterpriseState.SUSPENDED, _l("停业：从那天起不计入，没做的任务先停着")),
            (EnterpriseState.CLOSED, _l("注销：从那天起不计入")),
        ],
        validators=[InputRequired(_l("请选改成什么"))],
    )
    on = DateField(_l("从哪天起"), [InputRequired(_l("请选日期"))])
    reason = StringField(_l("原因"), [DataRequired(_l("请写明原因，企业看得到")), Length(max=200, message=_l("最多 200 个字"))])


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
        "registry/state.html", enterprise=enterprise, form=form, words=WORDS, changes=history(uow, enterprise), today=uow.today
    )
    return page, 422 if form.errors else 200


@bp.route("/enterprise-states/<uuid:change_id>/withdraw", methods=["POST"])
@may("enterprise.state")
def withdraw(uow: UnitOfWork, change_id: UUID) -> ResponseReturnValue:
    made = find(uow, EnterpriseStateChange, change_id)
    states.take_back(uow, made)
    flash(_("已撤回，状态不变。"), "ok")
    return redirect(url_for(".show", enterprise_id=made.enterprise_id), 303)


def history(uow: UnitOfWork, enterprise: Enterprise) -> list[EnterpriseStateChange]:
    """What was decided about the state of an enterprise, the latest day first."""
    wanted = select(EnterpriseStateChange).where(EnterpriseStateChange.enterprise_id == enterprise.id)
    return list(uow.session.scalars(wanted.order_by(EnterpriseStateChange.on.desc(), EnterpriseStateChange.id.desc())))
