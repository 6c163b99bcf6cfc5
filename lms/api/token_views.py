"""One's own tokens: made, listed, revoked."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from lms.access import tokens
from lms.access.actor import Actor
from lms.access.door import may
from lms.access.models import ApiToken, Role
from lms.access.reach import find
from lms.core.errors import NotFound
from lms.core.uow import UnitOfWork

bp = Blueprint("tokens", __name__)
ROLES = {
    Role.TRAINER: _l("培训管理员"),
    Role.HEAD: _l("主要负责人"),
    Role.OFFICER: _l("监管责任人"),
    Role.EMPLOYEE: _l("从业人员"),
}


class TokenForm(FlaskForm):
    name = StringField(_l("用途"), [InputRequired(_l("请写明用在哪里，比如 门禁系统")), Length(max=60, message=_l("最多 60 字"))])
    role = SelectField(_l("身份"))
    days = SelectField(_l("有效期"), coerce=int, default=90, choices=[(30, _l("30 天")), (90, _l("90 天")), (365, _l("365 天"))])
    writes = BooleanField(_l("可以写入：安排讲课、开放和结束签到"))


@bp.route("/tokens", methods=["GET", "POST"])
@may("token.change")
def index(uow: UnitOfWork) -> ResponseReturnValue:
    actor: Actor = uow.actor
    if actor.user_id is None:
        raise NotFound
    form, text = TokenForm(), None
    form.role.choices = [(role.value, label) for role, label in ROLES.items() if actor.holds(role)]
    if form.validate_on_submit():
        role = Role(form.role.data)
        _token, text = tokens.create(uow, actor, form.name.data, days=form.days.data, role=role, writes=form.writes.data)
        form = TokenForm(formdata=None, role=role.value)
        form.role.choices = [(role.value, label) for role, label in ROLES.items() if actor.holds(role)]
    page = render_template("api/tokens.html", form=form, text=text, rows=tokens.own(uow), roles=ROLES, now=uow.now)
    return page, 422 if form.errors else 200


@bp.route("/tokens/<uuid:token_id>/revoke", methods=["POST"])
@may("token.change")
def revoke(uow: UnitOfWork, token_id: UUID) -> ResponseReturnValue:
    tokens.revoke(uow, find(uow, ApiToken, token_id))
    flash(_("已撤销，用这个令牌的程序马上失效。"), "ok")
    return redirect(url_for(".index"), 303)
